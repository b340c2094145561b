"""What the API takes and tells, field by field."""

from typing import Any

from rest_framework import serializers
from typing_extensions import override

from bots.models import AuditEntry, Bot
from conversations import decisions
from conversations.models import Chat, Message, Provider, SendAttempt, Turn
from monitoring import access


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


class StartSerializer(ReasonSerializer):
    code = serializers.CharField(
        max_length=64, required=False, allow_blank=True, default="", trim_whitespace=True,
        help_text="A fresh code of the second factor, when the last is older than five minutes.",
    )  # fmt: skip


class AuditSerializer(serializers.ModelSerializer[AuditEntry]):
    class Meta:
        model = AuditEntry
        fields = (
            "id", "at", "actor_name", "action", "subject_kind", "subject_id", "subject_name", "before", "after",
            "reason",
        )  # fmt: skip


class DeliveredSerializer(serializers.Serializer[dict[str, Any]]):
    reason = serializers.CharField(max_length=200)
    number = serializers.IntegerField(required=False, allow_null=True, default=None, help_text="Of the message there.")


class AgainSerializer(serializers.Serializer[dict[str, Any]]):
    reason = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=40, help_text="A fresh code of the second factor.")


class RewordSerializer(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField(max_length=decisions.LONGEST)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
