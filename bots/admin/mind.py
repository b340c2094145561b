"""What is in the bots' minds, over the whole cast. Written in the studio; looked through here."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import causes, evidence
from bots.admin.desk import History
from bots.models import ActiveHours, Bot, Fragment, Holding, Memory, Mood, Origin, Relationship, Stance, Version
from bots.models.mind import BondChange, MoodChange

_ON_THE_BOT = gettext_lazy("None yet. They are written in the studio, or come with a cast file.")


class OfABot(History[Any]):
    list_select_related: ClassVar[tuple[str, ...]] = ("bot__persona",)
    empty = _ON_THE_BOT

    @override
    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        """Columns that lead to a bot lead nowhere else: a link inside a link is none."""
        return [next(name for name in list_display if name not in {"whose", "with_whom"})]

    @admin.display(description=gettext_lazy("bot"), ordering="bot__username")
    def whose(self, row: Any) -> str | SafeString:
        return evidence.studio(row.bot, f"{row.bot.name} (@{row.bot.username})")


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
    list_display = ("whose", "__str__")
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
    fields = (
        "whose", ("mood", "energy", "confidence", "stress"), ("excitement", "curiosity", "warmth"), "changed_at", "why",
    )  # fmt: skip

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        newest: QuerySet[Any] = found.annotate(newest=causes.newest(MoodChange.objects.filter(bot=OuterRef("bot"))))
        return newest

    @admin.display(description=gettext_lazy("lately"))
    def lately(self, mood: Any) -> str:
        return causes.lately(mood.newest)

    @admin.display(description=gettext_lazy("why"))
    def why(self, mood: Mood) -> str | SafeString:
        return causes.of_mood(mood)


@admin.register(Relationship)
class RelationshipAdmin(OfABot):
    summary = gettext_lazy("How the bots stand with each other and with people. Grows out of the conversation.")
    empty = gettext_lazy("No relationships yet: they grow while the cast talks.")
    list_display = (
        "whose", "with_whom", "standing", "trust", "respect", "affection", "familiarity", "conflict", "interactions",
        "lately",
    )  # fmt: skip
    list_select_related = ("bot__persona", "other__persona")
    search_fields = ("bot__username", "bot__persona__name", "other__username", "other__persona__name")
    fields = (
        "whose", "with_whom", "standing", ("trust", "respect", "affection"), ("familiarity", "conflict"),
        "interactions", "changed_at", "why",
    )  # fmt: skip

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        changes = BondChange.objects.filter(relationship=OuterRef("pk"))
        newest: QuerySet[Any] = found.annotate(newest=causes.newest(changes))
        return newest

    @admin.display(description=gettext_lazy("lately"))
    def lately(self, bond: Any) -> str:
        return causes.lately(bond.newest)

    @admin.display(description=gettext_lazy("with"))
    def with_whom(self, bond: Relationship) -> str:
        other: Bot | None = bond.other
        return other.name if other else _("person %(number)s") % {"number": bond.person_id}

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, bond: Relationship) -> SafeString:
        return causes.standing(bond)

    @admin.display(description=gettext_lazy("why"))
    def why(self, bond: Relationship) -> str | SafeString:
        return causes.of_bond(bond)


@admin.register(Origin)
class OriginAdmin(OfABot):
    summary = gettext_lazy("What imported bots came from, without secrets. Exports give back what is not used here.")
    empty = gettext_lazy("No bot came from the format of another product yet: manage.py cast import.")
    list_display = ("whose", "format", "version", "created_at")
    list_filter = ("format",)
    search_fields = ("bot__username", "bot__persona__name", "sha256")
    fields = ("whose", "format", "version", "sha256", "created_at", "document_shown")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Origin]:
        return super().get_queryset(request).defer("document")

    @admin.display(description=gettext_lazy("document"))
    def document_shown(self, origin: Origin) -> str | SafeString:
        return evidence.pretty(origin.document)


@admin.register(Version)
class VersionAdmin(OfABot):
    summary = gettext_lazy("How each bot was at every save in the studio, where two can be compared and one restored.")
    empty = gettext_lazy("No version yet: the first comes with the first save in the studio.")
    list_display = ("whose", "number", "kind", "author_name", "reason", "created_at")
    list_filter = ("kind", "bot")
    search_fields = ("bot__username", "bot__persona__name", "reason", "author_name")
    fields = ("whose", "number", "kind", "author_name", "reason", "created_at", "facts_shown")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        return super().get_queryset(request).defer("facts")

    @admin.display(description=gettext_lazy("content"))
    def facts_shown(self, version: Version) -> str | SafeString:
        return evidence.pretty(version.facts)


@admin.register(Fragment)
class FragmentAdmin(History[Fragment]):
    summary = gettext_lazy("Styles, emotion profiles, hours and paces with a name. The studio gives them to many bots.")
    empty = gettext_lazy("No fragment yet: the studio cuts one out of a persona.")
    list_display = ("name", "kind", "author_name", "created_at")
    list_filter = ("kind",)
    search_fields = ("name",)
    fields = ("name", "kind", "author_name", "created_at")
