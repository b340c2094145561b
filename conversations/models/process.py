"""Every running process of ours, by its own word: each renews its row every few seconds, on the database's clock."""

from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = timedelta(seconds=20)
"""A process that has not renewed its row for so long is gone, or cannot reach the database."""
STALLED_AFTER = timedelta(seconds=60)
"""A process that lives and has done nothing for so long is stuck: it is given something to do all the time."""


class ProcessQuerySet(models.QuerySet["Process"]):
    def alive(self) -> Self:
        return self.filter(beat_at__gt=Now() - SILENT_AFTER)

    def silent(self) -> Self:
        return self.filter(beat_at__lte=Now() - SILENT_AFTER)

    def stalled(self) -> Self:
        return self.alive().filter(worked_at__lte=Now() - STALLED_AFTER)


class Process(models.Model):
    class Kind(models.TextChoices):
        WEB = "web", _("page")
        WRITER = "writer", _("writer")
        SENDER = "sender", _("sender")
        BEAT = "beat", _("beat")
        POLLER = "poller", _("poller")

    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    host = models.CharField(_("host"), max_length=120)
    pid = models.PositiveIntegerField(_("process"))
    version = models.CharField(_("version"), max_length=40)
    threads = models.PositiveSmallIntegerField(_("threads"), default=1)
    queues = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("queues"))
    memory_mb = models.PositiveIntegerField(_("memory, MB"), default=0)
    stopping = models.BooleanField(_("stopping"), default=False)
    hits = models.BigIntegerField(_("settled things kept"), default=0)
    misses = models.BigIntegerField(_("settled things read"), default=0)
    busy = models.PositiveSmallIntegerField(_("threads at work"), default=0)
    pool_size = models.PositiveSmallIntegerField(_("connections"), default=0)
    pool_used = models.PositiveSmallIntegerField(_("connections in use"), default=0)
    pool_waiting = models.PositiveSmallIntegerField(_("threads that wait for a connection"), default=0)
    sockets = models.PositiveIntegerField(_("open live pages"), default=0)
    skew = models.FloatField(_("clock, s ahead"), default=0, help_text="Against the clock of the database.")
    started_at = models.DateTimeField(_("started"))
    beat_at = models.DateTimeField(_("last sign of life"))
    worked_at = models.DateTimeField(_("last work"))

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ["kind", "host", "pid"]
        constraints = [models.UniqueConstraint(fields=["host", "pid"], name="process_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.host}:{self.pid}"
