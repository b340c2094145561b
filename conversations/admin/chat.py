"""Chats: where the cast talks, in which mode, and who plays there."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence
from bots.admin.desk import Desk, History, person
from bots.admin.inlines import Rows
from bots.models import Bot
from conversations import control, rehearsal
from conversations.admin import cost, standing
from conversations.admin.chat_forms import OpenForm, RunForm
from conversations.models import Chat, Membership, Rules, Turn

OF_TELEGRAM = {"origin", "telegram_id", "thread_id", "listener", "advice_note", "hushed_until", "closed_at"}
MODE_TONES = {"live": "good", "approval": "warn", "paused": "warn", "disabled": "quiet"}


class MemberRows(Rows[Membership, Chat]):
    model = Membership
    fields = ("bot", "weight", "last_said_at", "taken_by", "sees_bots_since", "gated_until", "ended_at", "ended_reason")
    readonly_fields = fields[:1] + fields[2:]
    verbose_name_plural = gettext_lazy("Members")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("bot__persona", "chat", "taken_by")

    @override
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Members are added in the field above: a row for each would list the whole cast again and again."""
        return False


def _waiting_there(rows: QuerySet[Chat]) -> str:
    counts = {
        "bots": Bot.objects.filter(memberships__chat__in=rows, memberships__ended_at=None).distinct().count(),
        "turns": Turn.objects.filter(chat__in=rows, state__in=Turn.UNSENT).count(),
    }
    return _("Bots that fall silent there: %(bots)d. Turns that are skipped: %(turns)d.") % counts


