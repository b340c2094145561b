"""What a bot holds: positions, fictional holdings, memories, mood, and how it stands with others."""

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from bots import sheet
from bots.found import Plain
from bots.models.bot import Bot
from bots.models.persona import SHARE, within

if TYPE_CHECKING:
    from bots.models.persona import Words

EMBEDDING_SIZE = 512
FEELINGS = ("mood", "energy", "confidence", "stress", "excitement", "curiosity", "warmth")
BONDS = ("trust", "respect", "affection", "familiarity", "conflict")


def level(label: "Words", start: int) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        label, default=start, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )


class Stance(models.Model):
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="stances", verbose_name=_("bot"))
    topic = models.CharField(_("topic or symbol"), max_length=64)
    text = models.TextField(
        _("position"), help_text=_("What it thinks, in its own words. Example: too volatile, not my style.")
    )
    confidence = models.FloatField(_("confidence"), default=0.6, validators=SHARE)
    cooldown_until = models.DateTimeField(
        _("rests until"), null=True, blank=True, help_text=_("Not brought up before this moment.")
    )

    class Meta:
        verbose_name = _("stance")
        verbose_name_plural = _("stances")
        ordering = ["topic"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "topic"], name="stance_once_per_topic"),
            models.CheckConstraint(condition=~Q(topic="") & ~Q(text=""), name="stance_says_something"),
            within("confidence", 0, 1),
        ]

    def __str__(self) -> str:
        return self.topic


class Holding(models.Model):
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="holdings", verbose_name=_("bot"))
    symbol = models.CharField(_("symbol"), max_length=32)
    average_price = models.DecimalField(
        _("average price"), max_digits=18, decimal_places=6, help_text=_("Fictional: the persona's own cost.")
    )
    size = models.DecimalField(_("size"), max_digits=18, decimal_places=6)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["symbol"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "symbol"], name="holding_once_per_symbol"),
            models.CheckConstraint(
                condition=Q(average_price__gt=0, size__gt=0) & ~Q(symbol=""),
                name="holding_is_positive",
                violation_error_message=_("Price and size of a holding are above zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.symbol


class Memory(models.Model):
    class Kind(models.TextChoices):
        PERSONAL_FACT = sheet.MemoryKind.PERSONAL_FACT, _("personal fact")
        PAST_EVENT = sheet.MemoryKind.PAST_EVENT, _("past event")
        RELATIONSHIP = sheet.MemoryKind.RELATIONSHIP, _("relationship")
        PREFERENCE = sheet.MemoryKind.PREFERENCE, _("preference")
        ROUTINE = sheet.MemoryKind.ROUTINE, _("routine")
        REFLECTION = sheet.MemoryKind.REFLECTION, _("reflection")

    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="memories", verbose_name=_("bot"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    text = models.TextField(_("text"))
    importance = models.FloatField(_("importance"), default=0.5, validators=SHARE)
    embedding = VectorField(dimensions=EMBEDDING_SIZE, editable=False)
    message_id = models.BigIntegerField(
        _("from message"), null=True, blank=True, editable=False, help_text=_("Number of the message it comes from.")
    )
    quoted = models.TextField(_("words it comes from"), blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    use_count = models.PositiveIntegerField(_("used"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("memory")
        verbose_name_plural = _("memories")
        ordering = ["-importance", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "text"], name="memory_once"),
            models.CheckConstraint(condition=~Q(text=""), name="memory_says_something"),
            within("importance", 0, 1),
        ]
        indexes = [
            models.Index(fields=["-importance", "id"], name="memory_by_weight"),
            GinIndex(OpClass(Plain("text"), name="gin_trgm_ops"), name="memory_by_word"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Mood(models.Model):
    """Seven feelings, 0 to 100, moved only by recorded events."""

    bot = models.OneToOneField(Bot, on_delete=models.CASCADE, related_name="feelings", verbose_name=_("bot"))
    mood = level(_("mood"), 50)
    energy = level(_("energy"), 50)
    confidence = level(_("confidence"), 50)
    stress = level(_("stress"), 0)
    excitement = level(_("excitement"), 50)
    curiosity = level(_("curiosity"), 50)
    warmth = level(_("warmth"), 50)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("mood")
        verbose_name_plural = _("moods")
        constraints = [within(feeling, 0, 100) for feeling in FEELINGS]

    def __str__(self) -> str:
        return f"{self.bot} · {self.mood}"


class MoodChange(models.Model):
    """One event that moved a mood. The newest ten of each bot are kept."""

    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="mood_changes", verbose_name=_("bot"))
    event = models.CharField(_("event"), max_length=32)
    about = models.CharField(_("about"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("happened"))

    class Meta:
        verbose_name = _("mood change")
        verbose_name_plural = _("mood changes")
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["bot", "-happened_at", "-id"], name="mood_change_newest")]

    def __str__(self) -> str:
        return f"{self.bot} · {self.event}"


class Relationship(models.Model):
    """How a bot stands with another bot, or with a person (by the number of the participant)."""

    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="relationships", verbose_name=_("bot"))
    other = models.ForeignKey(
        Bot, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("other bot")
    )
    person_id = models.BigIntegerField(_("person"), null=True, blank=True)
    trust = level(_("trust"), 50)
    respect = level(_("respect"), 50)
    affection = level(_("affection"), 50)
    familiarity = level(_("familiarity"), 0)
    conflict = level(_("conflict"), 0)
    interactions = models.PositiveIntegerField(_("interactions"), default=0)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        constraints = [
            models.UniqueConstraint(
                fields=["bot", "other"], condition=Q(other__isnull=False), name="relationship_once_per_bot"
            ),
            models.UniqueConstraint(
                fields=["bot", "person_id"], condition=Q(person_id__isnull=False), name="relationship_once_per_person"
            ),
            models.CheckConstraint(
                condition=Q(other__isnull=True) ^ Q(person_id__isnull=True), name="relationship_has_one_other"
            ),
            models.CheckConstraint(condition=~Q(other=models.F("bot")), name="relationship_is_with_another"),
            *(within(bond, 0, 100) for bond in BONDS),
        ]

    def __str__(self) -> str:
        return f"{self.bot} → {self.other or self.person_id}"


class BondChange(models.Model):
    """One event that moved a relationship. The newest ten of each are kept."""

    relationship = models.ForeignKey(
        Relationship, on_delete=models.CASCADE, related_name="changes", verbose_name=_("relationship")
    )
    event = models.CharField(_("event"), max_length=32)
    about = models.CharField(_("about"), max_length=200, blank=True)
    happened_at = models.DateTimeField(_("happened"))

    class Meta:
        verbose_name = _("relationship change")
        verbose_name_plural = _("relationship changes")
        ordering = ["-happened_at", "-id"]
        indexes = [models.Index(fields=["relationship", "-happened_at", "-id"], name="bond_change_newest")]

    def __str__(self) -> str:
        return f"{self.relationship} · {self.event}"
