"""What system checks found, and up to where rows have been counted."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Checkup(models.Model):
    """One look at the whole house by beat. Its moment is unique, so two beats look once."""

    slot = models.BigIntegerField(unique=True, help_text="The moment it was due, in whole intervals since 1970.")
    began_at = models.DateTimeField(_("began"), db_default=Now())
    ended_at = models.DateTimeField(_("ended"), null=True)
    ok = models.PositiveIntegerField(_("in order"), default=0)
    warn = models.PositiveIntegerField(_("worth knowing"), default=0)
    fail = models.PositiveIntegerField(_("broken"), default=0)

    class Meta:
        verbose_name = _("system check")
        verbose_name_plural = _("system checks")
        ordering = ["-slot"]
        permissions = [("see_health", "Can see the health of the house")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"


class Probe(models.Model):
    """What a probe found from one moment to another: a new row begins when it finds another state."""

    class State(models.TextChoices):
        OK = "ok", _("in order")
        WARN = "warn", _("worth knowing")
        FAIL = "fail", _("broken")

    name = models.CharField(_("probe"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40)
    state = models.CharField(_("state"), max_length=4, choices=State)
    said = models.JSONField(
        default=dict, help_text="Evidence: the sentence and the remedy, to be told in any language."
    )
    began_at = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last seen"))
    times = models.PositiveIntegerField(_("times"), default=1)
    is_current = models.BooleanField(_("current"), default=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-began_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(is_current=True), name="probe_current_once"),
        ]
        indexes = [
            models.Index(fields=["name", "-began_at"], name="probe_by_name"),
            models.Index(fields=["seen_at"], name="probe_by_age"),
        ]

    def __str__(self) -> str:
        return self.name


class ProbeDay(models.Model):
    """How often a probe found what in a day, Istanbul time."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    day = models.DateField()
    ok = models.PositiveIntegerField(default=0)
    warn = models.PositiveIntegerField(default=0)
    fail = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("day of a probe")
        verbose_name_plural = _("days of a probe")
        ordering = ["-day", "name"]
        constraints = [models.UniqueConstraint(fields=["day", "name"], name="probe_day_once")]
        indexes = [models.Index(fields=["name", "-day"], name="probe_day_by_name")]

    def __str__(self) -> str:
        return f"{self.name} · {self.day:%Y-%m-%d}"


class Counted(models.Model):
    """Up to which moment the rows of a source are in the tallies (`monitoring.counted`)."""

    source = models.CharField(max_length=20, primary_key=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("counted source")
        verbose_name_plural = _("counted sources")

    def __str__(self) -> str:
        return f"{self.source} · {self.until:%Y-%m-%d %H:%M:%S}"
