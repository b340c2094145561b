"""The small API: what the screens show, for programs. Every verb is the one that the buttons call."""

from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, generics, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from typing_extensions import override

from bots import audit
from bots.models import AuditEntry
from conversations import control, decisions, remits, standing
from conversations.models import Chat, Message, Turn
from monitoring import access, api_keys, second_factor, step_up
from monitoring.api_shapes import (
    AgainSerializer,
    AuditSerializer,
    ChatSerializer,
    DeliveredSerializer,
    MessageSerializer,
    ReasonSerializer,
    RewordSerializer,
    StartSerializer,
    StatusSerializer,
    TurnSerializer,
)
from monitoring.models import ApiKey


class Newest(CursorPagination):
    ordering = ("-said_at", "-id")


class NewestEntry(CursorPagination):
    ordering = ("-id",)


class Status(APIView):
    scope: ClassVar[str] = ApiKey.Scope.METRICS

    @extend_schema(responses=StatusSerializer, summary="The engine in numbers, as `engine status --json` prints them")
    def get(self, request: Request) -> Response:  # noqa: ARG002 - REST framework hands it over
        return Response(standing.now())


@extend_schema(summary="Every chat")
class Chats(generics.ListAPIView[Chat]):
    queryset = Chat.objects.order_by("pk")
    serializer_class = ChatSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[Chat]:
        return _chats(self.request)


@extend_schema(summary="What was said in a chat, newest first")
class Messages(generics.ListAPIView[Message]):
    queryset = Message.objects.select_related("bot__persona", "participant", "turn")
    serializer_class = MessageSerializer
    pagination_class = Newest

    def get_queryset(self) -> QuerySet[Message]:
        return super().get_queryset().filter(chat=get_object_or_404(_chats(self.request), pk=self.kwargs["pk"]))


@extend_schema(summary="One turn with its evidence")
class OneTurn(generics.RetrieveAPIView[Turn]):
    queryset = Turn.objects.select_related("bot", "provider")
    serializer_class = TurnSerializer

    def get_queryset(self) -> QuerySet[Turn]:
        return remits.within(self.request.user, super().get_queryset())


class Decision(APIView):
    """A person's decision about one turn."""

    needs: ClassVar[str] = access.SAY
    asks: ClassVar[type[serializers.Serializer[dict[str, Any]]]]

    def decide(self, turn: Turn, by: audit.Actor, given: dict[str, Any]) -> Turn:
        raise NotImplementedError

    def post(self, request: Request, pk: int) -> Response:
        given = self.asks(data=request.data)
        given.is_valid(raise_exception=True)
        turn = get_object_or_404(remits.within(request.user, Turn.objects.select_related("chat")), pk=pk)
        try:
            turn = self.decide(turn, _actor(request), given.validated_data)
        except ValidationError as refusal:
            raise exceptions.ValidationError({"detail": refusal.messages}) from refusal
        shown = Turn.objects.select_related("bot", "provider").get(pk=turn.pk)
        return Response(TurnSerializer(shown, context={"request": request}).data)


@extend_schema(request=DeliveredSerializer, responses=TurnSerializer, summary="A doubtful turn stands in its chat")
class Delivered(Decision):
    asks = DeliveredSerializer

    @override
    def decide(self, turn: Turn, by: audit.Actor, given: dict[str, Any]) -> Turn:
        decisions.delivered(turn, by=by, reason=given["reason"], number=given["number"])
        return turn


@extend_schema(
    request=AgainSerializer,
    responses=TurnSerializer,
    summary="Send a doubtful turn once more; the new turn is answered",
)
class Again(Decision):
    asks = AgainSerializer

    @override
    def decide(self, turn: Turn, by: audit.Actor, given: dict[str, Any]) -> Turn:
        if not isinstance(by, User):
            raise exceptions.PermissionDenied
        second_factor.verify(by, given["code"])
        return decisions.send_again(turn, by=by, reason=given["reason"])


