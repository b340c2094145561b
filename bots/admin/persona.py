"""Personas: who a bot is. A row is one version; saving writes the next one and gives it to the bot."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots import roster
from bots.admin import evidence
from bots.admin.desk import Desk, person
from bots.models import Bot, Persona

TRAITS_BY_THEME: Any = (
    (
        gettext_lazy("Who it is"),
        {
            "fields": ("name", "hint", "tone", "expertise", "interests", "watchlist", "never_do"),
            "description": gettext_lazy("The audience always knows that this is a simulation."),
        },
    ),
    (gettext_lazy("Money"), {"fields": ("risk", "risk_note", "horizon")}),
    (
        gettext_lazy("How it writes"),
        {
            "fields": (
                "style_note", "formality", "phrases", "anecdotes", "emoji", "emoji_rate", "slip_rate",
                ("short_weight", "medium_weight", "long_weight"), "wpm",
            )
        },
    ),
    (
        gettext_lazy("Temper"),
        {"fields": ("mood_note", "energy", "energy_note", "empathy", "empathy_note")},
    ),
)  # fmt: skip


class Versions(admin.SimpleListFilter):
    title = gettext_lazy("versions")
    parameter_name = "versions"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("all, also past ones"))]

    @override
    def choices(self, changelist: Any) -> Any:
        everything, *others = super().choices(changelist)
        return [everything | {"display": _("in use")}, *others]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Persona]) -> QuerySet[Persona]:
        return queryset if self.value() == "all" else queryset.filter(bots__isnull=False).distinct()


@admin.register(Persona)
class PersonaAdmin(Desk[Persona]):
    summary = gettext_lazy("Who the bots are: tone, knowledge, risk, style. Each save is a new version; old ones stay.")
    empty = gettext_lazy("No persona yet. Each comes with its bot: add a bot, or import a cast file.")
    writer_audits = True
    views = ((gettext_lazy("in use"), ""), (gettext_lazy("all, also past ones"), "versions=all"))
    exported = ("name", "version", "played_by", "hint", "tone", "risk", "horizon", "created_at", "author")
    list_display = ("name", "version", "played_by", "tone", "risk", "horizon", "created_at", "author")
    list_filter = (Versions, "risk", "horizon")
    list_select_related = ("author",)
    search_fields = ("name", "hint", "tone", "bots__username")
    search_help_text = gettext_lazy("Name, description, tone or username")
    readonly_fields = ("version", "played_by", "author", "created_at")
    fieldsets = (
        (None, {"fields": ("played_by", "version", "author", "created_at")}),
        *TRAITS_BY_THEME,
    )

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Persona]:
        return super().get_queryset(request).prefetch_related("bots")

    @admin.display(description=gettext_lazy("played by"))
    def played_by(self, persona: Persona) -> str | SafeString:
        links = format_html_join(", ", "{}", ((evidence.link(bot),) for bot in persona.bots.all()))
        return links or _("nobody now: a past version")

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Persona | None = None) -> bool:
        """Past versions are history."""
        return super().has_change_permission(request, obj) and (obj is None or obj.bots.exists())

    @override
    def save_model(self, request: HttpRequest, obj: Persona, form: "ModelForm[Persona]", change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name in roster.TRAITS}
        for bot in Bot.objects.filter(persona=obj.pk):
            request.revised = roster.revise(bot, by=person(request), **changes)  # type: ignore[attr-defined]

    @override
    def response_change(self, request: HttpRequest, obj: Persona) -> HttpResponse:
        """On to the new version: the page that was edited is history now."""
        new: Persona = getattr(request, "revised", obj)
        response = super().response_change(request, new)
        if "_continue" in request.POST:
            return HttpResponseRedirect(reverse("admin:bots_persona_change", args=[new.pk]))
        return response
