"""Rules: how lively the cast is. Rows are revisions: the newest holds, saving adds one, none is ever changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import evidence
from bots.admin.desk import Desk, person
from bots.admin.forms import DeskForm
from conversations import control
from conversations.models import Chat, Rules
from conversations.models.rules import CAST_WIDE, FIELDS

_SHOWN = 4


class RulesForm(DeskForm[Rules]):
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    may_rule_all = True

    @override
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        chat = cleaned.get("chat")
        if chat is None and not self.may_rule_all:
            raise ValidationError(_("Rules for every chat are an admin's. Write rules for one chat, from its page."))
        newest = _newest(chat)
        if cleaned.get("seen") != (newest.pk if newest else None):
            raise ValidationError(_("Somebody saved a revision while you were typing. Open the form anew."))
        if not self.errors and not self.changes():
            raise ValidationError(_("Nothing is different from the rules that hold now."))
        return cleaned

    def clean_hourly_activity(self) -> list[float] | None:
        """Django reads an empty field of a list as an empty list. Here it inherits, as every other."""
        return self.cleaned_data["hourly_activity"] or None

    def changes(self) -> dict[str, Any]:
        """What differs from the newest revision of the same scope."""
        newest = _newest(self.cleaned_data["chat"])
        given = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
        return {name: value for name, value in given.items() if value != (getattr(newest, name) if newest else None)}


@admin.register(Rules)
class RulesAdmin(Desk[Rules]):
    form = RulesForm
    summary = gettext_lazy("How lively the cast is. Each save is a new revision: the newest holds, the old ones stay.")
    empty = gettext_lazy("No rules: the first revision is made when Kulis is installed. Run manage.py migrate.")
    writer_audits = True
    list_display = ("created_at", "scope", "holds", "what_changed", "note", "author_name")
    list_filter = ("chat", "author_name", "created_at")
    list_select_related = ("chat", "author")
    date_hierarchy = "created_at"
    search_fields = ("note", "author_name", "chat__title")
    fieldsets = (
        (None, {"fields": ("chat", "seen", "note")}),
        (
            gettext_lazy("Pace"),
            {
                "fields": (
                    "scale", ("max_per_minute", "chat_max_per_minute", "waiting_most"),
                    ("base_delay", "burstiness", "longest_wait"),
                    "hourly_activity", ("news_boost", "news_decay_minutes"), "chatter_seconds",
                    ("typing_shown", "typing_at_once"),
                )
            },
        ),
        (
            gettext_lazy("Prime hours"),
            {
                "fields": (
                    "prime_delay", ("prime_morning_starts", "prime_morning_ends"),
                    ("prime_afternoon_starts", "prime_afternoon_ends"),
                ),
                "description": gettext_lazy("On market days the cast is livelier in these hours."),
            },
        ),
        (
            gettext_lazy("Who speaks"),
            {
                "fields": (
                    "own_gap", ("inequality", "share_debt", "fatigue"), ("relevance_pull", "novelty_pull"),
                    ("conflict_pull", "affinity_pull", "mood_pull"),
                )
            },
        ),
        (
            gettext_lazy("Manners"),
            {
                "fields": (
                    ("reply_probability", "reply_to_bot_probability", "best_targets", "late_replies"),
                    ("quote_newest", "reaction_probability", "mention_probability"), "second_answer",
                    ("chain_cap", "chain_rest_minutes"), ("quiet_messages", "quiet_minutes", "hush_minutes"),
                    "answer_minutes",
                )
            },
        ),
        (
            gettext_lazy("Subjects"),
            {
                "fields": (
                    ("topic_window", "topic_exhausted", "topic_drift"),
                    ("news_probability", "news_minutes", "news_per_cast"), "quote_minutes",
                )
            },
        ),
        (
            gettext_lazy("Words"),
            {
                "fields": (
                    ("short_weight", "medium_weight", "long_weight"),
                    ("history_length", "memories_recalled", "own_words"), ("refresh_messages", "refresh_minutes"),
                    "stance_cooldown_minutes", ("phrase_every", "anecdote_days"), "slip_probability",
                )
            },
        ),
        (
            gettext_lazy("Checks"),
            {
                "fields": (
                    ("duplicate_hours", "duplicate_similarity", "meaning_similarity"), "rewrites", "judge_stances",
                    ("fleet_share", "fleet_messages", "fleet_hours"),
                )
            },
        ),
        (
            gettext_lazy("Money and people"),
            {
                "fields": (
                    ("asks_per_person", "asks_per_person_day"), ("asks_per_chat", "asks_per_chat_day"),
                    "budget_reserve",
                )
            },
        ),
        (gettext_lazy("Feelings"), {"fields": ("mood_decay", "ignored_minutes", "silence_minutes")}),
        (gettext_lazy("How long it is kept"), {"fields": (("prompt_days", "turn_days"),)}),
    )  # fmt: skip

    # --- Lists -------------------------------------------------------------------------------------------------------
    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Rules]:
        scope = Coalesce("chat_id", Value(0))
        same = Rules.objects.annotate(scope=scope).filter(scope=Coalesce(OuterRef("chat_id"), Value(0)))
        earlier = same.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("pk")[:1]
        later = same.filter(pk__gt=OuterRef("pk"))
        return super().get_queryset(request).annotate(previous_id=Subquery(earlier), is_past=Exists(later))

    @override
    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """One query more for the whole page: the revisions that its rows followed."""
        page = super().get_changelist_instance(request)
        followed = Rules.objects.in_bulk([row.previous_id for row in page.result_list if row.previous_id])
        for row in page.result_list:
            row.followed = followed.get(row.previous_id)
        return page

    @admin.display(description=gettext_lazy("only for"), ordering="chat")
    def scope(self, rules: Rules) -> str:
        return str(rules.chat or _("every chat"))

    @admin.display(description=gettext_lazy("holds"))
    def holds(self, rules: Any) -> SafeString:
        if rules.is_past:
            return evidence.pill("quiet", _("past"))
        address = f"{reverse('admin:conversations_rules_add')}?{_query(rules.chat_id)}"
        return format_html('{} <a href="{}">{}</a>', evidence.pill("good", _("holds")), address, _("change"))

    @admin.display(description=gettext_lazy("what changed"))
    def what_changed(self, rules: Any) -> str:
        changed = [
            f"{Rules._meta.get_field(name).verbose_name}: {_said(getattr(rules.followed, name, None))} → {_said(value)}"  # type: ignore[union-attr]
            for name in FIELDS
            if (value := getattr(rules, name)) != getattr(rules.followed, name, None)
        ]
        if rules.followed is None and rules.chat_id is None:
            return _("the first rules")
        more = f" (+{len(changed) - _SHOWN})" if len(changed) > _SHOWN else ""
        return "; ".join(changed[:_SHOWN]) + more

    # --- Forms -------------------------------------------------------------------------------------------------------
    @override
    def has_change_permission(self, request: HttpRequest, obj: Rules | None = None) -> bool:
        """Revisions are history. To change the rules is to write the next one."""
        return False

    @override
    def missing(self, request: HttpRequest, obj: Rules | None) -> set[str]:
        """A chat has no say in what holds for the whole cast."""
        return super().missing(request, obj) | (CAST_WIDE if (obj.chat if obj else _asked_for(request)) else set())

    @override
    def get_form(self, request: HttpRequest, obj: Rules | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            form.base_fields["chat"].widget = forms.HiddenInput()
            form.may_rule_all = person(request).has_perm("conversations.change_rules")  # type: ignore[attr-defined]
        return form

    @override
    def get_fieldsets(self, request: HttpRequest, obj: Rules | None = None) -> Any:
        fieldsets = self.laid_out(self.fieldsets, request, obj)
        if obj is None:
            return fieldsets
        told = (None, {"fields": ("scope", "holds", "note", "author_name", "created_at")})
        return (told, *fieldsets[1:])

    @override
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        chat = _asked_for(request)
        newest = _newest(chat)
        values = {name: getattr(newest, name) for name in FIELDS} if newest else {}
        return values | {"chat": chat.pk if chat else None, "seen": newest.pk if newest else None}

    @override
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        chat = _asked_for(request)
        inherits = _("An empty field inherits what holds for every chat.") if chat else ""
        title = _("New rules for %(scope)s") % {"scope": chat or _("every chat")}
        context = {"title": title, "explanation": inherits} | (extra_context or {})
        return super().add_view(request, form_url, context)

    @override
    def save_model(self, request: HttpRequest, obj: Rules, form: Any, change: bool) -> None:
        given = form.cleaned_data
        rules = control.revise(by=person(request), note=given["note"], chat=given["chat"], **form.changes())
        obj.pk = rules.pk
        obj.refresh_from_db()


def _newest(chat: Chat | None) -> Rules | None:
    return Rules.objects.filter(chat=chat).order_by("-pk").first()


def _asked_for(request: HttpRequest) -> Chat | None:
    """The chat whose rules are written; None for those of every chat."""
    number = request.POST.get("chat") or request.GET.get("chat")
    return Chat.objects.filter(pk=int(number)).first() if number and number.isdecimal() else None


def _query(chat_id: int | None) -> str:
    return f"chat={chat_id}" if chat_id else ""


def _said(value: Any) -> str:
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