@extend_schema(request=RewordSerializer, responses=TurnSerializer, summary="Let a held turn go with other words")
class Reword(Decision):
    asks = RewordSerializer

    @override
    def decide(self, turn: Turn, by: audit.Actor, given: dict[str, Any]) -> Turn:
        decisions.reword(turn, given["text"], by=by, reason=given["reason"])
        return turn


@extend_schema(request=ReasonSerializer, responses=TurnSerializer, summary="Let a held turn go as it stands")
class Approve(Decision):
    asks = ReasonSerializer

    @override
    def decide(self, turn: Turn, by: audit.Actor, given: dict[str, Any]) -> Turn:
        return _in_time(turn, control.approve(turn, by=by))


@extend_schema(request=ReasonSerializer, responses=TurnSerializer, summary="Keep a turn from being sent")
class Reject(Decision):
    asks = ReasonSerializer
    scope: ClassVar[str] = ApiKey.Scope.PAUSE

    @override
    def decide(self, turn: Turn, by: audit.Actor, given: dict[str, Any]) -> Turn:
        return _in_time(turn, control.reject(turn, by=by, reason=given["reason"]))


@extend_schema(
    request=ReasonSerializer, responses=TurnSerializer, summary="Try a failed turn again; the new turn is answered"
)
class Retry(Decision):
    asks = ReasonSerializer

    @override
    def decide(self, turn: Turn, by: audit.Actor, given: dict[str, Any]) -> Turn:
        return decisions.retry(turn, by=by, reason=given["reason"])


def _in_time(turn: Turn, moved: bool) -> Turn:
    if not moved:
        raise ValidationError(_("It is too late for that."))
    return turn


class Start(APIView):
    needs: ClassVar[str] = access.START

    @extend_schema(request=StartSerializer, responses=StatusSerializer, summary="Switch the cast on")
    def post(self, request: Request) -> Response:
        given = StartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            step_up.prove(request, given.validated_data["code"])
        except ValidationError as refusal:
            raise exceptions.ValidationError({"code": refusal.messages}) from refusal
        control.start(by=access.viewer(request), reason=given.validated_data["reason"])
        return Response(standing.now())


class Stop(APIView):
    needs: ClassVar[str] = access.STOP
    scope: ClassVar[str] = ApiKey.Scope.KILL

    @extend_schema(request=ReasonSerializer, responses=StatusSerializer, summary="Switch the cast off, at once")
    def post(self, request: Request) -> Response:
        control.stop(by=_actor(request), reason=_reason(request))
        return Response(standing.now())


class Pause(APIView):
    needs: ClassVar[str] = access.SAY
    scope: ClassVar[str] = ApiKey.Scope.PAUSE

    @extend_schema(request=ReasonSerializer, responses=ChatSerializer, summary="Let the cast fall silent in a chat")
    def post(self, request: Request, pk: int) -> Response:
        chat = get_object_or_404(_chats(request), pk=pk)
        control.set_mode(chat, Chat.Mode.PAUSED, by=_actor(request), reason=_reason(request))
        return Response(ChatSerializer(Chat.objects.get(pk=pk)).data)


@extend_schema(summary="The audit trail, newest first: one's own deeds, or all for who may read all")
class Audit(generics.ListAPIView[AuditEntry]):
    needs: ClassVar[str] = "bots.view_auditentry"
    scope: ClassVar[str] = ApiKey.Scope.AUDIT
    queryset = AuditEntry.objects.all()
    serializer_class = AuditSerializer
    pagination_class = NewestEntry

    def get_queryset(self) -> QuerySet[AuditEntry]:
        user, rows = access.viewer(self.request), super().get_queryset()
        return rows if user.has_perm("bots.read_whole_trail") else rows.filter(actor=user)


def _chats(request: Request) -> QuerySet[Chat]:
    return remits.within(request.user, Chat.objects.order_by("pk"))


def _actor(request: Request) -> audit.Actor:
    """Whom the audit trail names: the person, or the program with its key."""
    return api_keys.actor(request.auth) if isinstance(request.auth, ApiKey) else access.viewer(request)


def _reason(request: Request) -> str:
    given = ReasonSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    return str(given.validated_data["reason"])
