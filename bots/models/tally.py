"""What happened, counted: a row for each series, which only grows (`bots.counting`)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    metric = models.CharField(_("metric"), max_length=60)
    labels = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("labels"))
    value = models.FloatField(_("value"), default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        ordering = ["metric", "labels"]
        constraints = [models.UniqueConstraint(fields=["metric", "labels"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.metric} {' '.join(self.labels)}"
