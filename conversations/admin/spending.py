"""Money at the desk: budgets, and what models cost from when on."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence
from bots.admin.desk import Desk, person
from conversations import spending
from conversations.admin import cost
from conversations.models import Budget, Price


@admin.register(Budget)
class BudgetAdmin(Desk[Budget]):
    summary = gettext_lazy("What the cast may cost. At 80 percent it saves, then chatter ends, then answers do.")
    empty = gettext_lazy("No budget, so nothing limits what the cast spends. Add one for the whole cast first.")
    writer_audits = True

    @override
    def has_view_permission(self, request: HttpRequest, obj: Budget | None = None) -> bool:
        return super().has_view_permission(request, obj) and cost.is_shown(request)

    list_display = ("whose", "period", "limit", "gone", "enabled", "warned_on", "spent_on")
    list_filter = ("scope", "period", "enabled")
    list_select_related = ("chat", "bot__persona", "provider")
    fieldsets = (
        (
            gettext_lazy("Whose"),
            {
                "fields": ("scope", ("chat", "bot", "provider"), "period"),
                "description": gettext_lazy("Days and months begin at midnight in Istanbul."),
            },
        ),
        (gettext_lazy("How much"), {"fields": (("dollars", "tokens"), "enabled")}),
    )
    past_fieldsets = (
        (None, {"fields": ("whose", "period", "gone", "warned_on", "spent_on")}),
        (gettext_lazy("How much"), {"fields": (("dollars", "tokens"), "enabled")}),
    )
    actions = ("lift",)
    object_actions = ("lift",)

    @admin.display(description=gettext_lazy("for"), ordering="scope")
    def whose(self, budget: Budget) -> str:
        return str(budget.chat or budget.bot or budget.provider or budget.get_scope_display())

    @admin.display(description=gettext_lazy("limit"))
    def limit(self, budget: Budget) -> str:
        parts = [f"${budget.dollars:,.2f}"] if budget.dollars is not None else []
        return " · ".join([*parts, f"{budget.tokens:,}"] if budget.tokens is not None else parts)

    @admin.display(description=gettext_lazy("gone"))
    def gone(self, budget: Budget) -> SafeString:
        standing = spending.standing(budget)
        tone = "bad" if standing.is_spent else "warn" if standing.is_tight else "good"
        return evidence.pill(tone, f"{standing.percent} % · ${standing.cost:.4f}")

    @override
    def get_fieldsets(self, request: HttpRequest, obj: Budget | None = None) -> Any:
        return self.past_fieldsets if obj else self.fieldsets

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Budget | None = None) -> Any:
        return ("whose", "period", "gone", "warned_on", "spent_on") if obj else ()

    @override
    def save_model(self, request: HttpRequest, obj: Budget, form: Any, change: bool) -> None:
        given = form.cleaned_data
        amounts = {name: given[name] for name in spending.AMOUNTS}
        subject = obj.chat or obj.bot or obj.provider
        kept = spending.limit(
            Budget.Scope(obj.scope), Budget.Period(obj.period), subject=subject, by=person(request), **amounts
        )
        obj.pk = kept.pk
        obj.refresh_from_db()

    @confirm.asks(
        gettext_lazy("Lift"),
        consequence=gettext_lazy("They limit nothing any more."),
        danger=True,
    )
    def lift(self, request: HttpRequest, rows: QuerySet[Budget]) -> None:
        confirm.each(request, rows, lambda budget: spending.lift(budget, by=person(request)))


@admin.register(Price)
class PriceAdmin(Desk[Price]):
    summary = gettext_lazy("What a model costs from a moment on, in US dollars a million tokens. The newest holds.")
    empty = gettext_lazy("No price, so the ledger counts tokens and no money. Copy them from the provider's page.")
    writer_audits = True

    @override
    def has_view_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        return super().has_view_permission(request, obj) and cost.is_shown(request)

    list_display = ("provider", "model", "valid_from", "prompt", "cached", "completion", "holds")
    list_filter = ("provider", "model")
    list_select_related = ("provider",)
    search_fields = ("model", "provider__name")
    fieldsets = (
        (None, {"fields": ("provider", "model", "valid_from")}),
        (gettext_lazy("US dollars a million tokens"), {"fields": (("prompt", "cached", "completion"),)}),
    )

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        alike = Price.objects.filter(provider=OuterRef("provider"), model=OuterRef("model"))
        newest = alike.filter(valid_from__lte=Now()).order_by("-valid_from").values("pk")[:1]
        return super().get_queryset(request).annotate(newest=Subquery(newest))

    @admin.display(description=gettext_lazy("holds"))
    def holds(self, price: Any) -> SafeString:
        if price.newest == price.pk:
            return evidence.pill("good", _("holds"))
        return evidence.pill("quiet", _("past or to come"))

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Price | None = None) -> Any:
        return ("provider", "model", "valid_from") if obj else ()

    @override
    def save_model(self, request: HttpRequest, obj: Price, form: Any, change: bool) -> None:
        dollars: dict[str, Decimal] = {name: form.cleaned_data[name] for name in ("prompt", "cached", "completion")}
        kept = spending.price(obj.provider, model=obj.model, valid_from=obj.valid_from, by=person(request), **dollars)
        obj.pk = kept.pk
        obj.refresh_from_db()
