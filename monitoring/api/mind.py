"""What bots think, hold and remember: lists over the cast, and rows that are written as the studio writes them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from bots.models import Bot, Holding, Memory, Stance
from bots.studio import facts, keep
from conversations import remits
from monitoring import access
from monitoring.api import marks, once
from monitoring.api.cast import find, must_be_here
from monitoring.api.door import Door, actor, read
from monitoring.api.paging import List, asked, listed
from monitoring.api.problems import Refused
from monitoring.api.shapes import cast as shapes
from monitoring.api.shapes.engine import Reason
from monitoring.models import ApiKey

Scope = ApiKey.Scope


class _Kind(Door):
    """What the three kinds share: each is a model whose column `named` tells the rows of one bot apart."""

    writes = access.WRITE_CAST
    scope: ClassVar[str] = Scope.READ_CAST
    write_scope: ClassVar[str] = Scope.WRITE_CAST
    kind: ClassVar[str]
    model: ClassVar[type[models.Model]]
    named: ClassVar[str]
    shape: ClassVar[Any]

    def found(self, request: Request, pk: int) -> Any:
        rows: QuerySet[Any] = self.model._default_manager.select_related("bot__persona")
        return get_object_or_404(remits.within(request.user, rows), pk=pk)

    def told(self, request: Request, row: Any, *, status: int = 200) -> Response:
        shown = self.shape(row).data
        return marks.answer(request, shown, _mark(shown), status=status)

    def write(self, request: Request, bot: Bot, name: str, content: facts.Facts | None, reason: str) -> None:
        """Make this one row so, or take it away; the bot's next version."""
        must_be_here(bot)
        seen, place = keep.look(bot), facts.key(self.kind, name)
        wanted = dict(seen.facts)
        if content is None:
            wanted.pop(place, None)
        else:
            wanted[place] = content
        keep.save(bot, wanted, seen=seen, by=actor(request), reason=reason)


def _mark(shown: dict[str, Any]) -> str:
    moving = {"cooldown_until", "last_used_at", "use_count"}
    return marks.of({name: value for name, value in shown.items() if name not in moving})


def _content(kind: str, given: dict[str, Any]) -> facts.Facts:
    if kind == "stance":
        return facts.stance(given["text"], given["confidence"])
    if kind == "holding":
        return facts.holding(given["average_price"], given["size"], given["note"])
    return facts.memory(given["kind"], given["importance"])


class _OfBot(_Kind, List):
    """Those of one bot, and one more."""

    new: ClassVar[type[serializers.Serializer[dict[str, Any]]]]

    @override
    def within(self, request: Request, **where: Any) -> QuerySet[Any]:
        return super().within(request).filter(bot=find(request, where["pk"]))

    def post(self, request: Request, pk: int) -> Response:
        given = read(request, self.new)
        return once.act(self, request, lambda: self._add(request, pk, given))

    def _add(self, request: Request, pk: int, given: dict[str, Any]) -> Response:
        bot, name = find(request, pk), " ".join(given[self.named].split())
        if not name:
            raise exceptions.ValidationError({self.named: _("Write something first.")})
        rows: QuerySet[Any] = self.model._default_manager.filter(bot=bot, **{self.named: name})
        if rows.exists():
            raise Refused(_("It has this already. Change that one."))
        self.write(request, bot, name, _content(self.kind, given), given["reason"])
        row = rows.get()
        answer = self.told(request, row, status=201)
        answer["Location"] = request.build_absolute_uri(reverse(f"api-{self.kind}", args=[row.pk]))
        return answer


