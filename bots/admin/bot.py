"""Bots: who is in the cast, whether they can speak, and with which token."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots import roster
from bots.admin import causes, confirm, evidence
from bots.admin.bot_forms import BotForm, EnrolForm
from bots.admin.desk import Desk, person
from bots.admin.persona import TRAITS_BY_THEME
from bots.models import Bot, Mood
from bots.telegram import port

TOKEN_TONES = {"healthy": "good", "dead": "bad", "untested": "warn", "missing": "quiet"}


class Standing(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("able", _("may speak")),
            ("paused", _("paused")),
            ("off", _("disabled")),
            ("retired", _("retired")),
        ]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Bot]) -> QuerySet[Bot]:
        now = timezone.now()
        chosen = {
            "able": Q(enabled=True, retired_at=None) & (Q(paused_until=None) | Q(paused_until__lte=now)),
            "paused": Q(paused_until__gt=now),
            "off": Q(enabled=False, retired_at=None),
            "retired": Q(retired_at__isnull=False),
        }.get(self.value() or "")
        return queryset.filter(chosen) if chosen else queryset


def _play_in(rows: QuerySet[Bot]) -> str:
    """How many places these bots fall silent in."""
    plays = rows.filter(memberships__ended_at=None, memberships__isnull=False)
    counts = {"bots": rows.count(), "chats": plays.values("memberships__chat").distinct().count()}
    return _("Bots that fall silent: %(bots)d. Chats they play in: %(chats)d.") % counts


@admin.register(Bot)
class BotAdmin(Desk[Bot]):
    form = BotForm
    summary = gettext_lazy("The members of the cast: one Telegram account each, with its persona, token and pace.")
    empty = gettext_lazy(
        "The cast is empty. Add a bot here, or take in a whole file: manage.py cast import FILE. "
        "A demo cast comes with Kulis."
    )
    writer_audits = True
    views = (
        (gettext_lazy("may speak"), "standing=able"),
        (gettext_lazy("paused"), "standing=paused"),
        (gettext_lazy("disabled"), "standing=off"),
        (gettext_lazy("token refused"), "token_state__exact=dead"),
        (gettext_lazy("no token"), "token_state__exact=missing"),
    )
    form_only = ("new_token",)
    guarded = ("new_token",)
    list_display = ("username", "called", "standing", "token_shown", "talkativeness", "pace", "hourly_cap", "rooms")
    list_filter = (Standing, "token_state", "chats")
    list_select_related = ("persona",)
    search_fields = ("username", "persona__name", "persona__hint")
    search_help_text = gettext_lazy("Username, name or description")
    readonly_fields = (
        "username", "who", "standing", "token_shown", "token_checked_at", "telegram_id", "reads_all_messages",
        "manages_bots", "mood_shown", "bonds_shown", "line_shown", "gated_until", "created_at", "retired_at",
    )  # fmt: skip
    actions = ("pause_an_hour", "resume", "test_token", "disable", "enable", "retire")
    fieldsets = (
        (None, {"fields": ("username", "who", "standing")}),
        (
            gettext_lazy("How it speaks"),
            {
                "fields": ("enabled", "talkativeness", "pace", "hourly_cap"),
                "description": gettext_lazy("What it says and how it sounds is its persona; this is how often."),
            },
        ),
        (gettext_lazy("How it feels"), {"fields": ("mood_shown", "bonds_shown")}),
        (
            gettext_lazy("Telegram"),
            {
                "fields": (
                    "token_shown",
                    "new_token",
                    "token_checked_at",
                    "telegram_id",
                    "reads_all_messages",
                    "manages_bots",
                ),
                "description": gettext_lazy("The token is stored sealed. Nobody can read it back, not even an admin."),
            },
        ),
        (
            gettext_lazy("Behind the scenes"),
            {"fields": ("line_shown", "gated_until", "created_at", "retired_at"), "classes": ("collapse",)},
        ),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "new_token")}),
        *TRAITS_BY_THEME,
        (gettext_lazy("How often it speaks"), {"fields": ("talkativeness", "pace", "hourly_cap")}),
    )

    # --- Lists -------------------------------------------------------------------------------------------------------
    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Bot]:
        playing = Count("memberships", filter=Q(memberships__ended_at=None))
        return super().get_queryset(request).select_related("persona").annotate(room_count=playing)

    @admin.display(description=gettext_lazy("name"), ordering="persona__name")
    def called(self, bot: Bot) -> str:
        return bot.name

    @admin.display(description=gettext_lazy("persona"))
    def who(self, bot: Bot) -> str | SafeString:
        return evidence.studio(bot, _("%(name)s: write it and try it out in the studio") % {"name": bot.name})

    @admin.display(description=gettext_lazy("chats"), ordering="room_count")
    def rooms(self, bot: Any) -> int:
        return int(bot.room_count)

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, bot: Bot) -> SafeString:
        if bot.retired_at:
            return evidence.pill("quiet", _("retired"))
        if not bot.enabled:
            return evidence.pill("quiet", _("disabled"))
        if bot.paused_until and bot.paused_until > timezone.now():
            until = timezone.localtime(bot.paused_until).strftime("%d.%m. %H:%M")
            return evidence.pill("warn", _("paused until %(when)s") % {"when": until})
        return evidence.pill("good", _("may speak"))

    @admin.display(description=gettext_lazy("token"), ordering="token_state")
    def token_shown(self, bot: Bot) -> SafeString:
        state = bot.get_token_state_display()
        hint = f"…{bot.token_hint} · " if bot.token_hint else ""
        return evidence.pill(TOKEN_TONES[bot.token_state], f"{hint}{state}")

    @admin.display(description=gettext_lazy("line to Telegram"))
    def line_shown(self, bot: Bot) -> str | SafeString:
        """Whether its breaker keeps calls back; the talk keeps breakers, not the cast."""
        breaker = getattr(bot, "breaker", None)
        if breaker is None or not breaker.is_shut:
            return evidence.pill("good", _("works"))
        told = _("keeps failing; tried again at %(when)s") % {"when": evidence.at(breaker.until)}
        return evidence.link(breaker, evidence.pill("bad", told))

    @admin.display(description=gettext_lazy("mood"))
    def mood_shown(self, bot: Bot) -> str | SafeString:
        mood = Mood.objects.filter(bot=bot).first()
        return evidence.link(mood, _("%(levels)s: why?") % {"levels": causes.levels(mood)}) if mood else "–"

    @admin.display(description=gettext_lazy("relationships"))
    def bonds_shown(self, bot: Bot) -> SafeString:
        address = f"{reverse('admin:bots_relationship_changelist')}?bot__id__exact={bot.pk}"
        return format_html('<a href="{}">{}</a>', address, _("With whom, and how"))

    # --- Forms -------------------------------------------------------------------------------------------------------
    @override
    def offers(self, request: HttpRequest, obj: Bot) -> list[str]:
        if obj.retired_at:
            return []
        rest = "resume" if obj.paused_until and obj.paused_until > timezone.now() else "pause_an_hour"
        tokens = ["test_token"] if obj.token else []
        return [rest, "disable" if obj.enabled else "enable", *tokens, "retire"]

    @override
    def get_fieldsets(self, request: HttpRequest, obj: Bot | None = None) -> Any:
        return self.laid_out(self.fieldsets if obj else self.add_fieldsets, request, obj)

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Bot | None = None) -> Any:
        return self.readonly_fields if obj else ()

    @override
    def get_form(
        self, request: HttpRequest, obj: Bot | None = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[Bot]]":
        return super().get_form(request, obj, change, form=BotForm if obj else EnrolForm, **kwargs)

    @override
    def missing(self, request: HttpRequest, obj: Bot | None) -> set[str]:
        """Only who may replace tokens has a field for one."""
        token = set() if self.has_replace_token_permission(request) else {"new_token"}
        return super().missing(request, obj) | token

    @override
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    @override
    def save_model(self, request: HttpRequest, obj: Bot, form: Any, change: bool) -> None:
        by, given = person(request), form.cleaned_data
        if change:
            settings = {name: given[name] for name in roster.ADJUSTABLE if name in form.changed_data}
            bot = roster.adjust(Bot.objects.get(pk=obj.pk), by=by, **settings)
        else:
            bot = roster.enrol(form.sheet(), by=by)
        if given.get("new_token"):
            roster.set_token(bot, given["new_token"], by=by)
        obj.pk = bot.pk
        obj.refresh_from_db()

    @override
    def response_add(self, request: HttpRequest, obj: Bot, post_url_continue: str | None = None) -> HttpResponse:
        """On to the page where stances, hours and memories are filled in."""
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(reverse("studio", args=[obj.pk]))

    # --- Actions -----------------------------------------------------------------------------------------------------
    def has_replace_token_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("bots.replace_token")

    @confirm.asks(
        gettext_lazy("Pause for an hour"),
        consequence=gettext_lazy("They say nothing for an hour, in no chat, also when somebody asks them."),
        reason=True,
        undo="resume",
    )
    def pause_an_hour(self, request: HttpRequest, rows: QuerySet[Bot]) -> None:
        until, why = timezone.now() + timedelta(hours=1), confirm.reason(request)
        confirm.each(request, rows, lambda bot: roster.pause(bot, until=until, by=person(request), reason=why))

    @confirm.asks(
        gettext_lazy("Resume"),
        consequence=gettext_lazy("Their pause ends now, and they speak again when their turn comes."),
        single_at_once=True,
    )
    def resume(self, request: HttpRequest, rows: QuerySet[Bot]) -> None:
        confirm.each(request, rows, lambda bot: roster.resume(bot, by=person(request)))

    @confirm.asks(
        gettext_lazy("Test the token"),
        consequence=gettext_lazy("Telegram is asked for each of them, one after another. Nothing else changes."),
        permissions=("replace_token",),
        single_at_once=True,
    )
    def test_token(self, request: HttpRequest, rows: QuerySet[Bot]) -> None:
        confirm.each(request, rows, lambda bot: _tested(roster.check_token(bot, by=person(request))))

    @confirm.asks(
        gettext_lazy("Disable"),
        consequence=gettext_lazy("They say nothing, anywhere, until somebody enables them again."),
        numbers=_play_in,
        undo="enable",
    )
    def disable(self, request: HttpRequest, rows: QuerySet[Bot]) -> None:
        confirm.each(request, rows, lambda bot: _silently(roster.adjust(bot, by=person(request), enabled=False)))

    @confirm.asks(
        gettext_lazy("Enable"),
        consequence=gettext_lazy("They may speak again, in every chat in which they play."),
        single_at_once=True,
    )
    def enable(self, request: HttpRequest, rows: QuerySet[Bot]) -> None:
        confirm.each(request, rows, lambda bot: _silently(roster.adjust(bot, by=person(request), enabled=True)))

    @confirm.asks(
        gettext_lazy("Retire for good"),
        consequence=gettext_lazy(
            "They leave the cast and their tokens are wiped. What they said stays. This cannot be undone."
        ),
        permissions=("replace_token",),
        danger=True,
        reason=True,
        code=True,
        named=True,
        numbers=_play_in,
    )
    def retire(self, request: HttpRequest, rows: QuerySet[Bot]) -> None:
        why = confirm.reason(request)
        confirm.each(request, rows, lambda bot: roster.retire(bot, by=person(request), reason=why))


def _tested(identity: port.Identity) -> str:
    sight = _("reads every message") if identity.reads_all_messages else _("sees only commands and replies")
    return _("Telegram knows it as @%(username)s; %(sight)s.") % {"username": identity.username, "sight": sight}


def _silently(_bot: Bot) -> None:
    return None
