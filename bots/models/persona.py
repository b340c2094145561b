"""Who a bot is. A row is one version and never changes; `roster.revise` writes the next one."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots import sheet

SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise


def texts(label: "Words", help_text: "Words", *, length: int = 200) -> "ArrayField[list[str], list[str]]":
    return ArrayField(
        models.CharField(max_length=length), default=list, blank=True, verbose_name=label, help_text=help_text
    )


def share(label: "Words", help_text: "Words", *, default: float) -> "models.FloatField[float, float]":
    return models.FloatField(label, default=default, validators=SHARE, help_text=help_text)


def within(field: str, low: float, high: float) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__gte": low, f"{field}__lte": high}), name=f"%(class)s_{field}_in_range"
    )


class Persona(models.Model):
    class Risk(models.TextChoices):
        VERY_LOW = sheet.Risk.VERY_LOW, _("very low")
        LOW = sheet.Risk.LOW, _("low")
        MEDIUM = sheet.Risk.MEDIUM, _("medium")
        HIGH = sheet.Risk.HIGH, _("high")

    class Horizon(models.TextChoices):
        SHORT = sheet.Horizon.SHORT, _("short")
        MEDIUM = sheet.Horizon.MEDIUM, _("medium")
        LONG = sheet.Horizon.LONG, _("long")

    lineage = models.UUIDField(_("lineage"), default=uuid4, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    name = models.CharField(
        _("name"), max_length=64, help_text=_("What people in the chat read as the speaker's name.")
    )
    hint = models.TextField(
        _("who this is"),
        blank=True,
        help_text=_("One or two sentences. Example: a retired teacher who lives on dividends."),
    )
    tone = models.CharField(
        _("tone"), max_length=200, blank=True, help_text=_("How it sounds. Example: calm, a little ironic.")
    )
    risk = models.CharField(_("risk appetite"), max_length=10, choices=Risk, default=Risk.MEDIUM)
    horizon = models.CharField(_("horizon"), max_length=10, choices=Horizon, default=Horizon.MEDIUM)
    risk_note = models.CharField(_("risk in own words"), max_length=200, blank=True)
    expertise = texts(_("expertise"), _("What it knows well, one a line."))
    watchlist = texts(_("watchlist"), _("Symbols it follows, one a line. Example: THYAO."), length=32)
    interests = texts(_("interests"), _("Topics it likes to talk about, one a line."))
    never_do = texts(_("never does"), _("Things this persona would never do or say, one a line."))
    style_note = models.TextField(_("style"), blank=True, help_text=_("How it writes, in plain words."))
    mood_note = models.CharField(_("temper"), max_length=200, blank=True)
    phrases = texts(_("signature phrases"), _("Used sparingly, one a line."))
    anecdotes = texts(_("anecdotes"), _("Small stories it can tell, one a line."), length=400)
    emoji = texts(_("emoji"), _("Emoji it likes, one a line."), length=16)
    energy = share(_("energy"), _("0 to 1. High energy: shorter waits, longer texts."), default=0.5)
    energy_note = models.CharField(_("energy in own words"), max_length=200, blank=True)
    empathy = share(_("empathy"), _("0 to 1. High empathy: turns to people in a bad mood."), default=0.5)
    empathy_note = models.CharField(_("empathy in own words"), max_length=200, blank=True)
    formality = share(_("formality"), _("0: street talk; 1: lecture hall."), default=0.5)
    emoji_rate = share(_("emoji rate"), _("Share of messages that carry an emoji."), default=0.15)
    slip_rate = models.FloatField(
        _("slip rate"),
        default=0.03,
        validators=[MinValueValidator(0.0), MaxValueValidator(0.3)],
        help_text=_("Share of messages with a small slip and its correction, 0 to 0.3."),
    )
    short_weight = share(_("weight of short messages"), _("1-2 sentences."), default=0.55)
    medium_weight = share(_("weight of medium messages"), _("2-3 sentences."), default=0.35)
    long_weight = share(_("weight of long messages"), _("3-4 sentences."), default=0.10)
    wpm = models.PositiveSmallIntegerField(
        _("words per minute"),
        default=36,
        validators=[MinValueValidator(20), MaxValueValidator(60)],
        help_text=_("How fast it types, 20 to 60."),
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
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["lineage", "version"], name="persona_version_once"),
            models.CheckConstraint(condition=~Q(name=""), name="persona_has_a_name"),
            *(
                within(f, 0, 1)
                for f in (
                    "energy",
                    "empathy",
                    "formality",
                    "emoji_rate",
                    "short_weight",
                    "medium_weight",
                    "long_weight",
                )
            ),
            within("slip_rate", 0, 0.3),
            within("wpm", 20, 60),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.version}"
