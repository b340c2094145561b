"""Breakers: what is left alone for a while because it keeps failing."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence
from bots.admin.desk import History, person
from bots.admin.inlines import Rows
from conversations import breakers
from conversations.models import Breaker, Provider

TONES = {Breaker.State.CLOSED: "good", Breaker.State.OPEN: "bad", Breaker.State.HALF_OPEN: "warn"}


@admin.register(Breaker)
class BreakerAdmin(History[Breaker]):
    summary = gettext_lazy("What keeps failing is left alone for a while, then tried with one call.")
    empty = gettext_lazy("Nothing has failed yet. A row appears with the first failure of a bot's line or of a model.")
    list_display = ("of", "standing", "seen", "reason", "failed_at", "until")
    list_filter = ("state", "failed_at")
    list_select_related = ("bot__persona", "provider")
    search_fields = ("bot__username", "provider__name", "model")
    fields = (
        "of", "standing", "until", "openings", "opened_at", "failed_at", "reason", "in_a_row", "calls", "failures",
    )  # fmt: skip
    actions = ("reset",)

    @override
    def offers(self, request: HttpRequest, obj: Breaker) -> list[str]:
        return ["reset"] if obj.is_shut or obj.in_a_row else []

    @admin.display(description=gettext_lazy("of"))
    def of(self, breaker: Breaker) -> str:
        return str(breaker)

    @admin.display(description=gettext_lazy("standing"), ordering="state")
    def standing(self, breaker: Breaker) -> SafeString:
        return evidence.pill(TONES[Breaker.State(breaker.state)], breaker.get_state_display())

    @admin.display(description=gettext_lazy("when it failed last"))
    def seen(self, breaker: Breaker) -> str:
        return _("%(row)s in a row; %(failures)s of %(calls)s in 30 s") % {
            "row": breaker.in_a_row,
            "failures": breaker.failures,
            "calls": breaker.calls,
        }

    def has_reset_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("conversations.reset_breaker")

    @confirm.asks(
        gettext_lazy("Close"),
        consequence=gettext_lazy("They are called again at once. What failed before does not count any more."),
        permissions=("reset",),
    )
    def reset(self, request: HttpRequest, rows: QuerySet[Breaker]) -> None:
        confirm.each(request, rows, lambda breaker: _closed(breaker, by=person(request)))


def _closed(breaker: Breaker, *, by: Any) -> None:
    breakers.reset(breaker, by=by)


class BreakerRows(Rows[Breaker, Provider]):
    """On the page of a provider: its models that failed."""

    model = Breaker
    fk_name = "provider"
    can_delete = False
    fields = readonly_fields = ("model", "state", "until", "in_a_row", "reason", "failed_at")
    verbose_name_plural = gettext_lazy("Breakers")

    @override
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
