"""The talk: chats, who plays there, what was said, and turns with their evidence."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework import serializers
from typing_extensions import override

from bots.models import AuditEntry, Bot
from conversations import decisions, rehearsal, remits, takeover
from conversations.models import Chat, Membership, Message, Provider, SendAttempt, Turn
from monitoring import access
from monitoring.api.shapes.cast import number
from monitoring.api.shapes.engine import Reason, Reasoned, WithClocks

LISTED = (
    "id", "chat", "bot", "trigger", "state", "reason", "detail", "intent", "cause", "reply_to", "topic", "length",
    "text", "provider", "model", "prompt_tokens", "completion_tokens", "cached_tokens", "cost", "model_ms", "message",
    "due_at", "send_after", "expires_at", "sent_at", "ended_at", "created_at", "copies", "retry_of",
)  # fmt: skip
EVIDENCE = ("rules", "candidates", "prompt", "verdicts", "draft", "attempts")


class Username(serializers.SlugRelatedField[Bot]):
    """The username of a bot."""

    def __init__(self) -> None:
        super().__init__(slug_field="username", read_only=True, allow_null=True)


# --- Chats -----------------------------------------------------------------------------------------------------------
class ChatFilters(serializers.Serializer[dict[str, Any]]):
    kind = serializers.ChoiceField(Chat.Kind.choices, required=False)
    mode = serializers.ChoiceField(Chat.Mode.choices, required=False)
    bot = number("This bot plays there now.", required=False)


class ChatShape(WithClocks[Chat]):
    class Meta:
        model = Chat
        fields = (
            "id", "kind", "mode", "title", "topics", "timezone", "observes_hours", "tempo", "quiet_starts",
            "quiet_ends", "advice_note", "listener", "telegram_id", "thread_id", "is_disclosed", "disclosed_at",
            "disclosed_by", "hushed_until", "closed_at", "next_due", "created_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class ChatEdit(WithClocks[Chat]):
    topics = serializers.ListField(child=serializers.CharField(max_length=64), required=False, max_length=100)

    class Meta:
        model = Chat
        fields = (
            "title", "topics", "timezone", "observes_hours", "tempo", "advice_note", "quiet_starts", "quiet_ends",
            "listener",
        )  # fmt: skip


class ChatNew(serializers.Serializer[dict[str, Any]]):
    kind = serializers.ChoiceField(Chat.Kind.choices)
    title = serializers.CharField(max_length=128)
    topics = serializers.ListField(child=serializers.CharField(max_length=64), default=list, max_length=100)
    bots = serializers.ListField(child=number("A bot."), default=list, max_length=500, help_text="Who plays there.")
    telegram_id = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=-(2**52), max_value=2**52,
        help_text="Of the group; a rehearsal room has none.",
    )  # fmt: skip
    thread_id = number("The topic of a forum.", required=False, allow_null=True, default=None)
    disclosed_by = serializers.CharField(
        max_length=150, required=False, allow_blank=True, default="",
        help_text="Who told the audience already that it is a simulation; without it the group stays disabled.",
    )  # fmt: skip


class ModeChange(Reason):
    mode = serializers.ChoiceField(Chat.Mode.choices)


class Members(serializers.Serializer[dict[str, Any]]):
    bots = serializers.ListField(child=number("A bot."), min_length=1, max_length=500)


class MembershipFilters(serializers.Serializer[dict[str, Any]]):
    chat = number("In this chat.", required=False)
    bot = number("Of this bot.", required=False)
    ended = serializers.BooleanField(required=False)


class MembershipShape(serializers.ModelSerializer[Membership]):
    taken_by: serializers.SlugRelatedField[User] = serializers.SlugRelatedField(
        slug_field="username", read_only=True, allow_null=True
    )

    class Meta:
        model = Membership
        fields = (
            "id", "chat", "bot", "weight", "last_said_at", "gated_until", "taken_by", "taken_until", "ended_at",
            "ended_reason",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class Weight(Reason):
    weight = serializers.FloatField(min_value=0, max_value=10, help_text="0: only when asked.")


class Speak(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField(max_length=takeover.LONGEST)
    reply_to = number("The message it answers, by its `id`.", required=False, allow_null=True, default=None)


class Say(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField(max_length=rehearsal.LONGEST)
    reply_to = number("The message it answers, by its `id`.", required=False, allow_null=True, default=None)


# --- Messages --------------------------------------------------------------------------------------------------------
class MessageFilters(serializers.Serializer[dict[str, Any]]):
    bot = number("Of this bot.", required=False)
    since = serializers.DateTimeField(required=False, help_text="Said then or later.")
    until = serializers.DateTimeField(required=False, help_text="Said before that.")


class MessageShape(serializers.ModelSerializer[Message]):
    speaker = serializers.CharField(read_only=True)
    bot = Username()
    turn = serializers.SerializerMethodField(help_text="The turn behind a bot's message.")

    class Meta:
        model = Message
        fields = (
            "id", "chat", "message_id", "kind", "speaker", "bot", "text", "reply_to", "topic", "said_at", "edited_at",
            "turn",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields

    def get_turn(self, message: Message) -> int | None:
        turn = getattr(message, "turn", None)
        return turn.pk if turn else None


# --- Turns -----------------------------------------------------------------------------------------------------------
class TurnFilters(serializers.Serializer[dict[str, Any]]):
    chat = number("In this chat.", required=False)
    bot = number("Of this bot.", required=False)
    state = serializers.ChoiceField(Turn.State.choices, required=False)


class AttemptShape(serializers.ModelSerializer[SendAttempt]):
    class Meta:
        model = SendAttempt
        fields = ("gen", "outcome", "reason", "detail", "status", "sent_id", "started_at", "ended_at")
        read_only_fields: tuple[str, ...] = fields


class TurnShape(serializers.ModelSerializer[Turn]):
    bot = Username()
    provider: serializers.SlugRelatedField[Provider] = serializers.SlugRelatedField(
        slug_field="name", read_only=True, allow_null=True
    )
    intent = serializers.ChoiceField(Turn.Intent.choices, allow_blank=True, read_only=True)
    length = serializers.ChoiceField(Turn.Length.choices, allow_blank=True, read_only=True)
    cost = serializers.DecimalField(
        max_digits=12, decimal_places=6, required=False, read_only=True, help_text="In US dollars; for who may see it."
    )

    class Meta:
        model = Turn
        fields: tuple[str, ...] = LISTED
        read_only_fields: tuple[str, ...] = fields

    @override
    def to_representation(self, instance: Turn) -> dict[str, Any]:
        """Cost is for those who may see it."""
        shown = super().to_representation(instance)
        request = self.context.get("request")
        if request is None or not access.may(request.user, access.COST):
            del shown["cost"]
        return shown


class Decided(TurnShape):
    """With its tries to send."""

    attempts = AttemptShape(many=True, read_only=True)

    class Meta(TurnShape.Meta):
        fields = (*LISTED, "attempts")
        read_only_fields: tuple[str, ...] = fields


class WholeTurn(Decided):
    """With its evidence."""

    class Meta(TurnShape.Meta):
        fields = (*LISTED, *EVIDENCE)
        read_only_fields: tuple[str, ...] = fields

    @override
    def to_representation(self, instance: Turn) -> dict[str, Any]:
        """Nothing that a bot learned in chats of others."""
        shown = super().to_representation(instance)
        if not remits.reads_prompt(self.context["request"].user, instance.memories):
            shown["prompt"] = []
        return shown


class Delivered(Reasoned):
    number = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2**53, help_text="Of the message there."
    )


class Again(Reasoned):
    code = serializers.CharField(max_length=64, help_text="A fresh code of the second factor.")


class Reword(Reason):
    text = serializers.CharField(max_length=decisions.LONGEST)


# --- The audit trail -------------------------------------------------------------------------------------------------
class AuditFilters(serializers.Serializer[dict[str, Any]]):
    action = serializers.CharField(required=False, max_length=64, help_text="Exactly this one, as `engine.stop`.")
    subject_kind = serializers.CharField(required=False, max_length=64, help_text="As `bots.bot`.")
    subject_id = serializers.CharField(required=False, max_length=64)


class AuditShape(serializers.ModelSerializer[AuditEntry]):
    class Meta:
        model = AuditEntry
        fields = (
            "id", "at", "actor_name", "action", "subject_kind", "subject_id", "subject_name", "before", "after",
            "reason",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields
