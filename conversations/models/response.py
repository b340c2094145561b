"""What Kulis itself says to a person who gave a command. No turn of the cast: it leaves though all are silent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots.models import Bot


class Response(models.Model):
    """One short answer, sent at most once. Where it went is erased as soon as it has ended."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("perhaps delivered")
        EXPIRED = "expired", _("came too late")

    class Errand(models.TextChoices):
        NONE = "", _("nothing more")
        LIFT = "lift", _("end the quiet, if an administrator asks")

    OPEN = (State.WAITING, State.SENDING)

    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="+", verbose_name=_("bot"))
    command = models.CharField(_("command"), max_length=16)
    key = models.CharField(max_length=64, unique=True, help_text=_("Made from the message that asked."))
    asker = models.CharField(max_length=64, help_text=_("Made from who asked what, where; the same again must wait."))
    chat_number = models.BigIntegerField(_("chat"), null=True, blank=True)
    thread_id = models.BigIntegerField(_("forum topic"), null=True, blank=True)
    reply_to = models.BigIntegerField(_("reply to"), null=True, blank=True)
    person_number = models.BigIntegerField(null=True, blank=True, help_text=_("Whose right an errand depends on."))
    errand = models.CharField(_("errand"), max_length=8, choices=Errand, default=Errand.NONE, blank=True)
    text = models.TextField(_("text"))
    otherwise = models.TextField(_("text if the errand is refused"), blank=True)

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=64, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    gen = models.PositiveIntegerField(_("claims"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    send_after = models.DateTimeField(_("send after"))
    expires_at = models.DateTimeField(_("expires"))
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("answer to a command")
        verbose_name_plural = _("answers to commands")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False), name="response_sending_has_a_lease"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"], chat_number__isnull=False)
                | Q(
                    ~Q(state__in=["waiting", "sending"]),
                    chat_number=None,
                    reply_to=None,
                    person_number=None,
                    ended_at__isnull=False,
                ),
                name="response_forgets_where_it_went",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "unknown", "expired"]) | ~Q(reason=""),
                name="response_ended_needs_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["send_after"], condition=Q(state__in=["waiting", "sending"]), name="response_open"),
            models.Index(fields=["asker", "-created_at"], name="response_of_asker"),
        ]

    def __str__(self) -> str:
        return f"/{self.command}"
