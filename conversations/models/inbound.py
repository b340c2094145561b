"""What Telegram told us, stored before anything reads it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bots.models import Bot


class InboundUpdate(models.Model):
    class State(models.TextChoices):
        STORED = "stored", _("stored")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")

    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="updates", verbose_name=_("bot"))
    update_id = models.BigIntegerField(_("update"))
    payload = models.JSONField(_("content"), help_text=_("Evidence: the update as it came."))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.STORED)
    outcome = models.CharField(_("outcome"), max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["bot", "update_id"], name="update_once")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="stored"), name="update_waiting"),
            models.Index(fields=["bot", "received_at"], condition=~models.Q(state="done"), name="update_unread"),
        ]

    def __str__(self) -> str:
        return str(self.update_id)
