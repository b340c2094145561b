"""What is in the bots' minds, over the whole cast. Edited on the page of the bot; looked through here."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import evidence
from bots.admin.desk import History
from bots.models import ActiveHours, Bot, Holding, Memory, Mood, Relationship, Stance
from bots.models.mind import BondChange, MoodChange

_ON_THE_BOT = gettext_lazy("None yet. They are written on the page of a bot, or come with a cast file.")


_SHOWN = 3
_EVENTS = {
    "pleased": gettext_lazy("pleased"),
    "hurt": gettext_lazy("hurt"),
    "mentioned": gettext_lazy("mentioned"),
    "ignored": gettext_lazy("left unanswered"),
    "proved_right": gettext_lazy("proved right"),
    "proved_wrong": gettext_lazy("proved wrong"),
    "silent": gettext_lazy("silent for long"),
    "agreement": gettext_lazy("agreement"),
    "disagreement": gettext_lazy("disagreement"),
    "help": gettext_lazy("help"),
    "praise": gettext_lazy("praise"),
    "criticism": gettext_lazy("criticism"),
}
"""What may have happened, in words."""


def _newest(changes: QuerySet[Any]) -> ArraySubquery:
    """The last events of a row, the newest first, within the query that reads the row."""
    told = changes.order_by("-happened_at", "-id").values(told=JSONObject(event="event", about="about"))
    return ArraySubquery(told[:_SHOWN])


def _causes(told: list[dict[str, str]]) -> str:
    """What moved it last, with the words that did."""
    return "; ".join(
        f"{_EVENTS.get(one['event'], one['event'])}" + (f" ({evidence.brief(one['about'])})" if one["about"] else "")
        for one in told
    )


class OfABot(History[Any]):
    list_select_related: ClassVar[tuple[str, ...]] = ("bot__persona",)
    empty = _ON_THE_BOT

    @admin.display(description=gettext_lazy("bot"), ordering="bot__username")
    def whose(self, row: Any) -> str | SafeString:
        return evidence.link(row.bot, f"{row.bot.name} (@{row.bot.username})")


@admin.register(Stance)
class StanceAdmin(OfABot):
    summary = gettext_lazy("What each bot thinks about a topic or symbol.")
    list_display = ("topic", "whose", "short", "confidence", "cooldown_until")
    list_filter = ("bot",)
    search_fields = ("topic", "text", "bot__username", "bot__persona__name")

    @admin.display(description=gettext_lazy("position"))
    def short(self, stance: Stance) -> str:
        return evidence.brief(stance.text)


@admin.register(Holding)
class HoldingAdmin(OfABot):
    summary = gettext_lazy("Fictional positions of the personas.")
    list_display = ("symbol", "whose", "average_price", "size", "note")
    list_filter = ("symbol",)
    search_fields = ("symbol", "note", "bot__username", "bot__persona__name")


@admin.register(Memory)
class MemoryAdmin(OfABot):
    summary = gettext_lazy("What the bots remember, and how often it came up.")
    list_display = ("short", "whose", "kind", "importance", "use_count", "last_used_at")
    list_filter = ("kind", "bot")
    search_fields = ("text", "bot__username", "bot__persona__name")
    exclude = ("embedding",)

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Memory]:
        return super().get_queryset(request).defer("embedding")

    @admin.display(description=gettext_lazy("text"), ordering="text")
    def short(self, memory: Memory) -> str:
        return evidence.brief(memory.text)


@admin.register(ActiveHours)
class ActiveHoursAdmin(OfABot):
    summary = gettext_lazy("When bots are awake, in the time zone of the chat. A bot without a row is always awake.")
    list_display = ("whose", "starts", "ends")
    search_fields = ("bot__username", "bot__persona__name")


@admin.register(Mood)
class MoodAdmin(OfABot):
    summary = gettext_lazy("Seven feelings, 0 to 100. Recorded events move them, nobody sets them by hand.")
    empty = gettext_lazy("No moods yet: they come with the bots.")
    list_display = (
        "whose", "mood", "energy", "confidence", "stress", "excitement", "curiosity", "warmth", "lately",
        "changed_at",
    )  # fmt: skip
    search_fields = ("bot__username", "bot__persona__name")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        newest: QuerySet[Any] = found.annotate(newest=_newest(MoodChange.objects.filter(bot=OuterRef("bot"))))
        return newest

    @admin.display(description=gettext_lazy("lately"))
    def lately(self, mood: Any) -> str:
        return _causes(mood.newest)


@admin.register(Relationship)
class RelationshipAdmin(OfABot):
    summary = gettext_lazy("How the bots stand with each other and with people. Grows out of the conversation.")
    empty = gettext_lazy("No relationships yet: they grow while the cast talks.")
    list_display = (
        "whose",
        "with_whom",
        "trust",
        "respect",
        "affection",
        "familiarity",
        "conflict",
        "interactions",
        "lately",
    )
    list_select_related = ("bot__persona", "other__persona")
    search_fields = ("bot__username", "bot__persona__name", "other__username", "other__persona__name")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        changes = BondChange.objects.filter(relationship=OuterRef("pk"))
        newest: QuerySet[Any] = found.annotate(newest=_newest(changes))
        return newest

    @admin.display(description=gettext_lazy("lately"))
    def lately(self, bond: Any) -> str:
        return _causes(bond.newest)

    @admin.display(description=gettext_lazy("with"))
    def with_whom(self, bond: Relationship) -> str:
        other: Bot | None = bond.other
        return other.name if other else str(bond.person_id)
