"""What words may cost: the prices of models, and budgets. `conversations.spending` writes both."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bots.models import Bot
from conversations.models.chat import Chat
from conversations.models.provider import Provider

if TYPE_CHECKING:
    from bots.models.persona import Words

MOST_DOLLARS, MOST_TOKENS = 1_000_000, 10**12


def _price(label: "Words") -> "models.DecimalField[Decimal | int | str, Decimal]":
    return models.DecimalField(
        label, max_digits=10, decimal_places=4, default=0, help_text=_("US dollars a million tokens.")
    )


class Price(models.Model):
    """What a model of a provider costs from a moment on. The newest that has begun holds."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="prices", verbose_name=_("provider"))
    model = models.CharField(_("model"), max_length=100)
    valid_from = models.DateTimeField(_("valid from"), default=timezone.now)
    prompt = _price(_("prompt tokens"))
    cached = _price(_("cached tokens"))
    completion = _price(_("written tokens"))

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["provider", "model", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "model", "valid_from"], name="price_once"),
            models.CheckConstraint(
                condition=Q(prompt__gte=0, cached__gte=0, completion__gte=0),
                name="price_not_negative",
                violation_error_message=_("A price is not negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} · {self.valid_from:%Y-%m-%d}"


class Budget(models.Model):
    """How much somebody may cost in a day or a month, Istanbul time. What is held belongs to calls under way."""

    class Scope(models.TextChoices):
        CAST = "cast", _("the whole cast")
        CHAT = "chat", _("one chat")
        BOT = "bot", _("one bot")
        PROVIDER = "provider", _("one provider")

    class Period(models.TextChoices):
        DAY = "day", _("a day")
        MONTH = "month", _("a month")

    scope = models.CharField(_("for"), max_length=8, choices=Scope, default=Scope.CAST)
    chat = models.ForeignKey(
        Chat, on_delete=models.CASCADE, null=True, blank=True, related_name="budgets", verbose_name=_("chat")
    )
    bot = models.ForeignKey(
        Bot, on_delete=models.CASCADE, null=True, blank=True, related_name="budgets", verbose_name=_("bot")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.CASCADE, null=True, blank=True, related_name="budgets", verbose_name=_("provider")
    )
    period = models.CharField(_("period"), max_length=5, choices=Period, default=Period.DAY)
    dollars = models.DecimalField(
        _("US dollars"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_DOLLARS)],
        help_text=_("The most it may cost. Empty: money is not limited."),
    )
    tokens = models.BigIntegerField(
        _("tokens"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(MOST_TOKENS)],
        help_text=_("The most tokens, read and written. Empty: tokens are not limited."),
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    since = models.DateField(null=True, editable=False)
    spent_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0, editable=False)
    spent_tokens = models.BigIntegerField(default=0, editable=False)
    held_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0, editable=False)
    held_tokens = models.BigIntegerField(default=0, editable=False)
    warned_on = models.DateField(_("warned"), null=True, editable=False)
    spent_on = models.DateField(_("used up"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["scope", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="cast", chat=None, bot=None, provider=None)
                | Q(scope="chat", chat__isnull=False, bot=None, provider=None)
                | Q(scope="bot", chat=None, bot__isnull=False, provider=None)
                | Q(scope="provider", chat=None, bot=None, provider__isnull=False),
                name="budget_is_for_one",
                violation_error_message=_("Choose the one that the budget is for, and nobody else."),
            ),
            models.CheckConstraint(
                condition=Q(dollars__isnull=False) | Q(tokens__isnull=False),
                name="budget_limits_something",
                violation_error_message=_("Give an amount of dollars, of tokens, or both."),
            ),
            models.CheckConstraint(
                condition=Q(dollars=None) | Q(dollars__gte=0, dollars__lte=MOST_DOLLARS), name="budget_dollars_in_range"
            ),
            models.CheckConstraint(
                condition=Q(tokens=None) | Q(tokens__gte=0, tokens__lte=MOST_TOKENS), name="budget_tokens_in_range"
            ),
            models.CheckConstraint(
                condition=Q(held_cost__gte=0, held_tokens__gte=0), name="budget_holds_nothing_negative"
            ),
            models.UniqueConstraint(
                fields=["scope", "chat", "bot", "provider", "period"],
                nulls_distinct=False,
                name="budget_once",
                violation_error_message=_("There is such a budget already: change that one."),
            ),
        ]

    def __str__(self) -> str:
        whose = self.chat or self.bot or self.provider or self.get_scope_display()
        return f"{whose} · {self.get_period_display()}"
