"""People who write in the chats, with their rights; and people of the house who may stop the cast by Telegram."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence
from bots.admin.desk import Desk, History, person
from bots.admin.forms import ALL
from conversations import forgetting, stewards
from conversations.models import Participant, Steward


@admin.register(Participant)
class ParticipantAdmin(History[Participant]):
    summary = gettext_lazy(
        "People seen in the chats: only what answering them needs. Whoever asks gets what is stored of them, or has it "
        "deleted; they can do the same by /forget."
    )
    empty = gettext_lazy("No person has written yet. Bots answer whoever mentions them.")
    actions = ("export", "forget")
    list_display = ("shown", "username", "telegram_id", "user", "first_seen_at", "last_seen_at", "forgotten_at")
    list_select_related = ("user",)
    date_hierarchy = "last_seen_at"
    search_fields = ("name", "username", "telegram_id")
    search_help_text = gettext_lazy("Name, username or Telegram number")
    fields = (
        "shown",
        "username",
        "telegram_id",
        "user",
        "first_seen_at",
        "last_seen_at",
        "hushed_at",
        "forgotten_at",
        "stored",
    )
    readonly_fields = ("shown", "stored")

    @override
    def offers(self, request: HttpRequest, obj: Participant) -> list[str]:
        return [] if obj.forgotten_at else ["export", "forget"]

    def has_forget_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("conversations.forget_person")

    def has_export_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("conversations.export_person")

    @confirm.asks(
        gettext_lazy("Delete this person's data"),
        consequence=gettext_lazy(
            "Name, number, words, reactions, and what bots remember and feel of the person are deleted, also from "
            "stored updates and from what models were shown. Messages stay as empty lines of nobody. This is final."
        ),
        permissions=("forget",),
        danger=True,
        reason=True,
        code=True,
        tells=lambda row: counts_in_words(forgetting.counted(row)),
    )
    def forget(self, request: HttpRequest, rows: QuerySet[Participant]) -> None:
        by, why = person(request), confirm.reason(request)
        confirm.each(request, rows, lambda row: counts_in_words(forgetting.forget(row, by=by, reason=why)))

    @confirm.asks(
        gettext_lazy("Hand out this person's data"),
        consequence=gettext_lazy(
            "You get a file with everything that is stored. It leaves a trace in the audit trail."
        ),
        permissions=("export",),
        code=True,
        tells=lambda row: counts_in_words(forgetting.counted(row)),
    )
    def export(self, request: HttpRequest, rows: QuerySet[Participant]) -> HttpResponse:
        data = [forgetting.export(row, by=person(request)) for row in rows.filter(forgotten_at=None)]
        text = json.dumps(data, ensure_ascii=False, default=str, indent=2)
        answer = HttpResponse(text, content_type="application/json; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="kulis-person.json"'
        return answer

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def shown(self, row: Participant) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("stored of this person"))
    def stored(self, row: Participant) -> str:
        return counts_in_words(forgetting.counted(row))


@admin.register(Steward)
class StewardAdmin(Desk[Steward]):
    writer_audits = True
    guarded = ALL
    summary = gettext_lazy(
        "People of the house who may stop the cast by Telegram with /durdur. Starting needs the control room."
    )
    empty = gettext_lazy(
        "Nobody may stop the cast by Telegram. Name somebody: the code that appears proves the account."
    )
    actions = ("new_code", "dismiss")
    object_actions = ("new_code", "dismiss")
    list_display = ("user", "standing", "bound_at", "invited_at")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = ("user",)

    @override
    def get_fields(self, request: HttpRequest, obj: Steward | None = None) -> Any:
        return ("user", "standing", "bound_at", "invited_at") if obj else ("user",)

    @override
    def has_change_permission(self, request: HttpRequest, obj: Steward | None = None) -> bool:
        """A row is made or ended; nothing of it is edited."""
        return obj is None and super().has_change_permission(request, obj)

    def has_name_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("conversations.add_steward")

    @override
    def save_model(self, request: HttpRequest, obj: Steward, form: Any, change: bool) -> None:
        self._invite(request, obj.user)
        obj.pk = Steward.objects.get(user=obj.user).pk
        obj.refresh_from_db()

    @confirm.asks(
        gettext_lazy("New code"),
        consequence=gettext_lazy(
            "A code appears once. Whoever sends it to a bot in private within 15 minutes is this steward."
        ),
        permissions=("name",),
        code=True,
    )
    def new_code(self, request: HttpRequest, rows: QuerySet[Steward]) -> None:
        confirm.each(request, rows.select_related("user"), lambda row: self._invite(request, row.user))

    @confirm.asks(
        gettext_lazy("Dismiss"),
        consequence=gettext_lazy("The account can no longer stop the cast by Telegram."),
        permissions=("name",),
        code=True,
    )
    def dismiss(self, request: HttpRequest, rows: QuerySet[Steward]) -> None:
        confirm.each(request, rows.select_related("user"), lambda row: stewards.dismiss(row.user, by=person(request)))

    def _invite(self, request: HttpRequest, user: Any) -> None:
        code = stewards.invite(user, by=person(request))
        text = _("Within 15 minutes %(user)s sends this to any bot of the cast, in private: %(code)s")
        messages.success(request, text % {"user": user.get_username(), "code": code})

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, row: Steward) -> SafeString:
        if row.telegram_id is None:
            return evidence.pill("warn", _("has not sent the code yet"))
        return evidence.pill("good", _("may stop the cast"))


def counts_in_words(counts: dict[str, int]) -> str:
    """What is stored, or went, of a person."""
    names = {
        "messages": _("messages"),
        "reactions": _("reactions"),
        "relationships": _("relationships"),
        "memories": _("memories"),
        "turns": _("prompts that show them"),
        "updates": _("stored updates"),
    }
    return " · ".join(f"{names[name]}: {count}" for name, count in counts.items())
