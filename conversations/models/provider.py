"""Where words come from: one LLM endpoint, its order, its limits."""

from typing import Any
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots import vault
from conversations.models.load import Load


def _quota(label: Any, most: int, help_text: Any) -> "models.BigIntegerField[int | None, int | None]":
    return models.BigIntegerField(
        label,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(most)],
        help_text=help_text,
    )


def _within(field: str, low: int, high: int) -> Q:
    return Q(**{field: None}) | Q(**{f"{field}__gte": low, f"{field}__lte": high})


class Provider(Load):
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
    tokens_per_minute = _quota(_("tokens a minute"), 10**9, _("Read and written. Empty: no quota."))
    requests_per_day = _quota(_("requests a day"), 10**9, _("Istanbul time. Empty: no quota."))
    tokens_per_day = _quota(_("tokens a day"), 10**12, _("Read and written, Istanbul time. Empty: no quota."))
    context_tokens = _quota(
        _("context, tokens"), 10**8, _("How much fits, prompt and answer together. Empty: it is found out by asking.")
    )
    most_at_once = models.PositiveSmallIntegerField(
        _("calls at once"),
        default=16,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("At most. Where the provider cannot keep up, Kulis asks less at once by itself."),
    )
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
                condition=_within("tokens_per_minute", 1, 10**9), name="provider_tokens_a_minute_in_range"
            ),
            models.CheckConstraint(
                condition=_within("requests_per_day", 1, 10**9), name="provider_requests_a_day_in_range"
            ),
            models.CheckConstraint(
                condition=_within("tokens_per_day", 1, 10**12), name="provider_tokens_a_day_in_range"
            ),
            models.CheckConstraint(condition=_within("context_tokens", 1, 10**8), name="provider_context_in_range"),
            models.CheckConstraint(
                condition=Q(most_at_once__gte=1, most_at_once__lte=1000), name="provider_at_once_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_offline(self) -> bool:
        return self.kind == self.Kind.OFFLINE

    def place(self, field: str) -> str:
        return f"conversations_provider:{self.uuid}:{field}"
