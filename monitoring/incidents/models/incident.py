"""An incident: one row while a trouble lasts, however often it is seen. `monitoring.incidents.keeping` writes it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bots.models import Bot
from conversations.models import Chat, Provider


class Severity(models.IntegerChoices):
    NOTE = 1, _("good to know")
    WARNING = 2, _("warning")
    URGENT = 3, _("urgent")


class Kind(models.TextChoices):
    BROKER = "broker", _("The broker is away")
    PROCESS = "process", _("A process fell silent or is stuck")
    CLOCK = "clock", _("The clock does not tick")
    ENGINE_OFF = "engine_off", _("The engine has been off for long")
    LINE = "line", _("A line to Telegram keeps failing")
    GATES = "gates", _("Telegram asks for silence again and again")
    TOKEN = "token", _("A token was refused")
    PROVIDER = "provider", _("A provider keeps failing")
    BUDGET_SPENT = "budget_spent", _("A budget is used up")
    BUDGET_TIGHT = "budget_tight", _("A budget runs low")
    DUPLICATE = "duplicate", _("A message stands in a chat twice")
    UNCERTAIN = "uncertain", _("Many messages are uncertain")
    OBSERVER = "observer", _("Nobody sees what the cast says")
    SILENT = "silent", _("What is due does not leave")
    QUIET = "quiet", _("A chat is quiet though it should talk")
    DOMINANCE = "dominance", _("One bot dominates a chat")
    GUARD = "guard", _("The guard stops unusually much")
    BACKUP = "backup", _("The last backup is old")
    AUDIT = "audit", _("The audit trail is broken")
    SKEW = "skew", _("A clock is wrong")
    NOTICES = "notices", _("Notices do not get through")
    FAULTS = "faults", _("Our own programs keep failing")


class Threshold(models.Model):
    """From when on something counts as trouble, for each kind. Staff edit it; the ranges stand in `incidents.kinds`."""

    kind = models.CharField(_("trouble"), max_length=16, choices=Kind, unique=True, editable=False)
    enabled = models.BooleanField(_("watched"), default=True, help_text=_("Off: nobody is told of this."))
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, default=Severity.WARNING)
    limit = models.FloatField(_("limit"), default=1)
    minutes = models.FloatField(_("minutes"), default=1)
    looked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__gte=0, minutes__gte=0, severity__gte=1, severity__lte=3),
                name="threshold_in_range",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Incident(models.Model):
    kind = models.CharField(_("trouble"), max_length=16, choices=Kind)
    subject = models.CharField(max_length=120, help_text="What it is about, as in chat:4; one is open for each.")
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("chat"))
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("bot"))
    provider = models.ForeignKey(
        Provider, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("provider")
    )
    facts = models.JSONField(_("facts"), default=dict, help_text=_("Evidence: the numbers, as they were seen last."))
    opened_at = models.DateTimeField(_("began"))
    seen_at = models.DateTimeField(_("seen last"))
    closed_at = models.DateTimeField(_("over"), null=True)
    count = models.PositiveIntegerField(_("times"), default=1, help_text=_("How often it came back within its time."))
    acknowledged_at = models.DateTimeField(_("taken on"), null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("taken on by")
    )
    silenced_until = models.DateTimeField(_("silenced until"), null=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], condition=Q(closed_at=None), name="incident_open_once"),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="incident_newest"),
            models.Index(fields=["kind", "subject", "-closed_at"], name="incident_of_subject"),
            models.Index(fields=["closed_at"], name="incident_closed"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("incident", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Lookout(models.Model):
    """When the house was last looked over, and its notices last carried: whoever comes sooner leaves it alone."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    looked_at = models.DateTimeField(null=True)
    carried_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("lookout")
        verbose_name_plural = _("lookout")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="lookout_is_one")]

    def __str__(self) -> str:
        return str(self.looked_at)
