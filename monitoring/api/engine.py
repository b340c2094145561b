"""The engine: how it stands, its switch, its scale, and counts by the hour."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from conversations import control, remits, standing
from monitoring import access, step_up
from monitoring.api import by_hour
from monitoring.api.door import Door, Verb, actor
from monitoring.api.paging import asked
from monitoring.api.shapes import engine as shapes
from monitoring.models import ApiKey


def _standing(request: Request) -> Response:
    return Response(standing.now(remits.ids(request.user)))


class Status(Door):
    scope: ClassVar[str] = ApiKey.Scope.METRICS

    @extend_schema(responses=shapes.StatusShape, summary="How the cast stands, as `engine status --json` prints it")
    def get(self, request: Request) -> Response:
        return _standing(request)


class Series(Door):
    scope: ClassVar[str] = ApiKey.Scope.METRICS

    @extend_schema(
        parameters=[shapes.Span], responses=shapes.SeriesShape, summary="Counts by the hour, seven days at most"
    )
    def get(self, request: Request) -> Response:
        sees_cost = access.may(request.user, access.COST)
        found = by_hour.counted(asked(request, shapes.Span), viewer=request.user, sees_cost=sees_cost)
        return Response(shapes.SeriesShape(found).data)


@extend_schema(request=shapes.Proof, responses=shapes.StatusShape, summary="Switch the cast on")
class Start(Verb):
    writes = access.START
    asks = shapes.Proof

    @override
    def prove(self, request: Request, given: dict[str, Any]) -> None:
        step_up.prove(request, given["code"])

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        control.start(by=actor(request), reason=given["reason"])
        return _standing(request)


@extend_schema(request=shapes.Reason, responses=shapes.StatusShape, summary="Switch the cast off, at once")
class Stop(Verb):
    writes = access.STOP
    write_scope: ClassVar[str] = ApiKey.Scope.KILL
    asks = shapes.Reason
    whole = False  # it begins again where PostgreSQL ends it, which only its own transaction can

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        control.stop(by=actor(request), reason=given["reason"])
        return _standing(request)


@extend_schema(request=shapes.Scale, responses=shapes.StatusShape, summary="Make the whole cast more or less talkative")
class Scale(Verb):
    writes = "conversations.change_rules"
    write_scope: ClassVar[str] = ApiKey.Scope.WRITE_RULES
    asks = shapes.Scale

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        control.scale(given["value"], by=actor(request), reason=given["reason"])
        return _standing(request)
