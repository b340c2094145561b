"""Where words come from: one LLM endpoint, and every call made to it."""

from decimal import Decimal
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots import vault

MILLION = Decimal(1_000_000)


class Provider(models.Model):
    class Kind(models.TextChoices):
        OPENAI = "openai", _("OpenAI-compatible")
        OFFLINE = "offline", _("offline voice")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=64, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.OPENAI)
    base_url = models.CharField(
        _("address"), max_length=200, blank=True, help_text=_("Example: https://api.openai.com/v1")
    )
    """Judged by `conversations.providers`, which knows who typed it."""
    trusted_address = models.BooleanField(
        default=False, editable=False, help_text=_("Given on the command line, so it may be a private address.")
    )
    model = models.CharField(_("model"), max_length=100)
    priority = models.PositiveSmallIntegerField(_("priority"), default=10, help_text=_("Lower is asked first."))
    enabled = models.BooleanField(_("enabled"), default=True)
    api_key = models.TextField(default="", blank=True, editable=False)
    api_key_hint = models.CharField(max_length=4, default="", blank=True, editable=False)
    temperature = models.FloatField(
        _("temperature"), default=0.9, validators=[MinValueValidator(0), MaxValueValidator(2)]
    )
    max_tokens = models.PositiveIntegerField(
        _("longest answer, tokens"), default=300, validators=[MinValueValidator(16), MaxValueValidator(4096)]
    )
    timeout = models.PositiveSmallIntegerField(
        _("time-out, s"), default=30, validators=[MinValueValidator(2), MaxValueValidator(45)]
    )
    requests_per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text=_("The quota of your contract. Used up, the next provider is asked. Empty: no quota."),
    )
    prompt_price = models.DecimalField(
        _("price of prompt tokens"), max_digits=10, decimal_places=4, default=0, help_text=_("US dollars a million.")
    )
    cached_price = models.DecimalField(
        _("price of cached tokens"), max_digits=10, decimal_places=4, default=0, help_text=_("US dollars a million.")
    )
    completion_price = models.DecimalField(
        _("price of written tokens"), max_digits=10, decimal_places=4, default=0, help_text=_("US dollars a million.")
    )
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    resting_until = models.DateTimeField(_("rests until"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)
    last_ok_at = models.DateTimeField(_("last success"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["priority", "name"]
        permissions = [("replace_key", "Can add or replace a provider's key")]
        constraints = [
            models.CheckConstraint(
                condition=Q(api_key="") | Q(api_key__regex=vault.SEALED), name="provider_key_is_sealed"
            ),
            models.CheckConstraint(
                condition=Q(kind="offline") | ~Q(base_url=""),
                name="provider_has_an_address",
                violation_error_message=_("An OpenAI-compatible provider needs its address."),
            ),
            models.CheckConstraint(
                condition=Q(temperature__gte=0, temperature__lte=2), name="provider_temperature_in_range"
            ),
            models.CheckConstraint(
                condition=Q(max_tokens__gte=16, max_tokens__lte=4096), name="provider_max_tokens_in_range"
            ),
            models.CheckConstraint(condition=Q(timeout__gte=2, timeout__lte=45), name="provider_timeout_in_range"),
            models.CheckConstraint(
                condition=Q(requests_per_minute=None)
                | Q(requests_per_minute__gte=1, requests_per_minute__lte=1_000_000),
                name="provider_quota_in_range",
            ),
            models.CheckConstraint(
                condition=Q(prompt_price__gte=0, cached_price__gte=0, completion_price__gte=0),
                name="provider_prices_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_offline(self) -> bool:
        return self.kind == self.Kind.OFFLINE

    def place(self, field: str) -> str:
        return f"conversations_provider:{self.uuid}:{field}"

    def cost(self, *, prompt: int, completion: int, cached: int) -> Decimal:
        """US dollars of one call, from its token counts."""
        fresh = max(prompt - cached, 0)
        return (fresh * self.prompt_price + cached * self.cached_price + completion * self.completion_price) / MILLION


class LLMCall(models.Model):
    turn = models.ForeignKey(
        "conversations.Turn",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("turn"),
    )
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="calls", verbose_name=_("provider"))
    model = models.CharField(_("model"), max_length=100)
    outcome = models.CharField(_("outcome"), max_length=32)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), default=0)
    completion_tokens = models.PositiveIntegerField(_("completion tokens"), default=0)
    cached_tokens = models.PositiveIntegerField(_("cached tokens"), default=0)
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=6, default=0)
    latency_ms = models.PositiveIntegerField(_("latency, ms"))
    started_at = models.DateTimeField(_("started"))

    class Meta:
        verbose_name = _("model call")
        verbose_name_plural = _("model calls")
        ordering = ["-id"]
        indexes = [models.Index(fields=["provider", "-started_at"], name="call_of_provider")]

    def __str__(self) -> str:
        return f"{self.provider} · {self.outcome}"
