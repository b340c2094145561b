"""Where notices and reports go, and each single one on its way. `channels` writes the one, `outbox` the other."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bots import vault
from bots.models import Bot
from conversations.models import Steward
from monitoring.incidents.models.incident import Incident, Severity
from monitoring.reports.models import Report


class Channel(models.Model):
    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")
        WEBHOOK = "webhook", _("webhook, signed")
        SLACK = "slack", _("Slack")
        DISCORD = "discord", _("Discord")
        TELEGRAM = "telegram", _("Telegram, to a steward")

    HOOKS = (Kind.WEBHOOK, Kind.SLACK, Kind.DISCORD)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60, help_text=_("As in: on-call phone, team room."))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    enabled = models.BooleanField(_("enabled"), default=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("for whom"),
        help_text=_("Who gets it is told no more than they may see in Kulis. Empty: the house, which is told all."),
    )
    own = models.BooleanField(default=False, editable=False, help_text="Set up by the person, on the page of reports.")
    email = models.EmailField(_("e-mail address"), blank=True)
    address = models.TextField(default="", blank=True, editable=False)
    address_hint = models.CharField(_("goes to"), max_length=120, default="", blank=True, editable=False)
    secret = models.TextField(default="", blank=True, editable=False)
    bot = models.ForeignKey(
        Bot,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by the bot"),
        help_text=_("Only for Telegram. The steward must have written to it in private."),
    )
    steward = models.ForeignKey(
        Steward, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("to the steward")
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="tr")
    least = models.PositiveSmallIntegerField(
        _("incidents from"),
        choices=Severity,
        null=True,
        blank=True,
        default=Severity.WARNING,
        help_text=_("This severity and above. Empty: no incidents."),
    )
    tells_end = models.BooleanField(_("also when it is over"), default=True)
    daily = models.BooleanField(_("daily report"), default=False)
    weekly = models.BooleanField(_("weekly report"), default=False)
    quiet_starts = models.TimeField(
        _("quiet from"), null=True, blank=True, help_text=_("Istanbul time. Urgent incidents come all the same.")
    )
    quiet_ends = models.TimeField(_("quiet to"), null=True, blank=True, help_text=_("May be the next morning."))
    last_ok_at = models.DateTimeField(_("got through last"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("notice channel")
        verbose_name_plural = _("notice channels")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(own=True), name="channel_of_ones_own_once"),
            models.CheckConstraint(
                condition=(Q(address="") | Q(address__regex=vault.SEALED))
                & (Q(secret="") | Q(secret__regex=vault.SEALED)),
                name="channel_secrets_are_sealed",
            ),
            models.CheckConstraint(
                condition=~Q(kind="email") | ~Q(email=""),
                name="channel_has_an_email",
                violation_error_message=_("An e-mail channel needs an address."),
            ),
            models.CheckConstraint(
                condition=Q(quiet_starts=None, quiet_ends=None)
                | Q(quiet_starts__isnull=False, quiet_ends__isnull=False) & ~Q(quiet_starts=F("quiet_ends")),
                name="channel_quiet_is_a_range",
                violation_error_message=_("Quiet hours need a beginning and an end, and the two differ."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def place(self, field: str) -> str:
        """Where a secret of this row belongs, for the vault."""
        return f"monitoring_channel:{self.uuid}:{field}"


class Delivery(models.Model):
    """One notice or report for one channel: an outbox. Its key lets it be written once, its state leave once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENDING = "sending", _("on its way")
        SENT = "sent", _("got through")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("perhaps got through")
        DROPPED = "dropped", _("not needed any more")

    class What(models.TextChoices):
        OPENED = "opened", _("it began")
        WORSE = "worse", _("it grew worse")
        AGAIN = "again", _("it goes on")
        CLOSED = "closed", _("it is over")
        REPORT = "report", _("report")
        TEST = "test", _("test")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("channel"))
    what = models.CharField(_("what"), max_length=6, choices=What)
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, null=True, related_name="deliveries", verbose_name=_("incident")
    )
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, null=True, related_name="deliveries", verbose_name=_("report")
    )
    key = models.CharField(max_length=80)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    gen = models.PositiveIntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(_("why not"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="delivery_once"),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False), name="delivery_under_way_has_a_lease"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_waits"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="delivery_under_way"),
            models.Index(fields=["ended_at"], name="delivery_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} · {self.get_what_display()}"
