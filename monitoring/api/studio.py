"""The studio: all that people write about a bot, checked, tried out, kept in versions and brought back."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from bots.models import Bot, Version
from bots.studio import facts, keep
from conversations import remits, trying
from conversations.models import Chat
from monitoring import access
from monitoring.api import marks, once
from monitoring.api.cast import find, must_be_here
from monitoring.api.door import Door, Verb, actor, read
from monitoring.api.paging import List, Newest, listed
from monitoring.api.shapes import cast as shapes
from monitoring.api.shapes.engine import Reason
from monitoring.models import ApiKey
from monitoring.studio import labels, lint, tried

Scope = ApiKey.Scope


class _InStudio(Door):
    needs = access.READ_CAST
    writes = access.WRITE_CAST
    scope: ClassVar[str] = Scope.READ_CAST
    write_scope: ClassVar[str] = Scope.WRITE_CAST


def mark(seen: keep.Seen) -> str:
    return marks.of([seen.number, seen.facts])


def told(request: Request, bot: Bot, *, status: int = 200) -> Response:
    seen = keep.look(bot)
    shown = {name: value for name, value in seen.facts.items() if not facts.is_row(name)}
    return marks.answer(request, shown, mark(seen), status=status)


class OneSheet(_InStudio):
    @extend_schema(responses=shapes.Traits, summary="All that people wrote about a bot, but for its lists")
    def get(self, request: Request, pk: int) -> Response:
        return told(request, find(request, pk))

    @extend_schema(request=shapes.TraitsEdit, responses=shapes.Traits, summary="Write the next version of a bot")
    def patch(self, request: Request, pk: int) -> Response:
        given = read(request, shapes.TraitsEdit, partial=True)
        return once.act(self, request, lambda: self._save(request, pk, given))

    def _save(self, request: Request, pk: int, given: dict[str, Any]) -> Response:
        bot, reason = find(request, pk), given.pop("reason", "")
        must_be_here(bot)
        seen = keep.look(bot)
        marks.must_match(request, mark(seen))
        keep.save(bot, _with(seen.facts, given), seen=seen, by=actor(request), reason=reason)
        return told(request, find(request, pk))


def _with(now: facts.Facts, given: dict[str, Any]) -> facts.Facts:
    """These facts with what was given. Raises ValidationError where only both together are wrong."""
    wanted = now | given
    if not any(wanted[f"{size}_weight"] for size in ("short", "medium", "long")):
        raise exceptions.ValidationError({"short_weight": _("It must write messages of some length.")})
    return wanted


@extend_schema(
    request=shapes.SomeTraits,
    responses=shapes.Checked,
    summary="What saving it would change, and what is odd",
)
class Check(_InStudio, Verb):
    asks = shapes.SomeTraits

    @override
    def post(self, request: Request, **where: Any) -> Response:
        """It writes nothing, so that it may happen more than once."""
        given = read(request, shapes.SomeTraits)
        now = keep.look(find(request, where["pk"])).facts
        changes = [_difference(change) for change in facts.changes(now, _with(now, given))]
        table = lint.table()
        warnings = [{"field": name, "detail": text} for name in given for text in lint.trait(name, given[name], table)]
        return Response({"changes": changes, "warnings": warnings})


def _difference(change: facts.Change) -> dict[str, Any]:
    return {"key": change.key, "label": labels.of(change.key), "before": change.before, "after": change.after}


@extend_schema(request=shapes.Try, responses=shapes.Tried, summary="What would it say? Nothing is sent or saved")
class TryOut(_InStudio, Verb):
    asks = shapes.Try
    write_scope = ""  # so often an hour for each person, at the cost of the house
    whole = False

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        me = access.viewer(request)
        bot = find(request, where["pk"])
        if given["chat"] is not None:
            here = Chat.objects.filter(memberships__bot=bot, memberships__ended_at=None)
            get_object_or_404(remits.within(me, here), pk=given["chat"])
        wanted = _with(keep.look(bot).facts, given.get("traits", {}))
        shown = trying.attempt(bot, wanted, tried.scenario(given, bot), by=me)
        outcome = tried.outcome(shown)
        drafts = [
            {
                "text": one.text, "final": one.final, "provider": one.provider, "model": one.model,
                "verdicts": [{"stage": v.stage, "rule": str(v.words), "passed": v.passed, "detail": v.detail}
                             for v in one.verdicts],
            }
            for one in outcome.tries
        ]  # fmt: skip
        told: dict[str, Any] = {
            "leaves": shown.leaves, "memories": list(shown.memories), "drafts": drafts, "milliseconds": outcome.ms,
            "left": trying.left(me),
        }  # fmt: skip
        told |= {"cost": outcome.cost} if access.may(me, access.COST) else {}
        return Response(shapes.Tried(told).data)


class ByNumber(Newest):
    ordering = ("-number",)


@listed("How a bot was at each save, newest first", shapes.VersionShape)
class Versions(_InStudio, List):
    writes = ""
    rows = Version.objects.defer("facts")
    shape = shapes.VersionShape
    pagination_class = ByNumber

    @override
    def within(self, request: Request, **where: Any) -> Any:
        return self.rows.filter(bot=find(request, where["pk"]))


class OneVersion(_InStudio):
    writes = ""

    @extend_schema(responses=shapes.VersionContent, summary="A bot as it was")
    def get(self, request: Request, pk: int, number: int) -> Response:
        version = get_object_or_404(Version, bot=find(request, pk), number=number)
        return Response(shapes.VersionContent(version).data)


@extend_schema(request=Reason, responses=shapes.Restored, summary="Make a bot as it was; that is a version too")
class Restore(_InStudio, Verb):
    asks = Reason

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        bot = find(request, where["pk"])
        must_be_here(bot)
        version = get_object_or_404(Version, bot=bot, number=where["number"])
        seen = keep.look(bot)
        marks.must_match(request, mark(seen))
        kept = keep.restore(version, seen=seen, by=actor(request), reason=given["reason"])
        return Response({"version": kept.number if kept else None})
