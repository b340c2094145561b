"""Runtime policy: typed, append-only revisions.

The newest row without a chat holds for all; the newest row with a chat overrides what it sets.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from conversations.models.chat import Chat
from conversations.models.rules.checks import CheckRules, FeelingRules
from conversations.models.rules.fields import HOURS, EachWithin, span
from conversations.models.rules.keep import KeepRules
from conversations.models.rules.money import MoneyRules
from conversations.models.rules.pace import PaceRules
from conversations.models.rules.talk import TalkRules
from conversations.models.rules.who import WhoRules

_PARTS = (WhoRules, PaceRules, TalkRules, CheckRules, FeelingRules, MoneyRules, KeepRules)
_DECLARED = tuple(field for part in _PARTS for field in part._meta.local_fields)
FIELDS = tuple(field.name for field in _DECLARED)
RANGES = {field.name: found for field in _DECLARED if (found := span(field)) is not None}
CLOCKS = tuple(field.name for field in _DECLARED if isinstance(field, models.TimeField))
_OF_THE_CAST = (FeelingRules, KeepRules)
CAST_WIDE = frozenset({"max_per_minute", "waiting_most"}).union(
    field.name for part in _OF_THE_CAST for field in part._meta.local_fields
)
"""What holds for the whole cast: no chat has a say in it."""


class Rules(WhoRules, PaceRules, TalkRules, CheckRules, FeelingRules, MoneyRules, KeepRules):
    chat = models.ForeignKey(
        Chat,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("only for"),
        help_text=_("Empty: for every chat. With a chat, an empty field inherits."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )
    author_name = models.CharField(_("author"), max_length=150, editable=False)
    note = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Why it was changed. Others will thank you.")
    )
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)

    class Meta:
        verbose_name = _("rules")
        verbose_name_plural = _("rules")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(chat__isnull=False) | Q(**{f"{name}__isnull": False for name in FIELDS}),
                name="rules_are_complete",
                violation_error_message=_("Rules for every chat leave no field empty."),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": low, f"{name}__lte": high}),
                    name=f"rules_{name}_in_range",
                )
                for name, (low, high) in RANGES.items()
            ),
            models.CheckConstraint(
                condition=Q(hourly_activity=None) | Q(hourly_activity__len=HOURS),
                name="rules_hourly_activity_has_24_hours",
                violation_error_message=_("A day has 24 hours: give 24 numbers."),
            ),
            models.CheckConstraint(
                condition=EachWithin("hourly_activity", 0, 1),
                name="rules_hourly_activity_is_shares",
                violation_error_message=_("Each hour's activity is a number from 0 to 1."),
            ),
            models.CheckConstraint(
                condition=Q(prime_morning_starts__lt=F("prime_morning_ends"))
                | Q(prime_morning_starts=None)
                | Q(prime_morning_ends=None),
                name="rules_morning_is_a_range",
                violation_error_message=_("Prime hours end after they begin."),
            ),
            models.CheckConstraint(
                condition=Q(prime_afternoon_starts__lt=F("prime_afternoon_ends"))
                | Q(prime_afternoon_starts=None)
                | Q(prime_afternoon_ends=None),
                name="rules_afternoon_is_a_range",
                violation_error_message=_("Prime hours end after they begin."),
            ),
        ]
        indexes = [models.Index(fields=["chat", "-id"], name="rules_newest")]

    def __str__(self) -> str:
        return f"{self.pk} · {self.chat or _('every chat')}"
