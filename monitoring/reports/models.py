"""A day or a week as it was counted when it was over. `monitoring.reports.making` writes both."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from conversations.models import Chat


class Report(models.Model):
    class Period(models.TextChoices):
        DAY = "day", _("day")
        WEEK = "week", _("week")

    period = models.CharField(_("period"), max_length=4, choices=Period)
    starts = models.DateField(_("from"), help_text=_("Istanbul time; weeks begin on Monday."))
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-starts", "-period"]
        constraints = [models.UniqueConstraint(fields=["period", "starts"], name="report_once")]

    def __str__(self) -> str:
        first = date_format(self.starts, "j F Y")
        return first if self.period == self.Period.DAY else f"{first} – {date_format(self.last, 'j F Y')}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    @property
    def last(self) -> date:
        return self.starts + timedelta(days=0 if self.period == self.Period.DAY else 6)

    @property
    def is_week(self) -> bool:
        return self.period == self.Period.WEEK


def _count(label: object) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(label, default=0)  # type: ignore[arg-type]  # a lazy text


class Line(models.Model):
    """What one chat brought, or with no chat all of them: people are counted once there."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="lines", verbose_name=_("report"))
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("chat"))
    bots = _count(_("messages of bots"))
    humans = _count(_("messages of people"))
    people = _count(_("people who wrote"))
    replies = _count(_("replies of people to bots"))
    reactions = _count(_("reactions of people to bots"))
    failed = _count(_("turns that failed"))
    calls = _count(_("calls to models"))
    tokens = models.BigIntegerField(_("tokens"), default=0)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=6, default=0, help_text=_("In US dollars."))
    urgent = _count(_("urgent incidents"))
    warnings = _count(_("warnings"))
    notes = _count(_("good to know"))
    in_band = models.PositiveSmallIntegerField(_("realism rows within their band"), null=True)
    out_of_band = models.PositiveSmallIntegerField(_("realism rows outside"), null=True)

    class Meta:
        verbose_name = _("line of a report")
        verbose_name_plural = _("lines of reports")
        ordering = ["report_id", "chat_id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "chat"], nulls_distinct=False, name="report_line_once"),
            models.CheckConstraint(
                condition=Q(in_band=None, out_of_band=None) | Q(in_band__isnull=False, out_of_band__isnull=False),
                name="report_line_scored_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.chat or '–'}"
