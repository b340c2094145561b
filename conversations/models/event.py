"""One row per thing that a watcher may care about. Ids grow in commit order (`conversations.events.publish`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.chat import Chat


class Event(models.Model):
    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        TURN = "turn", _("turn")
        TYPING = "typing", _("typing")
        ENGINE = "engine", _("engine")
        CHAT = "chat", _("chat")

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    chat = models.ForeignKey(
        Chat, on_delete=models.CASCADE, null=True, blank=True, related_name="events", verbose_name=_("chat")
    )
    subject_id = models.BigIntegerField(_("subject"), null=True, blank=True, help_text=_("Row of the message or turn."))
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["chat", "id"], name="event_of_chat"),
            models.Index(fields=["at"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.kind}"
