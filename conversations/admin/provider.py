"""Providers: where words come from, in which order they are asked, and with which key."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence
from bots.admin.desk import Desk, person
from bots.admin.forms import DeskForm, secret
from conversations import providers, spending
from conversations.admin.breaker import BreakerRows
from conversations.llm import quotas
from conversations.models import Breaker, Budget, LLMCall, Provider

TROUBLES = 5
LIMITS = (
    ("temperature", "max_tokens", "timeout"),
    ("requests_per_minute", "tokens_per_minute"),
    ("requests_per_day", "tokens_per_day"),
    ("context_tokens", "most_at_once"),
)


class ProviderForm(DeskForm[Provider]):
    aliases = {"api_key": "new_key"}

    new_key = secret(
        gettext_lazy("New key"),
        gettext_lazy("Sealed at once and never shown again. Empty: the stored one stays. Another address wipes it."),
    )
    base_url = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Example: https://api.openai.com/v1. Empty only for the offline voice."),
        widget=forms.TextInput(attrs={"class": "vTextField", "inputmode": "url"}),
    )


@admin.register(Provider)
class ProviderAdmin(Desk[Provider]):
    form = ProviderForm
    summary = gettext_lazy("Where words come from. The first in order that can answer is asked; the next takes over.")
    empty = gettext_lazy(
        "No provider yet, so nobody finds words. Add one, or the offline voice, which needs no account."
    )
    writer_audits = True
    form_only = ("new_key",)
    guarded = ("new_key",)
    list_display = ("name", "kind", "model", "priority", "standing", "key_shown", "last_ok_at", "last_error")
    list_filter = ("enabled", "kind")
    search_fields = ("name", "model", "base_url")
    search_help_text = gettext_lazy("Name, model or address")
    ordering = ("priority", "name")
    readonly_fields = (
        "name", "kind", "standing", "key_shown", "failures", "last_ok_at", "last_error", "created_at", "at_once",
        "quota_use", "spend", "price", "troubles",
    )  # fmt: skip
    inlines = (BreakerRows,)
    actions = ("test", "enable", "disable", "forget_key")
    fieldsets = (
        (None, {"fields": ("name", "kind", "standing", "priority")}),
        (
            gettext_lazy("Address and key"),
            {
                "fields": ("base_url", "model", "key_shown", "new_key"),
                "description": gettext_lazy(
                    "A key belongs to its address. It is stored sealed; nobody can read it back."
                ),
            },
        ),
        (gettext_lazy("Limits"), {"fields": LIMITS}),
        (gettext_lazy("How it goes"), {"fields": ("quota_use", "at_once", "spend", "price", "troubles")}),
        (
            gettext_lazy("How it went"),
            {"fields": ("failures", "last_ok_at", "last_error", "created_at"), "classes": ("collapse",)},
        ),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "kind", "base_url", "model", "new_key", "priority")}),
        (gettext_lazy("Limits"), {"fields": LIMITS}),
    )

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        return super().get_queryset(request).prefetch_related("breakers")

    @admin.display(description=gettext_lazy("standing"), ordering="enabled")
    def standing(self, provider: Provider) -> SafeString:
        if not provider.enabled:
            return evidence.pill("quiet", _("disabled"))
        if (breaker := _breaker(provider)) is not None:
            return evidence.pill("warn", f"{breaker.get_state_display()} · {evidence.at(breaker.until)}")
        if provider.resting_until and provider.resting_until > timezone.now():
            return evidence.pill(
                "warn", _("was asked to wait until %(at)s") % {"at": evidence.at(provider.resting_until)}
            )
        return evidence.pill("good", _("is asked"))

    @admin.display(description=gettext_lazy("key"))
    def key_shown(self, provider: Provider) -> SafeString:
        if not provider.api_key:
            return evidence.pill("quiet", _("none"))
        return evidence.pill("good", f"…{provider.api_key_hint}" if provider.api_key_hint else _("stored"))

    @admin.display(description=gettext_lazy("calls at once"))
    def at_once(self, provider: Provider) -> str:
        most = max(int(min(provider.width or provider.most_at_once, provider.most_at_once)), 1)
        return _("%(now)s under way, at most %(most)s") % {"now": provider.under_way, "most": most}

    @admin.display(description=gettext_lazy("quotas"))
    def quota_use(self, provider: Provider) -> SafeString | str:
        uses = quotas.of(provider, timezone.now())
        lines = ((use.name, f"{use.used:,} / {use.limit:,} ({use.percent} %)") for use in uses)
        return format_html_join("", "<div>{}: {}</div>", lines) or _("No quota is known.")

    @admin.display(description=gettext_lazy("spent"))
    def spend(self, provider: Provider) -> str:
        day, month = (spending.since(period, spending.of("provider", provider)) for period in Budget.Period)
        return _("$%(day).4f today, $%(month).4f this month") % {"day": day, "month": month}

    @admin.display(description=gettext_lazy("price"))
    def price(self, provider: Provider) -> str:
        holds = spending.price_now(provider, provider.model)
        if holds is None:
            return _("None, so no money is counted. Add one under Prices.")
        shown = {"read": holds.prompt, "cached": holds.cached, "written": holds.completion}
        return _("$%(read)s read, $%(cached)s cached, $%(written)s written, a million tokens") % shown

    @admin.display(description=gettext_lazy("last errors"))
    def troubles(self, provider: Provider) -> SafeString | str:
        wrong = LLMCall.objects.filter(provider=provider).exclude(outcome__in=["ok", "open"]).order_by("-id")[:TROUBLES]
        lines = ((evidence.at(call.started_at), call.detail or call.outcome) for call in wrong)
        return format_html_join("", "<div>{}: {}</div>", lines) or _("None.")

    # --- Forms -------------------------------------------------------------------------------------------------------
    @override
    def offers(self, request: HttpRequest, obj: Provider) -> list[str]:
        keyed = ["forget_key"] if obj.api_key else []
        return ["test", "disable" if obj.enabled else "enable", *keyed]

    @override
    def get_fieldsets(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        return self.laid_out(self.fieldsets if obj else self.add_fieldsets, request, obj)

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        return self.readonly_fields if obj else ()

    @override
    def missing(self, request: HttpRequest, obj: Provider | None) -> set[str]:
        """Only who may replace keys has a field for one."""
        key = set() if self.has_replace_key_permission(request) else {"new_key"}
        return super().missing(request, obj) | key

    @override
    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        by, given = person(request), form.cleaned_data
        provider = self._kept(obj, form, by=by) if change else _added(given, by=by)
        settings = {name: given[name] for name in providers.ADJUSTABLE if name in form.changed_data}
        if settings:
            provider = providers.adjust(provider, by=by, **settings)
        if change and given.get("new_key"):
            provider = providers.set_key(provider, given["new_key"], by=by)
        obj.pk = provider.pk
        obj.refresh_from_db()
        if change and "base_url" in form.changed_data and not obj.api_key and not obj.is_offline:
            messages.warning(
                request, _("The address is another one, so the key was wiped. Give it the key for this one.")
            )

    def _kept(self, obj: Provider, form: Any, *, by: Any) -> Provider:
        provider = Provider.objects.get(pk=obj.pk)
        if "base_url" not in form.changed_data:
            return provider
        return providers.change_address(provider, form.cleaned_data["base_url"], by=by)

    # --- Actions -----------------------------------------------------------------------------------------------------
    def has_replace_key_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("conversations.replace_key")

    @confirm.asks(
        gettext_lazy("Test"),
        consequence=gettext_lazy("Each is asked for one word. Costs a few tokens and takes up to 20 seconds."),
        permissions=("replace_key",),
    )
    def test(self, request: HttpRequest, rows: QuerySet[Provider]) -> None:
        for provider in rows:
            trial = providers.test(provider)
            show = messages.success if trial.ok else messages.error
            show(request, f"{provider}: {trial.text}")

    @confirm.asks(gettext_lazy("Enable"), consequence=gettext_lazy("They are asked for words from now on."))
    def enable(self, request: HttpRequest, rows: QuerySet[Provider]) -> None:
        confirm.each(request, rows, lambda provider: _quiet(providers.enable(provider, by=person(request))))

    @confirm.asks(
        gettext_lazy("Disable"),
        consequence=gettext_lazy("They are asked no more. Without any provider nobody finds words."),
    )
    def disable(self, request: HttpRequest, rows: QuerySet[Provider]) -> None:
        confirm.each(request, rows, lambda provider: _quiet(providers.disable(provider, by=person(request))))

    @confirm.asks(
        gettext_lazy("Take the key away"),
        consequence=gettext_lazy("Their stored keys are wiped. They answer again only with a new one."),
        permissions=("replace_key",),
        danger=True,
        code=True,
    )
    def forget_key(self, request: HttpRequest, rows: QuerySet[Provider]) -> None:
        confirm.each(request, rows, lambda provider: _quiet(providers.set_key(provider, "", by=person(request))))


def _breaker(provider: Provider) -> Breaker | None:
    """What keeps calls back from it, if anything does."""
    rows = (row for row in provider.breakers.all() if row.model == provider.model)
    return next((row for row in rows if row.state != Breaker.State.CLOSED), None)


def _added(given: dict[str, Any], *, by: Any) -> Provider:
    return providers.add(
        given["name"],
        by=by,
        kind=Provider.Kind(given["kind"]),
        base_url=given["base_url"],
        model=given["model"],
        key=given.get("new_key", ""),
        priority=given["priority"],
    )


def _quiet(_provider: Provider) -> None:
    return None
