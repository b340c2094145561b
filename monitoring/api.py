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

from bots.models import Bot
from conversations import control, decisions, standing
from conversations.models import Chat, Message, Provider, SendAttempt, Turn
from monitoring import access, second_factor


class CeilingSerializer(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField(help_text="The rule or quota that binds now.")
    messages_per_hour = serializers.IntegerField()


class BreakerSerializer(serializers.Serializer[dict[str, Any]]):
    id = serializers.IntegerField()
    of = serializers.CharField(help_text="The bot, or the provider and its model.")
    state = serializers.CharField(help_text="open: rests; half_open: one call tries it out.")
    reason = serializers.CharField(help_text="Its last trouble.")
    in_a_row = serializers.IntegerField(help_text="Failures in a row.")
    until = serializers.DateTimeField(help_text="Tried again then.")
    opened_at = serializers.DateTimeField(allow_null=True)


class RetriesSerializer(serializers.Serializer[dict[str, Any]]):
    taken = serializers.IntegerField()
    allowed = serializers.IntegerField()


class LimitsSerializer(serializers.Serializer[dict[str, Any]]):
    breakers = BreakerSerializer(many=True, help_text="Those that keep calls back.")
    gates = serializers.IntegerField(help_text="Pairs of bot and chat, and bots, that Telegram asked to be silent.")
    longest_gate_seconds = serializers.FloatField()
    retries = serializers.DictField(child=RetriesSerializer(), help_text="Budgets of two minutes in use, by endpoint.")
    held_back_last_5_minutes = serializers.DictField(
        child=serializers.IntegerField(), help_text="Turns that a limit ended, by reason."
    )


class ProcessSerializer(serializers.Serializer[dict[str, Any]]):
    kind = serializers.CharField()
    host = serializers.CharField()
    pid = serializers.IntegerField()
    state = serializers.CharField(help_text="works, stopping, stalled or silent.")
    queues = serializers.ListField(child=serializers.CharField())
    idle_seconds = serializers.FloatField(help_text="Since it last worked.")


class StatusSerializer(serializers.Serializer[dict[str, Any]]):
    running = serializers.BooleanField()
    changed_at = serializers.DateTimeField(help_text="When it was last switched.")
    changed_by = serializers.CharField()
    ticked_at = serializers.DateTimeField(allow_null=True, help_text="The planner's last sign of life.")
    scale = serializers.FloatField()
    bots = serializers.IntegerField(help_text="Bots that are switched on.")
    chats = serializers.IntegerField(help_text="Chats in which the cast may talk.")
    turns = serializers.DictField(child=serializers.IntegerField(), help_text="Turns in each state.")
    messages_last_minute = serializers.IntegerField()
    ceiling = CeilingSerializer(allow_null=True, help_text="What limits the cast now; null where nobody talks.")
    limits = LimitsSerializer(help_text="What holds calls back now.")
    oldest_due_seconds = serializers.FloatField(help_text="Age of the most overdue turn.")
    processes = ProcessSerializer(many=True, help_text="Who runs.")


class ChatSerializer(serializers.ModelSerializer[Chat]):
    class Meta:
        model = Chat
        fields = ("id", "kind", "mode", "title", "topics", "timezone", "is_disclosed", "next_due", "created_at")


class MessageSerializer(serializers.ModelSerializer[Message]):
    speaker = serializers.CharField(read_only=True)
    bot: serializers.SlugRelatedField[Bot] = serializers.SlugRelatedField(
        slug_field="username", read_only=True, allow_null=True
    )
    turn = serializers.SerializerMethodField(help_text="The turn behind a bot's message.")

    class Meta:
        model = Message
        fields = ("id", "message_id", "speaker", "bot", "text", "reply_to", "topic", "said_at", "edited_at", "turn")

    def get_turn(self, message: Message) -> int | None:
        turn = getattr(message, "turn", None)
        return turn.pk if turn else None


class AttemptSerializer(serializers.ModelSerializer[SendAttempt]):
    class Meta:
        model = SendAttempt
        fields = ("gen", "outcome", "reason", "detail", "status", "sent_id", "started_at", "ended_at")


class TurnSerializer(serializers.ModelSerializer[Turn]):
    bot: serializers.SlugRelatedField[Bot] = serializers.SlugRelatedField(
        slug_field="username", read_only=True, allow_null=True
    )
    provider: serializers.SlugRelatedField[Provider] = serializers.SlugRelatedField(
        slug_field="name", read_only=True, allow_null=True
    )
    attempts = AttemptSerializer(many=True, read_only=True)

    class Meta:
        model = Turn
        fields = (
            "id", "chat", "bot", "trigger", "state", "reason", "detail", "intent", "cause", "reply_to", "topic",
            "length", "rules", "candidates", "prompt", "verdicts", "draft", "text", "provider", "model",
            "prompt_tokens", "completion_tokens", "cached_tokens", "cost", "model_ms", "message", "due_at",
            "send_after", "expires_at",
            "sent_at", "ended_at", "created_at", "copies", "retry_of", "attempts",
        )  # fmt: skip

    @override
    def to_representation(self, instance: Turn) -> dict[str, Any]:
        """Cost is for those who may see it."""
        shown = super().to_representation(instance)
        request = self.context.get("request")
        if request is None or not access.may(request.user, access.COST):
            del shown["cost"]
        return shown


class ReasonSerializer(serializers.Serializer[dict[str, str]]):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class DeliveredSerializer(serializers.Serializer[dict[str, Any]]):
    reason = serializers.CharField(max_length=200)
    number = serializers.IntegerField(required=False, allow_null=True, default=None, help_text="Of the message there.")


class AgainSerializer(serializers.Serializer[dict[str, Any]]):
    reason = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=40, help_text="A fresh code of the second factor.")


