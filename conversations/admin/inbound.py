"""What Telegram brought: every update with what became of it, and those that wait for a person."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence, large
from bots.admin.desk import History, person
from conversations import inbox
from conversations.inbound import causes
from conversations.models import InboundUpdate, Response

TONES = {"parked": "bad", "stored": "warn", "done": "quiet", "discarded": "quiet"}
RESPONSE_TONES = {"sent": "good", "failed": "bad", "unknown": "warn", "expired": "warn"}
MAY_SETTLE = "conversations.settle_inboundupdate"


@admin.register(InboundUpdate)
class InboundUpdateAdmin(History[InboundUpdate]):
    summary = gettext_lazy(
        "What Telegram told us, as it came, stored before anything reads it. “Parked” are dead letters: they could not "
        "be read. Have them read again when the cause is mended, or lay them aside."
    )
    empty = gettext_lazy("Telegram told us nothing yet. Set a webhook, or run manage.py listen.")
    actions = ("read_again", "discard")
    list_display = ("received_at", "state_shown", "kind", "why", "bot", "chat_number", "tries")
    list_filter = ("state", "kind", "outcome", "bot", "received_at")
    list_select_related = ("bot__persona",)
    search_fields = ("outcome", "cause", "bot__username")
    searched = large.SEARCHED
    fields = (
        "bot", "update_id", "kind", "state_shown", "why", "cause", "tries", "chat_number", "happened_at", "received_at",
        "done_at", "payload_shown",
    )  # fmt: skip

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundUpdate]:
        rows = super().get_queryset(request)
        listing = getattr(request.resolver_match, "url_name", "").endswith("_changelist")
        return rows.defer("payload") if listing else rows

    @override
    def offers(self, request: HttpRequest, obj: InboundUpdate) -> list[str]:
        return ["read_again", "discard"] if obj.state == InboundUpdate.State.PARKED else []

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm(MAY_SETTLE)

    @confirm.asks(
        gettext_lazy("Read again"),
        consequence=gettext_lazy(
            "What is parked is read once more, as if it had come now. Old questions stay unanswered."
        ),
        permissions=("settle",),
    )
    def read_again(self, request: HttpRequest, rows: QuerySet[InboundUpdate]) -> None:
        confirm.each(request, rows, lambda update: _settled(inbox.retry(update, by=person(request))))

    @confirm.asks(
        gettext_lazy("Lay aside"),
        consequence=gettext_lazy("What is parked is never read, and is deleted with other old updates."),
        permissions=("settle",),
        reason=True,
    )
    def discard(self, request: HttpRequest, rows: QuerySet[InboundUpdate]) -> None:
        why = confirm.reason(request)
        confirm.each(request, rows, lambda update: _settled(inbox.discard(update, by=person(request), reason=why)))

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, update: InboundUpdate) -> SafeString:
        return evidence.pill(TONES[update.state], update.get_state_display())

    @admin.display(description=gettext_lazy("what it was"), ordering="outcome")
    def why(self, update: InboundUpdate) -> str:
        if update.outcome == "restored":
            return _("It waited when a backup was restored, and is not read by itself.")
        return causes.explained(update.cause) if update.cause else update.outcome or "–"

    @admin.display(description=gettext_lazy("content"))
    def payload_shown(self, update: InboundUpdate) -> str | SafeString:
        return evidence.pretty(update.payload)


@admin.register(Response)
class ResponseAdmin(History[Response]):
    summary = gettext_lazy("What Kulis itself answered to commands of people. To whom is erased once it is sent.")
    empty = gettext_lazy("Nobody has given a command yet. /help and /privacy work wherever the bots are.")
    list_display = ("created_at", "command", "state_shown", "bot", "reason", "ended_at")
    list_filter = ("state", "command", "bot", "created_at")
    list_select_related = ("bot__persona",)
    search_fields = ("command", "reason", "bot__username")
    searched = large.SEARCHED
    fields = ("command", "bot", "state_shown", "reason", "detail", "text", "created_at", "ended_at")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, response: Response) -> SafeString:
        return evidence.pill(RESPONSE_TONES.get(response.state, "quiet"), response.get_state_display())


def _settled(was_parked: bool) -> None:
    if not was_parked:
        raise ValidationError(_("It is not parked any more."))
