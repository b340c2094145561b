"""Every call to a model: reserved before it, settled after it, kept for as long as turns are, two months at least."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots.models import Bot
from conversations.models.chat import Chat
from conversations.models.provider import Provider

if TYPE_CHECKING:
    from bots.models.persona import Words

OPEN, ABANDONED = "open", "abandoned"


def _price() -> "models.DecimalField[Decimal | int | str, Decimal]":
    return models.DecimalField(max_digits=10, decimal_places=4, default=0, editable=False)


def _amount(label: "Words", **more: object) -> "models.DecimalField[Decimal | int | str, Decimal]":
    return models.DecimalField(label, max_digits=12, decimal_places=6, default=0, **more)  # type: ignore[arg-type]


class LLMCall(models.Model):
    class Purpose(models.TextChoices):
        TALK = "talk", _("the talk")
        TRY = "try", _("trying out")

    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose, db_default=Purpose.TALK.value)
    turn = models.ForeignKey(
        "conversations.Turn",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="calls",
        verbose_name=_("turn"),
    )
    chat = models.ForeignKey(
        Chat, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+", verbose_name=_("chat")
    )
    bot = models.ForeignKey(
        Bot, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+", verbose_name=_("bot")
    )
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="calls", verbose_name=_("provider"))
    model = models.CharField(_("model"), max_length=100)
    route = models.PositiveSmallIntegerField(
        _("route"), default=1, help_text=_("1: asked first; more: others had failed before.")
    )
    retry = models.PositiveSmallIntegerField(
        _("retry"), default=0, help_text=_("How often the turn had been tried before.")
    )
    outcome = models.CharField(_("outcome"), max_length=32)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), default=0)
    completion_tokens = models.PositiveIntegerField(_("completion tokens"), default=0)
    cached_tokens = models.PositiveIntegerField(_("cached tokens"), default=0)
    estimated = models.BooleanField(
        _("estimated"), default=False, help_text=_("The provider did not say how many tokens it took.")
    )
    prompt_price, cached_price, completion_price = _price(), _price(), _price()
    cost = _amount(_("cost"))
    reserved_cost = _amount(_("reserved"), editable=False)
    reserved_tokens = models.BigIntegerField(default=0, editable=False)
    budgets = ArrayField(models.BigIntegerField(), default=list, editable=False)
    until = models.DateTimeField(null=True, editable=False, help_text="When nobody waits for the answer any more.")
    latency_ms = models.PositiveIntegerField(_("latency, ms"), default=0)
    started_at = models.DateTimeField(_("started"))

    class Meta:
        verbose_name = _("model call")
        verbose_name_plural = _("model calls")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(outcome="open") | Q(until__isnull=False), name="open_call_ends_once")
        ]
        indexes = [
            models.Index(fields=["provider", "-started_at"], name="call_of_provider"),
            models.Index(fields=["-started_at"], name="call_by_time"),
            models.Index(fields=["until"], condition=Q(outcome="open"), name="call_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} · {self.outcome}"
