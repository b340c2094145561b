"""The engine: its switch, how it stands, and counts by the hour."""

from typing import Any, TypeVar

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

M = TypeVar("M", bound=models.Model)


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$"})
class WallClock(serializers.TimeField):
    """A time of day by the clock of a chat: no zone belongs to it."""


class WithClocks(serializers.ModelSerializer[M]):
    serializer_field_mapping = {**serializers.ModelSerializer.serializer_field_mapping, models.TimeField: WallClock}


class CeilingShape(serializers.Serializer[dict[str, Any]]):
    name = serializers.CharField(help_text="The rule or quota that binds now.")
    messages_per_hour = serializers.IntegerField()


class BreakerShape(serializers.Serializer[dict[str, Any]]):
    id = serializers.IntegerField()
    of = serializers.CharField(help_text="The bot, or the provider and its model.")
    state = serializers.CharField(help_text="open: rests; half_open: one call tries it out.")
    reason = serializers.CharField(help_text="Its last trouble.")
    in_a_row = serializers.IntegerField(help_text="Failures in a row.")
    until = serializers.DateTimeField(help_text="Tried again then.")
    opened_at = serializers.DateTimeField(allow_null=True)


class RetriesShape(serializers.Serializer[dict[str, Any]]):
    taken = serializers.IntegerField()
    allowed = serializers.IntegerField()


class LimitsShape(serializers.Serializer[dict[str, Any]]):
    breakers = BreakerShape(many=True, help_text="Those that keep calls back.")
    gates = serializers.IntegerField(help_text="Pairs of bot and chat, and bots, that Telegram asked to be silent.")
    longest_gate_seconds = serializers.FloatField()
    retries = serializers.DictField(child=RetriesShape(), help_text="Budgets of two minutes in use, by endpoint.")
    held_back_last_5_minutes = serializers.DictField(
        child=serializers.IntegerField(), help_text="Turns that a limit ended, by reason."
    )


class ProcessShape(serializers.Serializer[dict[str, Any]]):
    kind = serializers.CharField()
    host = serializers.CharField()
    pid = serializers.IntegerField()
    state = serializers.CharField(help_text="works, stopping, stalled or silent.")
    queues = serializers.ListField(child=serializers.CharField())
    idle_seconds = serializers.FloatField(help_text="Since it last worked.")


class StatusShape(serializers.Serializer[dict[str, Any]]):
    running = serializers.BooleanField()
    changed_at = serializers.DateTimeField(help_text="When it was last switched.")
    changed_by = serializers.CharField()
    ticked_at = serializers.DateTimeField(allow_null=True, help_text="The planner's last sign of life.")
    scale = serializers.FloatField()
    bots = serializers.IntegerField(help_text="Bots that are switched on.")
    chats = serializers.IntegerField(help_text="Chats in which the cast may talk.")
    turns = serializers.DictField(child=serializers.IntegerField(), help_text="Turns in each state.")
    messages_last_minute = serializers.IntegerField()
    ceiling = CeilingShape(allow_null=True, help_text="What limits the cast now; null where nobody talks.")
    limits = LimitsShape(help_text="What holds calls back now.")
    oldest_due_seconds = serializers.FloatField(help_text="Age of the most overdue turn.")
    processes = ProcessShape(many=True, help_text="Who runs.")


class Reason(serializers.Serializer[dict[str, Any]]):
    reason = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default="", help_text="For the audit trail."
    )


class Reasoned(serializers.Serializer[dict[str, Any]]):
    reason = serializers.CharField(max_length=200, help_text="For the audit trail.")


class Proof(Reason):
    code = serializers.CharField(
        max_length=64, required=False, allow_blank=True, default="",
        help_text="A fresh code of the second factor, when the last is older than five minutes.",
    )  # fmt: skip


class Scale(Reason):
    value = serializers.FloatField(min_value=0.1, max_value=10, help_text="1 is normal.")


class Span(serializers.Serializer[dict[str, Any]]):
    since = serializers.DateTimeField(required=False, help_text="Default: a day before the end.")
    until = serializers.DateTimeField(required=False, help_text="Default: now. At most seven days after the beginning.")
    chat = serializers.IntegerField(required=False, min_value=1, max_value=2**53, help_text="This chat alone.")


class HourShape(serializers.Serializer[dict[str, Any]]):
    hour = serializers.DateTimeField(help_text="Its beginning.")
    bots = serializers.IntegerField(help_text="Messages of bots.")
    people = serializers.IntegerField(help_text="Messages of people.")
    sent = serializers.IntegerField(help_text="Turns that were sent.")
    skipped = serializers.IntegerField()
    failed = serializers.IntegerField()
    cost = serializers.DecimalField(
        max_digits=14, decimal_places=6, required=False, help_text="In US dollars; for who may see it."
    )


class SeriesShape(serializers.Serializer[dict[str, Any]]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    hours = HourShape(many=True)
