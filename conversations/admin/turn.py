"""Turns: every attempt of a bot to say something, with its reasons, tries and cost."""

from collections.abc import Collection
from functools import reduce
from operator import and_
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots import casing, found
from bots.admin import confirm, evidence, large
from bots.admin.desk import History, person
from conversations import control, decisions, remits
from conversations.admin import by_words, cost
from conversations.models import Chat, LLMCall, SendAttempt, Turn

STATE_TONES = {"sent": "good", "uncertain": "warn", "held": "warn", "failed": "bad", "unresolved": "bad"}
_TO_BE_SAID = (Turn.State.HELD, Turn.State.COMPOSED, Turn.State.SENDING, Turn.State.UNCERTAIN)
LEDGER = ("provider", "model", "prompt_tokens", "completion_tokens", "cached_tokens", "cost")


@admin.register(Turn)
class TurnAdmin(History[Turn]):
    summary = gettext_lazy("Each attempt of a bot to say one thing in one chat: why, when, with what result.")
    empty = gettext_lazy("No turn yet. They open as soon as the engine runs and a chat is live.")
    actions = ("approve", "reject", "retry", "delivered", "again")
    views = (
        (gettext_lazy("wait for a yes"), f"state__exact={Turn.State.HELD}"),
        (gettext_lazy("failed"), f"state__exact={Turn.State.FAILED}"),
        (gettext_lazy("perhaps delivered"), f"state__exact={Turn.State.UNCERTAIN}"),
        (gettext_lazy("never cleared up"), f"state__exact={Turn.State.UNRESOLVED}"),
        (gettext_lazy("sent"), f"state__exact={Turn.State.SENT}"),
    )
    exported = ("number", "state", "reason", "who", "chat", "text", "trigger", "due_at", "sent_at", "cost_shown")
    list_display = (
        "number", "state_shown", "who", "chat", "short", "reason_shown", "trigger", "due", "cost_shown", "story",
    )  # fmt: skip
    list_filter = ("state", "trigger", "due_at", "chat", "bot", "reason")
    list_select_related = ("chat", "bot__persona")
    search_fields = ("text", "bot__username", "chat__title")
    search_help_text = gettext_lazy("Words, username or chat; the newest 1,000")
    fieldsets = (
        (None, {"fields": ("story", "state_shown", "reason", "detail", "chat", "bot", "trigger", "cause", "intent")}),
        (gettext_lazy("What"), {"fields": ("text", "draft", "reply_to", "mention", "topic", "length", "message")}),
        (
            gettext_lazy("When"),
            {"fields": ("created_at", "due_at", "typing_from", "send_after", "expires_at", "sent_at", "ended_at")},
        ),
        (gettext_lazy("Cost"), {"fields": (*LEDGER, "model_ms")}),
        (
            gettext_lazy("Evidence"),
            {"fields": ("persona", "rules", "candidates_shown", "verdicts_shown", "prompt_shown")},
        ),
    )

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Turn]:
        """The evidence is large and no list shows it."""
        rows = super().get_queryset(request)
        listing = getattr(request.resolver_match, "url_name", "").endswith("_changelist")
        return rows.defer("prompt", "candidates", "verdicts", "draft") if listing else rows

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Turn], search_term: str
    ) -> tuple[QuerySet[Turn], bool]:
        """What was said is found among the messages, whose index knows the words."""
        words = casing.plain(search_term).split()
        if not words:
            return queryset, False
        waiting = reduce(and_, (found.anywhere(word, "text") for word in words), Q(state__in=_TO_BE_SAID))
        waits = Q(pk__in=list(Turn.objects.filter(waiting).values_list("pk", flat=True)[: by_words.MOST]))
        said = by_words.matching(words, viewer=request.user, said="message__in", named=_speaker_or_chat)
        return queryset.filter(waits | said), False

    @override
    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return columns if cost.is_shown(request) else tuple(name for name in columns if name != "cost_shown")

    @override
    def get_fieldsets(self, request: HttpRequest, obj: Turn | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj and not remits.reads_prompt(request.user, obj.memories):
            kept = [[name for name in part["fields"] if name != "prompt_shown"] for _title, part in fieldsets]
            fieldsets = [
                (title, {**part, "fields": fields}) for (title, part), fields in zip(fieldsets, kept, strict=True)
            ]
        return fieldsets if cost.is_shown(request) else [part for part in fieldsets if "cost" not in part[1]["fields"]]

    @override
    def untold(self, request: HttpRequest) -> Collection[str]:
        told = super().untold(request)
        return told if cost.is_shown(request) else {*told, "cost"}

    # --- What waits for a person -------------------------------------------------------------------------------------
    @override
    def offers(self, request: HttpRequest, obj: Turn) -> list[str]:
        if obj.state == Turn.State.HELD:
            return ["approve", "reject"]
        if decisions.may_be_settled(obj):
            return ["delivered", "again"]
        return ["reject"] if obj.state in Turn.UNSENT else []

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("conversations.change_chat")

    @confirm.asks(
        gettext_lazy("Approve"),
        consequence=gettext_lazy("What waits for approval is said in its chat now."),
        permissions=("steer",),
    )
    def approve(self, request: HttpRequest, rows: QuerySet[Turn]) -> None:
        confirm.each(request, rows, lambda turn: _settled(control.approve(turn, by=person(request))))

    @confirm.asks(
        gettext_lazy("Reject"),
        consequence=gettext_lazy("What was not sent yet is never said."),
        permissions=("steer",),
        reason=True,
    )
    def reject(self, request: HttpRequest, rows: QuerySet[Turn]) -> None:
        why = confirm.reason(request)
        confirm.each(request, rows, lambda turn: _settled(control.reject(turn, by=person(request), reason=why)))

    @confirm.asks(
        gettext_lazy("Try again"),
        consequence=gettext_lazy("Each that failed a short while ago is tried once more, as a new turn."),
        permissions=("steer",),
        reason=True,
    )
    def retry(self, request: HttpRequest, rows: QuerySet[Turn]) -> None:
        by, why = person(request), confirm.reason(request)
        confirm.each(request, rows, lambda turn: _said_anew(decisions.retry(turn, by=by, reason=why)))

    @confirm.asks(
        gettext_lazy("It was delivered"),
        consequence=gettext_lazy("You have seen it in the chat; it counts as sent, and nobody sends it again."),
        permissions=("steer",),
        reason=True,
    )
    def delivered(self, request: HttpRequest, rows: QuerySet[Turn]) -> None:
        why = confirm.reason(request)
        confirm.each(request, rows, lambda turn: decisions.delivered(turn, by=person(request), reason=why))

    @admin.action(description=gettext_lazy("Send again (may arrive twice)"), permissions=("steer",))
    def again(self, request: HttpRequest, rows: QuerySet[Turn]) -> HttpResponse | None:
        """One at a time, on the turn's own page, where a fresh code of the second factor is asked for."""
        if rows.count() == 1:
            return redirect(rows[0])
        messages.error(
            request, _("Choose one turn: each is decided on its own page, with a code of your second factor.")
        )
        return None

    # --- Columns -----------------------------------------------------------------------------------------------------
    @admin.display(description="#", ordering="pk")
    def number(self, turn: Turn) -> str:
        return str(turn.pk)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, turn: Turn) -> SafeString:
        return evidence.pill(STATE_TONES.get(turn.state, "quiet"), turn.get_state_display())

    @admin.display(description=gettext_lazy("reason"), ordering="reason")
    def reason_shown(self, turn: Turn) -> str | SafeString:
        """The code, and the way to its explanation."""
        if not turn.reason:
            return "–"
        rule = turn.reason.startswith("guard:")
        place = f"{'rule' if rule else 'ended'}-{turn.reason.partition(':')[2] if rule else turn.reason}"
        return format_html('<a href="{}#{}">{}</a>', reverse("help-reasons"), place.replace("_", "-"), turn.reason)

    @admin.display(description=gettext_lazy("bot"), ordering="bot__persona__name")
    def who(self, turn: Turn) -> str:
        return turn.bot.name if turn.bot else "–"

    @admin.display(description=gettext_lazy("due"), ordering="due_at")
    def due(self, turn: Turn) -> str:
        return evidence.at(turn.due_at)

    @admin.display(description=gettext_lazy("cost, $"), ordering="cost")
    def cost_shown(self, turn: Turn) -> str:
        return f"{turn.cost:.4f}" if turn.cost else "0"

    @admin.display(description=gettext_lazy("text"))
    def short(self, turn: Turn) -> str:
        return evidence.brief(turn.text, 60) or "–"

    @admin.display(description=gettext_lazy("story"))
    def story(self, turn: Turn) -> SafeString:
        return format_html('<a href="{}">{}</a>', turn.get_absolute_url(), _("why?"))

    @admin.display(description=gettext_lazy("candidates"))
    def candidates_shown(self, turn: Turn) -> str | SafeString:
        return evidence.pretty(turn.candidates)

    @admin.display(description=gettext_lazy("verdicts"))
    def verdicts_shown(self, turn: Turn) -> str | SafeString:
        return evidence.pretty(turn.verdicts)

    @admin.display(description=gettext_lazy("prompt"))
    def prompt_shown(self, turn: Turn) -> str | SafeString:
        return evidence.pretty(turn.prompt)