@admin.register(Chat)
class ChatAdmin(Desk[Chat]):
    form = RunForm
    form_only = ("more_bots",)
    change_form_template = "admin/conversations/chat/change_form.html"
    writer_audits = True
    summary = gettext_lazy("Where the cast talks: Telegram groups, and rehearsal rooms inside Kulis.")
    empty = gettext_lazy("No chat yet. Open a rehearsal room to hear the cast within seconds; no Telegram is needed.")
    list_display = ("title", "kind", "mode_shown", "members_shown", "disclosed_shown", "next_due", "page")
    list_filter = ("kind", "mode", "members")
    search_fields = ("title", "telegram_id")
    search_help_text = gettext_lazy("Title or Telegram number")
    readonly_fields = (
        "kind", "telegram_id", "thread_id", "page", "next_due", "created_at", "origin",
        "hushed_until", "closed_at",
    )  # fmt: skip
    actions = ("go_live", "approve_first", "rehearse", "pause", "disclose")
    views = (
        (gettext_lazy("Telegram groups"), "kind__exact=telegram"),
        (gettext_lazy("rehearsal rooms"), "kind__exact=rehearsal"),
        (gettext_lazy("live"), "mode__exact=live"),
        (gettext_lazy("paused"), "mode__exact=paused"),
        (gettext_lazy("disabled"), "mode__exact=disabled"),
    )
    fieldsets = (
        (None, {"fields": ("title", "kind", "mode", "page")}),
        (gettext_lazy("What it is about"), {"fields": ("topics", "feeds")}),
        (gettext_lazy("More members"), {"fields": ("more_bots",), "classes": ("collapse",)}),
        (
            gettext_lazy("Pace and hours"),
            {"fields": ("tempo", "timezone", "observes_hours", ("quiet_starts", "quiet_ends"))},
        ),
        (
            gettext_lazy("Telegram"),
            {
                "fields": (
                    "origin",
                    "telegram_id",
                    "thread_id",
                    "listener",
                    "advice_note",
                    "hushed_until",
                    "closed_at",
                ),
                "description": gettext_lazy(
                    "No bot speaks in a group before its audience was told that bots speak here."
                ),
            },
        ),
        (gettext_lazy("Behind the scenes"), {"fields": ("next_due", "created_at"), "classes": ("collapse",)}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("kind", "title", "topics", "everybody", "bots"),
                "description": gettext_lazy(
                    "A rehearsal room talks at once. A Telegram group waits for its disclosure."
                ),
            },
        ),
        (gettext_lazy("Only for Telegram groups"), {"fields": ("telegram_id", "thread_id", "told_by")}),
    )

    # --- Lists -------------------------------------------------------------------------------------------------------
    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Chat]:
        playing = Count("memberships", filter=Q(memberships__ended_at=None))
        return super().get_queryset(request).annotate(member_count=playing)

    @admin.display(description=gettext_lazy("mode"), ordering="mode")
    def mode_shown(self, chat: Chat) -> SafeString:
        return evidence.pill(MODE_TONES[chat.mode], chat.get_mode_display())

    @admin.display(description=gettext_lazy("members"), ordering="member_count")
    def members_shown(self, chat: Any) -> int:
        return int(chat.member_count)

    @admin.display(description=gettext_lazy("audience told"), ordering="disclosed_at")
    def disclosed_shown(self, chat: Chat) -> str | SafeString:
        if chat.is_rehearsal:
            return _("no audience")
        if chat.disclosed_at is None:
            return evidence.pill("bad", _("not yet: no bot speaks here"))
        return _("%(when)s, by %(who)s") % {"when": evidence.ago(chat.disclosed_at), "who": chat.disclosed_by}

    @admin.display(description=gettext_lazy("where it comes from"))
    def origin(self, chat: Chat) -> str:
        """A group that nobody registered says what to do with it."""
        if chat.noted_by is None:
            return "–"
        told = _("%(who)s added a bot of the cast to this group.") % {"who": chat.noted_by}
        if chat.mode != Chat.Mode.DISABLED or chat.is_disclosed:
            return told
        todo = _(
            "Nobody here has approved it, so it stays silent. To let the cast talk there, choose members and topics, "
            "then press “Disclose and go live”; otherwise remove the bot from the group in Telegram."
        )
        return f"{told} {todo}"

    @admin.display(description=gettext_lazy("talk"))
    def page(self, chat: Chat) -> SafeString:
        return format_html('<a href="{}">{}</a>', chat.get_absolute_url(), _("watch"))

    # --- Forms -------------------------------------------------------------------------------------------------------
    @override
    def missing(self, request: HttpRequest, obj: Chat | None) -> set[str]:
        """A room inside Kulis has nothing of Telegram."""
        return super().missing(request, obj) | (OF_TELEGRAM if obj and obj.is_rehearsal else set())

    @override
    def offers(self, request: HttpRequest, obj: Chat) -> list[str]:
        """The other modes, one click each."""
        rehearse = [] if obj.is_rehearsal or self.house.is_limited(request) else ["rehearse"]
        if not obj.is_disclosed:
            return ["disclose", *rehearse]
        others = {Chat.Mode.LIVE: "go_live", Chat.Mode.APPROVAL: "approve_first", Chat.Mode.PAUSED: "pause"}
        return [*(action for mode, action in others.items() if mode != obj.mode), *rehearse]

    @override
    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Beside the form: the day that is to be expected, the record of the disclosure, the rules of its own."""
        if chat := kwargs.get("obj"):
            context |= standing.of(chat) | {
                "may_rule": self._may_rule(request, chat),
                "sees_cost": cost.is_shown(request),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _may_rule(self, request: HttpRequest, chat: Chat) -> bool:
        rules: Any = self.admin_site.get_model_admin(Rules)
        return bool(rules.may_rule(request, chat))

    @override
    def get_fieldsets(self, request: HttpRequest, obj: Chat | None = None) -> Any:
        return self.laid_out(self.fieldsets if obj else self.add_fieldsets, request, obj)

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Chat | None = None) -> Any:
        return self.readonly_fields if obj else ()

    @override
    def get_inlines(self, request: HttpRequest, obj: Chat | None) -> list[Any]:
        return [MemberRows] if obj else []

    @override
    def get_form(
        self, request: HttpRequest, obj: Chat | None = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[Chat]]":
        return super().get_form(request, obj, change, form=RunForm if obj else OpenForm, **kwargs)

    @override
    def save_model(self, request: HttpRequest, obj: Chat, form: Any, change: bool) -> None:
        by, given = person(request), form.cleaned_data
        if not change:
            obj.pk = _open(given, by=by).pk
            obj.refresh_from_db()
            return
        settings = {name: given[name] for name in control.ADJUSTABLE if name in form.changed_data}
        if "feeds" in form.changed_data:
            settings["feeds"] = given["feeds"]
        if settings:
            control.adjust(obj, by=by, **settings)
        if "mode" in form.changed_data:
            control.set_mode(obj, Chat.Mode(given["mode"]), by=by)
        if given.get("more_bots"):
            control.set_members(obj, given["more_bots"], by=by)
        obj.refresh_from_db()

    @override
    def response_add(self, request: HttpRequest, obj: Chat, post_url_continue: str | None = None) -> HttpResponse:
        """On to the page of the chat: a group is disclosed there, a room can be watched from there."""
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(reverse("admin:conversations_chat_change", args=[obj.pk]))

    # --- Actions -----------------------------------------------------------------------------------------------------
    @confirm.asks(
        gettext_lazy("Go live"),
        consequence=gettext_lazy("The cast begins to talk there at once, if the engine runs."),
        reason=True,
    )
    def go_live(self, request: HttpRequest, rows: QuerySet[Chat]) -> None:
        self._set(request, rows, Chat.Mode.LIVE)

    @confirm.asks(
        gettext_lazy("Approve every message first"),
        consequence=gettext_lazy("The cast goes on writing; each message waits for a person's yes before it is said."),
        reason=True,
    )
    def approve_first(self, request: HttpRequest, rows: QuerySet[Chat]) -> None:
        self._set(request, rows, Chat.Mode.APPROVAL)

    @confirm.asks(
        gettext_lazy("Pause"),
        consequence=gettext_lazy("The cast falls silent there. What waits to be said is skipped, not kept for later."),
        reason=True,
        numbers=_waiting_there,
    )
    def pause(self, request: HttpRequest, rows: QuerySet[Chat]) -> None:
        self._set(request, rows, Chat.Mode.PAUSED)

    @confirm.asks(
        gettext_lazy("Rehearse"),
        consequence=gettext_lazy(
            "The group falls silent. A rehearsal room opens with its members, weights, topics, feeds and rules; "
            "nothing said there reaches Telegram."
        ),
    )
    def rehearse(self, request: HttpRequest, rows: QuerySet[Chat]) -> None:
        if self.house.is_limited(request):
            raise PermissionDenied(_("The room would be none of your chats; ask an operator without a limit."))
        confirm.each(request, rows, lambda chat: _opened(rehearsal.of_group(chat, by=person(request))))

    @confirm.asks(
        gettext_lazy("Disclose and go live"),
        consequence=gettext_lazy(
            "A bot of the group writes there, in the open, that bots speak here as a simulation, and pins it "
            "where it may. Then the cast begins to talk."
        ),
    )
    def disclose(self, request: HttpRequest, rows: QuerySet[Chat]) -> None:
        confirm.each(request, rows, lambda chat: _quiet(control.disclose(chat, by=person(request))))

    def _set(self, request: HttpRequest, rows: QuerySet[Chat], mode: Chat.Mode) -> None:
        by, why = person(request), confirm.reason(request)
        confirm.each(request, rows, lambda chat: control.set_mode(chat, mode, by=by, reason=why))


@admin.register(Membership)
class MembershipAdmin(History[Membership]):
    summary = gettext_lazy("Who plays where. Changed on the page of the chat.")
    empty = gettext_lazy("Nobody plays anywhere yet. Open a chat and choose its members.")
    list_display = ("bot", "chat", "weight", "last_said_at", "gated_until", "ended_at", "ended_reason")
    list_filter = ("chat", "ended_reason")
    list_select_related = ("bot__persona", "chat")
    search_fields = ("bot__username", "bot__persona__name", "chat__title")
    exclude = ("next_at",)


def _open(given: dict[str, Any], *, by: Any) -> Chat:
    members = Bot.objects.active() if given["everybody"] else given["bots"]
    if given["kind"] == Chat.Kind.REHEARSAL:
        return rehearsal.open_room(given["title"], members=members, topics=given["topics"], by=by)
    return control.add_group(
        given["title"],
        telegram_id=given["telegram_id"],
        thread_id=given["thread_id"],
        members=members,
        topics=given["topics"],
        disclosed_by=given["told_by"],
        by=by,
    )


def _opened(room: Chat) -> str:
    return _("The room “%(room)s” is open.") % {"room": room}


def _quiet(_chat: Chat) -> None:
    return None
