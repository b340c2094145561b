"""Turns with their evidence, and what a person decides about one."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from conversations import control, decisions, remits
from conversations.models import Turn
from monitoring import access, second_factor
from monitoring.api.door import Door, Verb, actor
from monitoring.api.paging import List, Newest, listed
from monitoring.api.problems import Refused
from monitoring.api.shapes import talk as shapes
from monitoring.api.shapes.engine import Reason
from monitoring.models import ApiKey

Scope = ApiKey.Scope
ROWS = Turn.objects.select_related("bot", "provider")


@listed("Turns, newest first", shapes.TurnShape, shapes.TurnFilters)
class Turns(List):
    needs = "conversations.view_turn"
    scope: ClassVar[str] = Scope.READ_TALK
    rows = ROWS.defer(*Turn.HEAVY, "draft")
    shape = shapes.TurnShape
    filters = shapes.TurnFilters
    pagination_class = Newest

    @override
    def chosen(self, rows: QuerySet[Turn], given: dict[str, Any]) -> QuerySet[Turn]:
        return rows.filter(**given)


class OneTurn(Door):
    needs = "conversations.view_turn"
    scope: ClassVar[str] = Scope.READ_TALK

    @extend_schema(responses=shapes.WholeTurn, summary="One turn with its evidence")
    def get(self, request: Request, pk: int) -> Response:
        turn = get_object_or_404(remits.within(request.user, ROWS.defer("embedding", "quotes")), pk=pk)
        return Response(shapes.WholeTurn(turn, context={"request": request}).data)


class Decision(Verb):
    writes = access.SAY
    write_scope: ClassVar[str] = Scope.WRITE_TALK

    def decide(self, request: Request, turn: Turn, given: dict[str, Any]) -> Turn:
        raise NotImplementedError

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        mine = remits.within(request.user, Turn.objects.select_related("chat"))
        turn = self.decide(request, get_object_or_404(mine, pk=where["pk"]), given)
        shown = ROWS.defer(*Turn.HEAVY).get(pk=turn.pk)
        return Response(shapes.Decided(shown, context={"request": request}).data)


def _decides(asks: Any, summary: str) -> Any:
    return extend_schema(request=asks, responses=shapes.Decided, summary=summary)


@_decides(shapes.Delivered, "A doubtful turn stands in its chat")
class Delivered(Decision):
    asks = shapes.Delivered

    @override
    def decide(self, request: Request, turn: Turn, given: dict[str, Any]) -> Turn:
        decisions.delivered(turn, by=actor(request), reason=given["reason"], number=given["number"])
        return turn


@_decides(shapes.Again, "Send a doubtful turn once more; the new turn is answered")
class Again(Decision):
    asks = shapes.Again
    write_scope = ""

    @override
    def prove(self, request: Request, given: dict[str, Any]) -> None:
        second_factor.verify(access.viewer(request), given["code"])

    @override
    def decide(self, request: Request, turn: Turn, given: dict[str, Any]) -> Turn:
        return decisions.send_again(turn, by=access.viewer(request), reason=given["reason"])


@_decides(shapes.Reword, "Let a held turn go with other words")
class Reword(Decision):
    asks = shapes.Reword

    @override
    def decide(self, request: Request, turn: Turn, given: dict[str, Any]) -> Turn:
        decisions.reword(turn, given["text"], by=actor(request), reason=given["reason"])
        return turn


@_decides(Reason, "Let a held turn go as it stands")
class Approve(Decision):
    asks = Reason

    @override
    def decide(self, request: Request, turn: Turn, given: dict[str, Any]) -> Turn:
        return _in_time(turn, control.approve(turn, by=actor(request)))


@_decides(Reason, "Keep a turn from being sent")
class Reject(Decision):
    asks = Reason
    write_scope: ClassVar[str] = Scope.PAUSE

    @override
    def decide(self, request: Request, turn: Turn, given: dict[str, Any]) -> Turn:
        return _in_time(turn, control.reject(turn, by=actor(request), reason=given["reason"]))


@_decides(Reason, "Try a failed turn again; the new turn is answered")
class Retry(Decision):
    asks = Reason

    @override
    def decide(self, request: Request, turn: Turn, given: dict[str, Any]) -> Turn:
        return decisions.retry(turn, by=actor(request), reason=given["reason"])


def _in_time(turn: Turn, moved: bool) -> Turn:
    if not moved:
        raise Refused(_("It is too late for that."))
    return turn
