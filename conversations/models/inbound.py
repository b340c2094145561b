"""What Telegram told us, stored before anything reads it."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bots import traces
from bots.models import Bot


class InboundUpdate(models.Model):
    class State(models.TextChoices):
        STORED = "stored", _("stored")
        DONE = "done", _("done")
        PARKED = "parked", _("parked")
        DISCARDED = "discarded", _("discarded")

    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="updates", verbose_name=_("bot"))
    update_id = models.BigIntegerField(_("update"))
    kind = models.CharField(_("kind"), max_length=32, db_default="", default="", blank=True)
    chat_number = models.BigIntegerField(
        _("chat"), null=True, blank=True, help_text=_("The chat it tells of; updates of one chat are read in order.")
    )
    number = models.BigIntegerField(_("message"), db_default=0, default=0, help_text=_("Of the message, in its chat."))
    happened_at = models.DateTimeField(_("happened"), db_default=Now(), default=timezone.now)
    payload = models.JSONField(_("content"), help_text=_("Evidence: the update as it came."))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.STORED)
    outcome = models.CharField(_("outcome"), max_length=64, blank=True)
    cause = models.TextField(
        _("cause"), db_default="", default="", blank=True, help_text=_("Why it could not be read, in words.")
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    trace = models.UUIDField(
        null=True, default=traces.own, editable=False, help_text="What it began; of a receipt, the turn that it saw."
    )

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-id"]
        permissions = [("settle_inboundupdate", "Can read parked updates again or discard them")]
        constraints = [models.UniqueConstraint(fields=["bot", "update_id"], name="update_once")]
        indexes = [
            models.Index(
                fields=["chat_number", "happened_at", "number", "id"],
                condition=models.Q(state="stored"),
                name="update_waiting",
            ),
            models.Index(fields=["-id"], condition=models.Q(state="parked"), name="update_parked"),
            models.Index(fields=["trace"], condition=models.Q(trace__isnull=False), name="update_of_trace"),
            models.Index(fields=["bot", "received_at"], condition=~models.Q(state="done"), name="update_unread"),
        ]

    def __str__(self) -> str:
        return str(self.update_id)