@admin.register(SendAttempt)
class SendAttemptAdmin(History[SendAttempt]):
    summary = gettext_lazy("Each try to hand a turn to Telegram, written down before the first byte.")
    empty = gettext_lazy("Nothing was sent yet. Rehearsal rooms need no Telegram and leave attempts too.")
    list_display = ("started_at", "turn", "gen", "outcome", "reason", "status", "retry_after", "sent_id", "ended_at")
    list_filter = ("outcome", "reason", "started_at")
    list_select_related = ("turn",)
    search_fields = ("reason", "detail")
    searched = large.SEARCHED


@admin.register(LLMCall)
class LLMCallAdmin(History[LLMCall]):
    summary = gettext_lazy("Each question to a model: who answered, how long it took, what it cost.")
    empty = gettext_lazy("No model was asked yet. The offline voice is asked too, and costs nothing.")
    list_display = (
        "started_at", "provider", "model", "outcome", "route", "retry", "latency_ms", "tokens", "cost", "estimated",
        "turn", "purpose",
    )  # fmt: skip
    list_filter = ("purpose", "outcome", "provider", "model", "estimated", "started_at")
    list_select_related = ("provider", "turn")
    search_fields = ("model", "outcome", "detail")
    searched = large.SEARCHED

    @override
    def has_view_permission(self, request: HttpRequest, obj: LLMCall | None = None) -> bool:
        return super().has_view_permission(request, obj) and cost.is_shown(request)

    @admin.display(description=gettext_lazy("tokens, in + out"))
    def tokens(self, call: LLMCall) -> str:
        return f"{call.prompt_tokens} + {call.completion_tokens}"


def _settled(was_waiting: bool) -> None:
    if not was_waiting:
        raise ValidationError(_("It is too late for that."))


def _said_anew(turn: Turn) -> str:
    return _("It is tried again as turn %(number)s.") % {"number": turn.pk}


def _speaker_or_chat(word: str) -> Q | None:
    return by_words.called(word, bot__in=by_words.bots(), chat__in=(Chat.objects.all(), ("title",)))
