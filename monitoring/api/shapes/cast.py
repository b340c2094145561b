"""The cast: bots, who they are, what they think, hold and remember."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from typing_extensions import override

from bots import roster
from bots.exchange.parse import Unreadable, clock
from bots.models import Bot, Holding, Memory, Persona, Stance, Version
from bots.studio import facts
from monitoring.api.shapes.engine import Proof, Reason

BIGGEST = 2**53
MOST_ITEMS = 200


def number(help_text: str, **more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=BIGGEST, help_text=help_text, **more)


class BotFilters(serializers.Serializer[dict[str, Any]]):
    username = serializers.CharField(required=False, max_length=32, help_text="Exactly this one, however capitalised.")
    name = serializers.CharField(required=False, max_length=64, help_text="Part of the name of its persona.")
    chat = number("Plays in this chat now.", required=False)
    enabled = serializers.BooleanField(required=False)
    retired = serializers.BooleanField(required=False)
    token_state = serializers.ChoiceField(Bot.Token.choices, required=False)


class BotShape(serializers.ModelSerializer[Bot]):
    """Of its token only whether it works."""

    name = serializers.CharField(source="persona.name", read_only=True)

    class Meta:
        model = Bot
        fields: tuple[str, ...] = (
            "id", "username", "name", "persona", "enabled", "paused_until", "talkativeness", "pace", "latency",
            "hourly_cap", "token_state", "token_checked_at", "telegram_id", "reads_all_messages", "created_at",
            "retired_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class BotEdit(serializers.ModelSerializer[Bot]):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    class Meta:
        model = Bot
        fields = (*roster.ADJUSTABLE, "reason")


class Pause(Reason):
    until = serializers.DateTimeField(help_text="When it may speak again.")


class Token(Proof):
    token = serializers.CharField(
        max_length=128, write_only=True, help_text="From @BotFather; nobody can read it back."
    )


class Retire(Proof):
    username = serializers.CharField(max_length=33, help_text="Of the bot, once more: it cannot be undone.")


class PersonaFilters(serializers.Serializer[dict[str, Any]]):
    bot = number("The persona of this bot.", required=False)
    lineage = serializers.UUIDField(required=False, help_text="All versions of one persona.")


class PersonaShape(serializers.ModelSerializer[Persona]):
    class Meta:
        model = Persona
        fields = ("id", "lineage", "version", *roster.TRAITS, "created_at")
        read_only_fields: tuple[str, ...] = fields


class Traits(serializers.ModelSerializer[Persona]):
    """All of a bot that is no row of its own: who it is, its pace, its hours. What is left out stays."""

    talkativeness = serializers.FloatField(min_value=0, max_value=1, required=False)
    pace = serializers.FloatField(min_value=0.1, max_value=10, required=False)
    latency = serializers.FloatField(min_value=0, max_value=600, required=False)
    hourly_cap = serializers.IntegerField(min_value=1, max_value=120, required=False)
    hours = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=100,
        help_text="When it is awake, as `09:00-18:00` or `1-5 09:00-18:00` (1: Monday). Empty: always.",
    )  # fmt: skip

    class Meta:
        model = Persona
        fields: tuple[str, ...] = (*roster.TRAITS, *facts.SETTINGS, facts.HOURS)

    @override
    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        for field in found.values():
            if isinstance(field, serializers.ListField) and field.max_length is None:
                field.max_length = MOST_ITEMS
        return found

    def validate_hours(self, texts: list[str]) -> list[str]:
        try:
            clock.hours(list(texts))
        except Unreadable as error:
            raise serializers.ValidationError(str(error)) from error
        return texts

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        weights = [attrs.get(f"{size}_weight") for size in ("short", "medium", "long")]
        if weights == [0, 0, 0]:
            raise serializers.ValidationError({"short_weight": _("It must write messages of some length.")})
        return {name: list(dict.fromkeys(v)) if isinstance(v, list) else v for name, v in attrs.items()}


class SomeTraits(Traits):
    class Meta(Traits.Meta):
        extra_kwargs = {"name": {"required": False}}


class TraitsEdit(Traits):
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    class Meta(Traits.Meta):
        fields = (*Traits.Meta.fields, "reason")


class Enrol(Traits):
    """A new bot: its username, the name of its persona, and whatever else is known of it."""

    username = serializers.RegexField(r"^[A-Za-z][A-Za-z0-9_]{4,31}$", max_length=32)

    class Meta(Traits.Meta):
        fields = ("username", *(name for name in Traits.Meta.fields if name != "latency"))

    @override
    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        found.pop("latency", None)
        return found


class Difference(serializers.Serializer[dict[str, Any]]):
    key = serializers.CharField(help_text="As `tone`, `hours`, `stance:BIST`.")
    label = serializers.CharField(help_text="What people call it.")  # type: ignore[assignment]  # a field of this name
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class Oddity(serializers.Serializer[dict[str, Any]]):
    field = serializers.CharField()
    detail = serializers.CharField()


class Checked(serializers.Serializer[dict[str, Any]]):
    changes = Difference(many=True, help_text="What saving would change.")
    warnings = Oddity(many=True, help_text="What had better not stand there. It does not keep anybody from saving.")


class Try(serializers.Serializer[dict[str, Any]]):
    talk = serializers.CharField(
        max_length=8000, required=False, allow_blank=True, default="", trim_whitespace=False,
        help_text="What was said before, `Name: words` on each line.",
    )  # fmt: skip
    topic = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    headline = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    source = serializers.CharField(  # type: ignore[assignment]  # a field of this name
        max_length=64, required=False, allow_blank=True, default=""
    )
    chat = number("With the rules and members of this chat; null: nowhere in particular.", required=False,
                  allow_null=True, default=None)  # fmt: skip
    traits = SomeTraits(required=False, help_text="Instead of what is saved.")


class Verdict(serializers.Serializer[dict[str, Any]]):
    stage = serializers.CharField()
    rule = serializers.CharField()
    passed = serializers.BooleanField()
    detail = serializers.CharField(allow_blank=True)


class Draft(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField(allow_blank=True, help_text="As the model wrote it.")
    final = serializers.CharField(allow_blank=True, help_text="With its voice, as it would be sent.")
    verdicts = Verdict(many=True)
    provider = serializers.CharField()
    model = serializers.CharField()


class Tried(serializers.Serializer[dict[str, Any]]):
    leaves = serializers.CharField(allow_blank=True, help_text="What would be sent; empty where the guard stops it.")
    memories = serializers.ListField(child=serializers.CharField(), help_text="That it remembered.")
    drafts = Draft(many=True)
    milliseconds = serializers.IntegerField()
    cost = serializers.DecimalField(
        max_digits=14, decimal_places=6, required=False, help_text="In US dollars; for who may see it."
    )
    left = serializers.IntegerField(help_text="How often this person may still try within the hour.")


class VersionShape(serializers.ModelSerializer[Version]):
    class Meta:
        model = Version
        fields: tuple[str, ...] = ("number", "kind", "author_name", "reason", "restores", "created_at")
        read_only_fields: tuple[str, ...] = fields


class VersionContent(VersionShape):
    facts = serializers.DictField(help_text="The bot as it was: traits, hours, `stance:TOPIC`, `holding:SYMBOL` …")

    class Meta(VersionShape.Meta):
        fields = (*VersionShape.Meta.fields, "facts")
        read_only_fields: tuple[str, ...] = fields


class Restored(serializers.Serializer[dict[str, Any]]):
    version = serializers.IntegerField(allow_null=True, help_text="The new version; null where nothing was different.")


# --- What it thinks, holds and remembers -----------------------------------------------------------------------------
class MindFilters(serializers.Serializer[dict[str, Any]]):
    bot = number("Of this bot alone.", required=False)


class StanceFilters(MindFilters):
    topic = serializers.CharField(required=False, max_length=64, help_text="Exactly this one.")


class HoldingFilters(MindFilters):
    symbol = serializers.CharField(required=False, max_length=32, help_text="Exactly this one.")


class MemoryFilters(MindFilters):
    kind = serializers.ChoiceField(Memory.Kind.choices, required=False)


class StanceShape(serializers.ModelSerializer[Stance]):
    class Meta:
        model = Stance
        fields = ("id", "bot", "topic", "text", "confidence", "cooldown_until")
        read_only_fields: tuple[str, ...] = fields


class HoldingShape(serializers.ModelSerializer[Holding]):
    class Meta:
        model = Holding
        fields = ("id", "bot", "symbol", "average_price", "size", "note")
        read_only_fields: tuple[str, ...] = fields


class MemoryShape(serializers.ModelSerializer[Memory]):
    learned = serializers.SerializerMethodField(help_text="From a person's message; nobody edits that.")

    class Meta:
        model = Memory
        fields = ("id", "bot", "kind", "text", "importance", "learned", "last_used_at", "use_count", "created_at")
        read_only_fields: tuple[str, ...] = fields

    def get_learned(self, memory: Memory) -> bool:
        return memory.message_id is not None


@extend_schema_field({"type": "string", "pattern": r"^(?=.*[1-9])\d{1,12}(\.\d{1,6})?$"})
class Amount(serializers.DecimalField):
    """A number above zero, as a text so that no digit is lost."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_digits=18, decimal_places=6, validators=[_above_zero], **more)


def _above_zero(value: Any) -> None:
    if value <= 0:
        raise ValidationError(_("This is above zero."))


class StanceEdit(Reason):
    text = serializers.CharField(max_length=4000)
    confidence = serializers.FloatField(min_value=0, max_value=1, default=0.6)


class StanceNew(StanceEdit):
    topic = serializers.CharField(max_length=64)


class HoldingEdit(Reason):
    average_price = Amount()
    size = Amount()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class HoldingNew(HoldingEdit):
    symbol = serializers.CharField(max_length=32)


class MemoryEdit(Reason):
    kind = serializers.ChoiceField(Memory.Kind.choices)
    importance = serializers.FloatField(min_value=0, max_value=1, default=0.5)


class MemoryNew(MemoryEdit):
    text = serializers.CharField(max_length=2000)
