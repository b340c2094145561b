"""Invitations: who may come in, as what, until when. The link itself is shown once, to whoever made it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence, once
from bots.admin.desk import Desk, person
from bots.admin.forms import ALL, DeskForm
from conversations.models import Chat
from monitoring import invitations
from monitoring.grants import MEANING, Role
from monitoring.models import Invitation


class InviteForm(DeskForm[Invitation]):
    chats = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only these chats"),
        queryset=Chat.objects.order_by("title"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: every chat. An admin is never limited."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Good for how many days"), min_value=1, max_value=14, initial=2,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            told = [(role.value, f"{role.label}: {MEANING[role]}") for role in Role]
            self.fields["role"] = forms.ChoiceField(
                label=_("Role"), choices=told, widget=forms.RadioSelect, initial=Role.OPERATOR.value
            )


@admin.register(Invitation)
class InvitationAdmin(Desk[Invitation]):
    form = InviteForm
    form_only = ("days",)
    guarded = ALL
    writer_audits = True
    made_once = True
    summary = gettext_lazy("Links that let one person in, or let somebody set a new password. Each is good once.")
    empty = gettext_lazy("Nobody is invited. Add an invitation, then hand its link to the person yourself.")
    list_display = ("name", "role_shown", "chats_shown", "standing", "expires_at", "author_name", "account")
    list_filter = ("is_reset",)
    list_select_related = ("account",)
    search_fields = ("name", "account__username", "author_name")
    actions = ("withdraw",)
    fields = ("name", "role", "chats", "days")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).prefetch_related("chats")

    @override
    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        return self.fields if obj is None else self.list_display

    @override
    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """A link is made or withdrawn; nothing of it is edited."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description=gettext_lazy("role"), ordering="role")
    def role_shown(self, row: Invitation) -> str:
        return _("new password") if row.is_reset else str(row.get_role_display())

    @admin.display(description=gettext_lazy("chats"))
    def chats_shown(self, row: Invitation) -> str:
        return ", ".join(chat.title for chat in row.chats.all()) or "–"

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, row: Invitation) -> SafeString:
        if row.used_at:
            return evidence.pill("good", _("used"))
        if row.withdrawn_at:
            return evidence.pill("quiet", _("withdrawn"))
        return (
            evidence.pill("warn", _("waits")) if row.is_good(timezone.now()) else evidence.pill("quiet", _("too old"))
        )

    @override
    def offers(self, request: HttpRequest, obj: Invitation) -> list[str]:
        return ["withdraw"] if obj.is_good(timezone.now()) else []

    @override
    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        given = form.cleaned_data
        made, obj.link = invitations.invite(  # type: ignore[attr-defined]  # for the answer to this request alone
            given["name"],
            Role(given["role"]),
            by=person(request),
            chats=given["chats"],
            good_for=timedelta(days=given["days"]),
        )
        obj.pk = made.pk

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The writer has done it."""

    @override
    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        told = _("Hand this link to %(name)s yourself, on a way that only you two read. It is good once.")
        return once.shown(
            self, request, title=_("The invitation"), told=told % {"name": obj.name}, secrets=[(_("Link"), obj.link)]
        )

    @confirm.asks(
        gettext_lazy("Withdraw"),
        consequence=gettext_lazy("These links open nothing any more. Whoever came in already stays in."),
    )
    def withdraw(self, request: HttpRequest, rows: QuerySet[Invitation]) -> None:
        confirm.each(request, rows, lambda row: invitations.withdraw(row, by=person(request)))