class RewordSerializer(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField(max_length=decisions.LONGEST)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class Newest(CursorPagination):
    ordering = ("-said_at", "-id")


class Status(APIView):
    @extend_schema(responses=StatusSerializer, summary="The engine in numbers, as `engine status --json` prints them")
    def get(self, request: Request) -> Response:  # noqa: ARG002 - REST framework hands it over
        return Response(standing.now())


@extend_schema(summary="Every chat")
class Chats(generics.ListAPIView[Chat]):
    queryset = Chat.objects.order_by("pk")
    serializer_class = ChatSerializer
    pagination_class = None


@extend_schema(summary="What was said in a chat, newest first")
class Messages(generics.ListAPIView[Message]):
    queryset = Message.objects.select_related("bot__persona", "participant", "turn")
    serializer_class = MessageSerializer
    pagination_class = Newest

    def get_queryset(self) -> QuerySet[Message]:
        return super().get_queryset().filter(chat=get_object_or_404(Chat, pk=self.kwargs["pk"]))


@extend_schema(summary="One turn with its evidence")
class OneTurn(generics.RetrieveAPIView[Turn]):
    queryset = Turn.objects.select_related("bot", "provider")
    serializer_class = TurnSerializer


class Decision(APIView):
    """A person's decision about one turn."""

    needs: ClassVar[str] = access.SAY
    asks: ClassVar[type[serializers.Serializer[dict[str, Any]]]]

    def decide(self, turn: Turn, by: User, given: dict[str, Any]) -> Turn:
        raise NotImplementedError

    def post(self, request: Request, pk: int) -> Response:
        given = self.asks(data=request.data)
        given.is_valid(raise_exception=True)
        turn = get_object_or_404(Turn.objects.select_related("chat"), pk=pk)
        try:
            turn = self.decide(turn, access.viewer(request), given.validated_data)
        except ValidationError as refusal:
            raise exceptions.ValidationError({"detail": refusal.messages}) from refusal
        shown = Turn.objects.select_related("bot", "provider").get(pk=turn.pk)
        return Response(TurnSerializer(shown, context={"request": request}).data)


@extend_schema(request=DeliveredSerializer, responses=TurnSerializer, summary="A doubtful turn stands in its chat")
class Delivered(Decision):
    asks = DeliveredSerializer

    @override
    def decide(self, turn: Turn, by: User, given: dict[str, Any]) -> Turn:
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
    def decide(self, turn: Turn, by: User, given: dict[str, Any]) -> Turn:
        second_factor.verify(by, given["code"])
        return decisions.send_again(turn, by=by, reason=given["reason"])


@extend_schema(request=RewordSerializer, responses=TurnSerializer, summary="Let a held turn go with other words")
class Reword(Decision):
    asks = RewordSerializer

    @override
    def decide(self, turn: Turn, by: User, given: dict[str, Any]) -> Turn:
        decisions.reword(turn, given["text"], by=by, reason=given["reason"])
        return turn


@extend_schema(request=ReasonSerializer, responses=TurnSerializer, summary="Let a held turn go as it stands")
class Approve(Decision):
    asks = ReasonSerializer

    @override
    def decide(self, turn: Turn, by: User, given: dict[str, Any]) -> Turn:
        return _in_time(turn, control.approve(turn, by=by))


@extend_schema(request=ReasonSerializer, responses=TurnSerializer, summary="Keep a turn from being sent")
class Reject(Decision):
    asks = ReasonSerializer

    @override
    def decide(self, turn: Turn, by: User, given: dict[str, Any]) -> Turn:
        return _in_time(turn, control.reject(turn, by=by, reason=given["reason"]))


@extend_schema(
    request=ReasonSerializer, responses=TurnSerializer, summary="Try a failed turn again; the new turn is answered"
)
class Retry(Decision):
    asks = ReasonSerializer

    @override
    def decide(self, turn: Turn, by: User, given: dict[str, Any]) -> Turn:
        return decisions.retry(turn, by=by, reason=given["reason"])


def _in_time(turn: Turn, moved: bool) -> Turn:
    if not moved:
        raise ValidationError(_("It is too late for that."))
    return turn


class Start(APIView):
    needs: ClassVar[str] = access.START

    @extend_schema(request=ReasonSerializer, responses=StatusSerializer, summary="Switch the cast on")
    def post(self, request: Request) -> Response:
        control.start(by=access.viewer(request), reason=_reason(request))
        return Response(standing.now())


class Stop(APIView):
    needs: ClassVar[str] = access.STOP

    @extend_schema(request=ReasonSerializer, responses=StatusSerializer, summary="Switch the cast off, at once")
    def post(self, request: Request) -> Response:
        control.stop(by=access.viewer(request), reason=_reason(request))
        return Response(standing.now())


def _reason(request: Request) -> str:
    given = ReasonSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    return str(given.validated_data["reason"])
