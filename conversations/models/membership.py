"""Which bot plays in which chat, with its weight there, and who speaks through it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots.models import Bot
from conversations.models.chat import Chat


class Membership(models.Model):
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("chat"))
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("bot"))
    weight = models.FloatField(
        _("weight"),
        default=1.0,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
        help_text=_("0 to 10. How often it speaks here, against the others; 0: only when asked."),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    ended_reason = models.CharField(_("ended because"), max_length=64, blank=True, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    gated_until = models.DateTimeField(
        _("gated until"), null=True, blank=True, editable=False, help_text=_("Telegram asked for silence until then.")
    )
    gated_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When Telegram asked for it.")
    calls = ArrayField(
        models.DateTimeField(), default=list, blank=True, editable=False, help_text="The newest calls, oldest first."
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("taken over by"),
        help_text=_("Whoever speaks through the bot here; so long the engine leaves it alone."),
    )
    taken_at = models.DateTimeField(_("taken over"), null=True, blank=True, editable=False)
    taken_until = models.DateTimeField(
        _("taken over until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("By the clock of the database; every word moves it on."),
    )
    last_said_at = models.DateTimeField(_("last said"), null=True, blank=True, editable=False)
    sees_bots_since = models.DateTimeField(
        _("sees the others since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since when Telegram brings it what other bots of the cast say here."),
    )
    sees_bots_at = models.DateTimeField(
        _("saw another last"), null=True, blank=True, editable=False, help_text=_("By the clock of Telegram.")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["chat_id", "bot_id"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "bot"], name="membership_once"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=10), name="membership_weight_in_range"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(ended_reason=""), name="membership_end_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(taken_until=None, taken_at=None) | Q(taken_until__isnull=False, taken_at__isnull=False),
                name="membership_is_taken_for_a_while",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bot} · {self.chat}"
