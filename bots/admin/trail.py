"""The audit trail: who changed what, when and why."""

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import evidence
from bots.admin.desk import History, person
from bots.models import AuditEntry
from bots.models.audit import FOUND_BY


@admin.register(AuditEntry)
class AuditEntryAdmin(History[AuditEntry]):
    summary = gettext_lazy("Who changed what, when and why. Rows are added and never touched again.")
    empty = gettext_lazy("Nothing has been changed yet. Every change by a person or a command appears here.")
    list_display = ("at", "actor_name", "action", "subject_name", "kind", "reason")
    list_filter = ("at", "action", "subject_kind", "actor_name")
    search_fields = FOUND_BY
    search_help_text = gettext_lazy("Person, action, subject or reason")
    fields = (
        "at", "actor_name", "action", "subject_name", "kind", "subject_id", "reason",
        "before_shown", "after_shown", "link_shown",
    )  # fmt: skip

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """One's own entries; the whole trail for those whose role it is to read it."""
        rows = super().get_queryset(request)
        user = person(request)
        return rows if user.has_perm("bots.read_whole_trail") else rows.filter(actor=user)

    @override
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in {"subject_kind", "subject_id"} or super().lookup_allowed(lookup, value, request)

    @admin.display(description=gettext_lazy("kind"), ordering="subject_kind")
    def kind(self, entry: AuditEntry) -> str:
        try:
            return str(apps.get_model(entry.subject_kind)._meta.verbose_name)
        except (LookupError, ValueError):
            return entry.subject_kind or "–"

    @admin.display(description=gettext_lazy("before"))
    def before_shown(self, entry: AuditEntry) -> str | SafeString:
        return evidence.pretty(entry.before)

    @admin.display(description=gettext_lazy("after"))
    def after_shown(self, entry: AuditEntry) -> str | SafeString:
        return evidence.pretty(entry.after)

    @admin.display(description=gettext_lazy("in the chain"))
    def link_shown(self, entry: AuditEntry) -> str:
        """What `manage.py audit verify` holds it against."""
        link = getattr(entry, "link", None)
        return str(link) if link else "–"
