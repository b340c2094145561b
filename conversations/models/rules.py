"""Runtime policy: typed, append-only revisions.

The newest row without a chat holds for all; the newest row with a chat overrides what it sets.
"""

from datetime import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from conversations.models.chat import Chat

if TYPE_CHECKING:
    from bots.models.persona import Words


def _between(low: float, high: float) -> list[Any]:
    return [MinValueValidator(low), MaxValueValidator(high)]


def _share(label: "Words", help_text: "Words") -> "models.FloatField[float | None, float | None]":
    return models.FloatField(label, null=True, blank=True, validators=_between(0, 1), help_text=help_text)


def _number(
    label: "Words", low: float, high: float, help_text: "Words"
) -> "models.FloatField[float | None, float | None]":
    return models.FloatField(label, null=True, blank=True, validators=_between(low, high), help_text=help_text)


def _count(
    label: "Words", low: int, high: int, help_text: "Words"
) -> "models.PositiveIntegerField[int | None, int | None]":
    return models.PositiveIntegerField(
        label, null=True, blank=True, validators=_between(low, high), help_text=help_text
    )


def _clock(label: "Words") -> "models.TimeField[time | None, time | None]":
    return models.TimeField(label, null=True, blank=True)


RANGES: dict[str, tuple[float, float]] = {
    "scale": (0.1, 10),
    "max_per_minute": (1, 100_000),
    "base_delay": (2, 3600),
    "prime_delay": (2, 3600),
    "own_gap": (0, 3600),
    "reply_probability": (0, 1),
    "reply_to_bot_probability": (0, 1),
    "mention_probability": (0, 1),
    "short_weight": (0, 1),
    "medium_weight": (0, 1),
    "long_weight": (0, 1),
    "history_length": (5, 100),
    "chain_cap": (1, 1000),
    "quiet_messages": (1, 100),
    "quiet_minutes": (0, 120),
    "answer_minutes": (1, 120),
    "chatter_seconds": (10, 3600),
    "duplicate_hours": (1, 168),
    "duplicate_similarity": (0.5, 1),
    "rewrites": (0, 5),
    "refresh_messages": (1, 100),
    "refresh_minutes": (1, 1440),
    "stance_cooldown_minutes": (0, 1440),
    "slip_probability": (0, 1),
}

CLOCKS = ("prime_morning_starts", "prime_morning_ends", "prime_afternoon_starts", "prime_afternoon_ends")
FIELDS = (*RANGES, *CLOCKS, "typing_shown")


class Rules(models.Model):
    chat = models.ForeignKey(
        Chat,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("only for"),
        help_text=_("Empty: for every chat. With a chat, an empty field inherits."),
    )
    scale = _number(_("scale"), 0.1, 10, _("0.1 to 10. 2 makes everybody twice as talkative."))
    max_per_minute = _count(_("messages a minute, all bots"), 1, 100_000, _("Upper limit over all chats together."))
    base_delay = _number(_("mean wait, s"), 2, 3600, _("Between two turns of one chat, outside prime hours."))
    prime_delay = _number(_("mean wait in prime hours, s"), 2, 3600, _("On market days."))
    prime_morning_starts = _clock(_("prime hours from"))
    prime_morning_ends = _clock(_("prime hours to"))
    prime_afternoon_starts = _clock(_("afternoon prime hours from"))
    prime_afternoon_ends = _clock(_("afternoon prime hours to"))
    own_gap = _count(
        _("rest after own message, s"),
        0,
        3600,
        _("A bot waits at least this long before it speaks again in the same chat."),
    )
    reply_probability = _share(_("share of replies"), _("When the newest message is a person's."))
    reply_to_bot_probability = _share(_("share of replies to bots"), _("When the newest message is a bot's."))
    mention_probability = _share(_("share of mentions"), _("How often a reply also says the other's name."))
    short_weight = _share(_("weight of short messages"), _("1-2 sentences."))
    medium_weight = _share(_("weight of medium messages"), _("2-3 sentences."))
    long_weight = _share(_("weight of long messages"), _("3-4 sentences."))
    history_length = _count(_("messages remembered"), 5, 100, _("How many of the newest messages the model sees."))
    chain_cap = _count(_("bot messages in a row"), 1, 1000, _("After so many without a person, the talk slows down."))
    quiet_messages = _count(
        _("bot messages after a person"),
        1,
        100,
        _("At most so many follow a person's message inside the next field's time."),
    )
    quiet_minutes = _count(
        _("quiet after a person, min"), 0, 120, _("How long a person's message quiets the cast. 0: not at all.")
    )
    answer_minutes = _count(_("answers stay fresh, min"), 1, 120, _("An answer later than this is not sent."))
    chatter_seconds = _count(_("chatter stays fresh, s"), 10, 3600, _("Chatter later than this is not sent."))
    duplicate_hours = _count(_("repeats looked for in, h"), 1, 168, _("How far back a text must be new."))
    duplicate_similarity = _number(_("counts as a repeat from"), 0.5, 1, _("0.5 to 1. Lower is stricter."))
    rewrites = _count(_("rewrites"), 0, 5, _("How often a refused draft is written anew before the turn is skipped."))
    refresh_messages = _count(
        _("persona refresher, messages"), 1, 100, _("After so many own messages the model is reminded who it is.")
    )
    refresh_minutes = _count(_("persona refresher, min"), 1, 1440, _("Or after so long."))
    stance_cooldown_minutes = _count(
        _("stance rests, min"), 0, 1440, _("After a bot has used a stance it leaves it alone for so long.")
    )
    slip_probability = _share(_("slips"), _("Scales how often personas make a small slip. 0: never."))
    typing_shown = models.BooleanField(
        _("typing is shown"), null=True, blank=True, help_text=_("“is typing” before a message.")
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
                condition=Q(prime_morning_starts__lt=models.F("prime_morning_ends"))
                | Q(prime_morning_starts=None)
                | Q(prime_morning_ends=None),
                name="rules_morning_is_a_range",
                violation_error_message=_("Prime hours end after they begin."),
            ),
            models.CheckConstraint(
                condition=Q(prime_afternoon_starts__lt=models.F("prime_afternoon_ends"))
                | Q(prime_afternoon_starts=None)
                | Q(prime_afternoon_ends=None),
                name="rules_afternoon_is_a_range",
                violation_error_message=_("Prime hours end after they begin."),
            ),
        ]
        indexes = [models.Index(fields=["chat", "-id"], name="rules_newest")]

    def __str__(self) -> str:
        return f"{self.pk} · {self.chat or _('every chat')}"
