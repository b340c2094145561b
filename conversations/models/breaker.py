"""What is not called for a while because it keeps failing: a bot's line to Telegram, or one model of a provider."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots.models import Bot
from conversations.models.provider import Provider


class Breaker(models.Model):
    """A row is made at the first failure. `conversations.circuit` says how it moves, `conversations.breakers` moves
    it."""

    class State(models.TextChoices):
        CLOSED = "closed", _("works")
        OPEN = "open", _("rests")
        HALF_OPEN = "half_open", _("is tried out")

    bot = models.OneToOneField(
        Bot, on_delete=models.CASCADE, null=True, blank=True, related_name="breaker", verbose_name=_("bot")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.CASCADE, null=True, blank=True, related_name="breakers", verbose_name=_("provider")
    )
    model = models.CharField(_("model"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.CLOSED)
    openings = models.PositiveIntegerField(_("openings in a row"), default=0)
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Tried again then."))
    probe = models.BigIntegerField(default=0, help_text="Counts the probes, so that an overtaken one changes nothing.")
    after = models.BigIntegerField(default=0, help_text="Calls up to this one of the ledger do not count any more.")
    calls = models.PositiveIntegerField(_("calls in 30 s"), default=0, help_text=_("When it failed last."))
    failures = models.PositiveIntegerField(_("failures in 30 s"), default=0)
    in_a_row = models.PositiveIntegerField(_("failures in a row"), default=0)
    reason = models.CharField(_("last trouble"), max_length=64, blank=True)
    failed_at = models.DateTimeField(_("failed last"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)

    class Meta:
        verbose_name = _("breaker")
        verbose_name_plural = _("breakers")
        ordering = ["-failed_at", "id"]
        permissions = [("reset_breaker", "Can close a breaker by hand")]
        constraints = [
            models.UniqueConstraint(fields=["provider", "model"], name="breaker_of_model_once"),
            models.CheckConstraint(
                condition=Q(bot__isnull=False, provider=None, model="")
                | Q(bot=None, provider__isnull=False) & ~Q(model=""),
                name="breaker_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", until=None, openings=0)
                | Q(state__in=["open", "half_open"], until__isnull=False, openings__gte=1),
                name="breaker_ends_its_rest",
            ),
        ]

    def __str__(self) -> str:
        return str(self.bot) if self.bot_id else f"{self.provider} · {self.model}"

    @property
    def is_shut(self) -> bool:
        """Whether calls are kept back, but for a probe."""
        return self.state != self.State.CLOSED
