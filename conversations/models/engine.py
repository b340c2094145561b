"""The one switch.

Every claim takes a key-share lock on this row and a stop locks it whole, so that a stop waits for claims under way and
no claim commits after it. Heartbeats do not disturb either.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Engine(models.Model):
    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    running = models.BooleanField(_("running"), default=False)
    restore_epoch = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.CharField(_("changed by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    listener = models.CharField(_("poller"), max_length=120, blank=True)
    listener_until = models.DateTimeField(null=True, blank=True)
    thinned_to = models.BigIntegerField(
        default=0, editable=False, help_text="Turns up to this number have had their evidence pruned."
    )
    counted_until = models.DateTimeField(
        null=True, editable=False, help_text="All hours before this one stand in the chronicle."
    )
    ticked_at = models.DateTimeField(_("last tick"), null=True, blank=True)

    class Meta:
        verbose_name = _("engine")
        verbose_name_plural = _("engine")
        permissions = [("start_engine", "Can switch the cast on"), ("stop_engine", "Can switch the cast off")]
        constraints = [models.CheckConstraint(condition=Q(id=1), name="engine_is_one")]

    def __str__(self) -> str:
        return str(_("running") if self.running else _("stopped"))
