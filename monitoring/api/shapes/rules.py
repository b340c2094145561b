"""The rules: revisions, of which the newest of each scope holds."""

from typing import Any

from rest_framework import serializers

from conversations.models import Rules
from conversations.models.rules import FIELDS
from conversations.models.rules.fields import HOURS
from monitoring.api.shapes.cast import number
from monitoring.api.shapes.engine import WithClocks


class Scope(serializers.Serializer[dict[str, Any]]):
    chat = number("Those of this chat; without it those of every chat.", required=False)


class RulesShape(WithClocks[Rules]):
    id = serializers.IntegerField(read_only=True, allow_null=True, help_text="null: the chat has none of its own yet.")
    created_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = Rules
        fields = ("id", "chat", *FIELDS, "note", "author_name", "created_at")
        read_only_fields = fields


class Revise(WithClocks[Rules]):
    """What is left out stays; null lets a chat inherit."""

    chat = number("Rules of this chat; null: of every chat.", required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=200, help_text="Why it is changed.")
    hourly_activity = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1), min_length=HOURS, max_length=HOURS, required=False,
        allow_null=True, help_text="24 numbers from 0 to 1, from midnight on.",
    )  # fmt: skip

    class Meta:
        model = Rules
        fields = ("chat", "note", *FIELDS)
