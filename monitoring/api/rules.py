"""The rules: what holds, every revision, the next one, and the way back."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from conversations import control, earlier_rules, remits
from conversations.models import Chat, Engine, Rules
from monitoring import access
from monitoring.api import chats, marks, once
from monitoring.api.door import Door, Verb, actor, read
from monitoring.api.paging import List, Newest, asked, listed
from monitoring.api.shapes import rules as shapes
from monitoring.api.shapes.engine import Reason
from monitoring.models import ApiKey

OF_ALL = "conversations.change_rules"


class _OfRules(Door):
    needs = "conversations.view_rules"
    writes = "conversations.add_rules"
    scope: ClassVar[str] = ApiKey.Scope.READ_RULES
    write_scope: ClassVar[str] = ApiKey.Scope.WRITE_RULES


def told(request: Request, rules: Rules, *, status: int = 200) -> Response:
    return marks.answer(request, shapes.RulesShape(rules).data, mark(rules), status=status)


def mark(rules: Rules | None) -> str:
    return f'"{(rules and rules.pk) or 0}"'


def _must_rule(request: Request, chat: Chat | None) -> None:
    """Rules for every chat are an admin's; those of one chat also of whoever runs it."""
    if not access.may(request.user, OF_ALL if chat is None else access.SAY):
        raise PermissionDenied(_("Rules for every chat are an admin's. Write rules for one chat, from its page."))


def _must_be_seen(request: Request, chat: Chat | None) -> Rules | None:
    """The revision that holds in a scope, while nobody writes another. Raises as `marks.must_match` does."""
    Engine.objects.select_for_update(no_key=True).get(pk=1)
    newest = earlier_rules.newest(chat)
    marks.must_match(request, mark(newest))
    return newest


@listed("Revisions of the rules of every chat, or of one, newest first", shapes.RulesShape, shapes.Scope)
class Revisions(_OfRules, List):
    rows = Rules.objects.all()
    shape = shapes.RulesShape
    filters = shapes.Scope
    pagination_class = Newest

    @override
    def chosen(self, rows: QuerySet[Rules], given: dict[str, Any]) -> QuerySet[Rules]:
        return rows.filter(chat=given.get("chat"))

    @extend_schema(request=shapes.Revise, responses={201: shapes.RulesShape}, summary="Write the next revision")
    def post(self, request: Request) -> Response:
        given = read(request, shapes.Revise)
        return once.act(self, request, lambda: self._revise(request, given))

    def _revise(self, request: Request, given: dict[str, Any]) -> Response:
        number = given.pop("chat", None)
        chat = chats.find(request, number) if number else None
        _must_rule(request, chat)
        _must_be_seen(request, chat)
        made = control.revise(by=actor(request), chat=chat, note=given.pop("note"), **given)
        return told(request, made, status=201)


class Current(_OfRules):
    writes = ""

    @extend_schema(
        parameters=[shapes.Scope], responses=shapes.RulesShape,
        summary="The revision that holds; its ETag is what the next revision names",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        number = asked(request, shapes.Scope).get("chat")
        chat = chats.find(request, number) if number else None
        return told(request, earlier_rules.newest(chat) or Rules(chat=chat, note="", author_name=""))


class OneRevision(_OfRules):
    writes = ""

    @extend_schema(responses=shapes.RulesShape, summary="One revision")
    def get(self, request: Request, pk: int) -> Response:
        return told(request, _found(request, pk))


@extend_schema(request=Reason, responses=shapes.RulesShape, summary="Let an earlier state hold again")
class GoBack(_OfRules, Verb):
    asks = Reason

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        rules = _found(request, where["pk"])
        _must_rule(request, rules.chat)
        _must_be_seen(request, rules.chat)
        return told(request, earlier_rules.go_back(rules, by=actor(request), reason=given["reason"]))


def _found(request: Request, pk: int) -> Rules:
    return get_object_or_404(remits.within(request.user, Rules.objects.select_related("chat")), pk=pk)
