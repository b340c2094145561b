"""Where the cast talks, who plays there, and which people were seen there."""

import functools
from datetime import datetime
from typing import Self
from uuid import uuid4
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bots.found import Plain
from bots.models import Bot

zones = functools.cache(available_timezones)
"""Looking through the folders of all zones takes longer than writing a chat."""


def validate_timezone(name: str) -> None:
    if name not in zones():
        raise ValidationError(_("“%(name)s” is no time zone. Example: Europe/Istanbul."), params={"name": name})


class ChatQuerySet(models.QuerySet["Chat"]):
    def talking(self) -> Self:
        """Chats in which the engine may open turns: switched on, disclosed where people are, not quiet."""
        return self.filter(
            Q(kind=Chat.Kind.REHEARSAL) | Q(disclosed_at__isnull=False),
            Q(hushed_until=None) | Q(hushed_until__lte=Now()),
            mode__in=[Chat.Mode.LIVE, Chat.Mode.APPROVAL],
            closed_at=None,
        )

    def due(self, now: datetime) -> Self:
        return self.talking().filter(Q(next_due=None) | Q(next_due__lte=now))


class Chat(models.Model):
    class Kind(models.TextChoices):
        TELEGRAM = "telegram", _("Telegram group")
        REHEARSAL = "rehearsal", _("rehearsal room")

    class Mode(models.TextChoices):
        LIVE = "live", _("live")
        APPROVAL = "approval", _("every message is approved first")
        PAUSED = "paused", _("paused")
        DISABLED = "disabled", _("disabled")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TELEGRAM)
    mode = models.CharField(
        _("mode"),
        max_length=10,
        choices=Mode,
        default=Mode.DISABLED,
        help_text=_("Live: the cast talks. Approval: each message waits for a person. Paused and disabled: silence."),
    )
    title = models.CharField(_("title"), max_length=128)
    telegram_id = models.BigIntegerField(
        _("Telegram id"), null=True, blank=True, help_text=_("The number of the group; groups begin with a minus.")
    )
    thread_id = models.BigIntegerField(
        _("forum topic"), null=True, blank=True, help_text=_("Only for forums: the topic in which the cast talks.")
    )
    topics = ArrayField(
        models.CharField(max_length=64),
        default=list,
        blank=True,
        verbose_name=_("topics"),
        help_text=_("What the talk is about, one a line."),
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Istanbul", validators=[validate_timezone]
    )
    observes_hours = models.BooleanField(
        _("keeps hours"),
        default=True,
        help_text=_("Bots keep their active hours and the market's prime hours here. Rehearsal rooms usually do not."),
    )
    tempo = models.FloatField(
        _("tempo"),
        default=1.0,
        validators=[MinValueValidator(0.1), MaxValueValidator(10)],
        help_text=_("Multiplies the waits of this chat: 2 is twice as slow."),
    )
    listener = models.ForeignKey(
        Bot,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("listener"),
        help_text=_("The one bot whose view of the chat counts."),
    )

    disclosed_at = models.DateTimeField(_("disclosed"), null=True, blank=True, editable=False)
    disclosed_by = models.CharField(_("disclosed by"), max_length=150, blank=True, editable=False)
    disclosure_message_id = models.BigIntegerField(null=True, blank=True, editable=False)
    disclosure_pinned = models.BooleanField(_("disclosure pinned"), default=False, editable=False)
    advice_note = models.BooleanField(
        _("“not investment advice” note"), default=True, help_text=_("Part of the disclosure of this chat.")
    )

    hushed_until = models.DateTimeField(
        _("quiet until"), null=True, blank=True, editable=False, help_text=_("Somebody there asked for quiet (/sus).")
    )
    closed_at = models.DateTimeField(
        _("topic closed"), null=True, blank=True, editable=False, help_text=_("Nobody may write in a closed topic.")
    )
    noted_by = models.ForeignKey(
        "Participant",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("brought in by"),
        help_text=_("Who added a bot of the cast to this group, as Telegram told it."),
    )

    next_due = models.DateTimeField(_("next turn"), null=True, blank=True, editable=False, db_index=True)
    next_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Group pacing: no send before this moment.")
    )
    last_seq = models.BigIntegerField(default=0, editable=False)
    reactions = ArrayField(
        models.CharField(max_length=16),
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("reactions"),
        help_text=_("The emoji that may be reacted with. Empty: none. Unknown: all of Telegram's."),
    )
    chain = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Bot messages in a row since a person, news or a break.")
    )
    after_person = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Bot messages since a person's last.")
    )
    spoke_at = models.DateTimeField(_("a bot spoke last"), null=True, blank=True, editable=False)
    heard_at = models.DateTimeField(_("a person spoke last"), null=True, blank=True, editable=False)
    stirred_at = models.DateTimeField(_("news came last"), null=True, blank=True, editable=False)
    seats = models.BigIntegerField(default=0, editable=False, help_text="Counts the turns that took their moment.")
    slot = models.BigIntegerField(default=0, editable=False, help_text=_("Counts the scheduled turns opened here."))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    members: "models.ManyToManyField[Bot, Membership]" = models.ManyToManyField(
        Bot, through="Membership", related_name="chats", verbose_name=_("members")
    )

    objects = ChatQuerySet.as_manager()

    class Meta:
        verbose_name = _("chat")
        verbose_name_plural = _("chats")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                "telegram_id",
                Coalesce("thread_id", 0),
                name="chat_place_once",
                violation_error_message=_("This group is registered already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="rehearsal", telegram_id=None) | Q(kind="telegram", telegram_id__isnull=False),
                name="chat_has_its_place",
                violation_error_message=_("A Telegram group needs its number; a rehearsal room has none."),
            ),
            models.CheckConstraint(condition=Q(thread_id=None) | Q(kind="telegram"), name="chat_thread_needs_telegram"),
            models.CheckConstraint(condition=Q(tempo__gte=0.1, tempo__lte=10), name="chat_tempo_in_range"),
            models.CheckConstraint(
                condition=Q(disclosed_at=None) | ~Q(disclosed_by=""), name="chat_disclosure_is_signed"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rehearsal" if self.is_rehearsal else "chat", args=[self.pk])

    @property
    def is_rehearsal(self) -> bool:
        return self.kind == self.Kind.REHEARSAL

    @property
    def is_disclosed(self) -> bool:
        return self.is_rehearsal or self.disclosed_at is not None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Membership(models.Model):
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("chat"))
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("bot"))
    weight = models.FloatField(
        _("weight"),
        default=1.0,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
        help_text=_("0 to 10. How often it speaks here, against the others; 0: only when asked."),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    ended_reason = models.CharField(_("ended because"), max_length=64, blank=True, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    gated_until = models.DateTimeField(
        _("gated until"), null=True, blank=True, editable=False, help_text=_("Telegram asked for silence until then.")
    )
    gated_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When Telegram asked for it.")
    calls = ArrayField(
        models.DateTimeField(), default=list, blank=True, editable=False, help_text="The newest calls, oldest first."
    )
    last_said_at = models.DateTimeField(_("last said"), null=True, blank=True, editable=False)
    sees_bots_since = models.DateTimeField(
        _("sees the others since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since when Telegram brings it what other bots of the cast say here."),
    )
    sees_bots_at = models.DateTimeField(
        _("saw another last"), null=True, blank=True, editable=False, help_text=_("By the clock of Telegram.")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["chat_id", "bot_id"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "bot"], name="membership_once"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=10), name="membership_weight_in_range"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(ended_reason=""), name="membership_end_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bot} · {self.chat}"


class Participant(models.Model):
    """A human seen in a chat. Only what answering needs; can be forgotten on request.

    Who writes in the name of a group or a channel is known by its number, which begins with a minus. Who was forgotten
    leaves a row without name and number, so that a talk keeps its shape.
    """

    telegram_id = models.BigIntegerField(_("Telegram id"), null=True, blank=True, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="participant",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=128)
    username = models.CharField(_("username"), max_length=64, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    last_seen_at = models.DateTimeField(_("last seen"), auto_now=True)
    hushed_at = models.DateTimeField(_("asked for quiet"), null=True, blank=True, editable=False)
    forgotten_at = models.DateTimeField(_("forgotten"), null=True, blank=True, editable=False)

    class Meta:
        permissions = [
            ("forget_person", "Can delete a person's data on request"),
            ("export_person", "Can hand out a person's data on request"),
        ]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(telegram_id__isnull=False, user=None, forgotten_at=None)
                | Q(telegram_id=None, user__isnull=False, forgotten_at=None)
                | Q(telegram_id=None, user=None, forgotten_at__isnull=False, name="", username=""),
                name="participant_is_known_one_way",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Plain("name"), name="gin_trgm_ops"), name="participant_by_name"),
            GinIndex(OpClass(Plain("username"), name="gin_trgm_ops"), name="participant_by_username"),
        ]

    def __str__(self) -> str:
        return self.name or gettext("somebody who was forgotten")