class _One(_Kind):
    """One row: what it is about stays, what it says can be changed."""

    edit: ClassVar[type[serializers.Serializer[dict[str, Any]]]]

    def get(self, request: Request, pk: int) -> Response:
        return self.told(request, self.found(request, pk))

    def patch(self, request: Request, pk: int) -> Response:
        given = read(request, self.edit, partial=True)
        return once.act(self, request, lambda: self._change(request, pk, given))

    def delete(self, request: Request, pk: int) -> Response:
        given = asked(request, Reason)
        return once.act(self, request, lambda: self._remove(request, pk, given.get("reason", "")))

    def _change(self, request: Request, pk: int, given: dict[str, Any]) -> Response:
        row, reason = self._seen(request, pk), given.pop("reason", "")
        now = {name: getattr(row, name) for name in self.edit().fields.keys() - {"reason"}}
        self.write(request, row.bot, getattr(row, self.named), _content(self.kind, now | given), reason)
        return self.told(request, self.found(request, pk))

    def _remove(self, request: Request, pk: int, reason: str) -> Response:
        row = self._seen(request, pk)
        self.write(request, row.bot, getattr(row, self.named), None, reason)
        return Response(None, 204)

    def _seen(self, request: Request, pk: int) -> Any:
        row = self.found(request, pk)
        marks.must_match(request, _mark(self.shape(row).data))
        if getattr(row, "message_id", None) is not None:
            raise Refused(_("It has learned this from people already: “%(text)s”") % {"text": row.text[:80]})
        return row


class _Stance(_Kind):
    needs = "bots.view_stance"
    kind, model, named = "stance", Stance, "topic"
    shape: ClassVar[Any] = shapes.StanceShape


class _Holding(_Kind):
    needs = "bots.view_holding"
    kind, model, named = "holding", Holding, "symbol"
    shape: ClassVar[Any] = shapes.HoldingShape


class _Memory(_Kind):
    needs = "bots.view_memory"
    kind, model, named = "memory", Memory, "text"
    shape: ClassVar[Any] = shapes.MemoryShape


@listed("What bots think", shapes.StanceShape, shapes.StanceFilters)
class Stances(_Stance, List):
    writes = ""
    rows, filters = Stance.objects.all(), shapes.StanceFilters


@listed("What bots hold; all of it is fictional", shapes.HoldingShape, shapes.HoldingFilters)
class Holdings(_Holding, List):
    writes = ""
    rows, filters = Holding.objects.all(), shapes.HoldingFilters


@listed("What bots remember", shapes.MemoryShape, shapes.MemoryFilters)
class Memories(_Memory, List):
    writes = ""
    rows, filters = Memory.objects.defer("embedding"), shapes.MemoryFilters


def _of_bot(what: str, one: str, shape: Any, new: Any) -> Any:
    return extend_schema_view(
        get=extend_schema(responses=shape(many=True), summary=what),
        post=extend_schema(request=new, responses={201: shape}, summary=one),
    )


@_of_bot("What a bot thinks", "Give a bot a stance", shapes.StanceShape, shapes.StanceNew)
class StancesOfBot(_Stance, _OfBot):
    rows, new = Stance.objects.all(), shapes.StanceNew


@_of_bot("What a bot holds", "Give a bot a holding", shapes.HoldingShape, shapes.HoldingNew)
class HoldingsOfBot(_Holding, _OfBot):
    rows, new = Holding.objects.all(), shapes.HoldingNew


@_of_bot("What a bot remembers", "Give a bot a memory", shapes.MemoryShape, shapes.MemoryNew)
class MemoriesOfBot(_Memory, _OfBot):
    rows, new = Memory.objects.defer("embedding"), shapes.MemoryNew


def _one(shape: Any, edit: Any, *words: str) -> Any:
    read_, changed, gone = words
    return extend_schema_view(
        get=extend_schema(responses=shape, summary=read_),
        patch=extend_schema(request=edit, responses=shape, summary=changed),
        delete=extend_schema(parameters=[Reason], responses={204: None}, summary=gone),
    )


@_one(shapes.StanceShape, shapes.StanceEdit, "One stance", "Change a stance", "Take a stance away")
class OneStance(_Stance, _One):
    edit = shapes.StanceEdit


@_one(shapes.HoldingShape, shapes.HoldingEdit, "One holding", "Change a holding", "Take a holding away")
class OneHolding(_Holding, _One):
    edit = shapes.HoldingEdit


@_one(shapes.MemoryShape, shapes.MemoryEdit, "One memory", "Change a memory", "Take a memory away")
class OneMemory(_Memory, _One):
    edit = shapes.MemoryEdit
