"""Something really said in a chat."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots import traces
from bots.models import Bot
from conversations.models.chat import Chat, Participant


class Message(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        PHOTO = "photo", _("photo")
        VIDEO = "video", _("video")
        ANIMATION = "animation", _("animation")
        STICKER = "sticker", _("sticker")
        VOICE = "voice", _("voice message")
        AUDIO = "audio", _("audio")
        VIDEO_NOTE = "video_note", _("video message")
        DOCUMENT = "document", _("file")
        POLL = "poll", _("poll")
        LOCATION = "location", _("location")
        CONTACT = "contact", _("contact")
        DICE = "dice", _("dice")
        STORY = "story", _("story")
        OTHER = "other", _("something without words")
        ERASED = "erased", _("deleted at a person's wish")

    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind,
        db_default=Kind.TEXT,
        default=Kind.TEXT,
        help_text=_("What it is besides its words; without words only this is known, and no model sees it."),
    )
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="messages", verbose_name=_("chat"))
    message_id = models.BigIntegerField(_("number in the chat"))
    bot = models.ForeignKey(
        Bot, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("bot")
    )
    participant = models.ForeignKey(
        Participant,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("participant"),
    )
    text = models.TextField(_("text"))
    folded = models.TextField(
        editable=False, help_text=_("Lower case by Turkish rules, for search and for spotting repeats.")
    )
    reply_to = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replies", verbose_name=_("reply to")
    )
    topic = models.CharField(_("topic"), max_length=64, blank=True)
    mentions_other = models.BooleanField(
        default=False, editable=False, help_text=_("Speaks to another human: not for the cast.")
    )
    said_at = models.DateTimeField(_("said"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    trace = models.UUIDField(
        null=True,
        default=traces.current,
        editable=False,
        help_text="Of the turn that said it, or the update that brought it.",
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-said_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "message_id"], name="message_once"),
            models.CheckConstraint(
                condition=Q(bot__isnull=True) ^ Q(participant__isnull=True), name="message_has_one_author"
            ),
        ]
        indexes = [
            GinIndex(OpClass("folded", name="gin_trgm_ops"), name="message_alike"),
            models.Index(fields=["chat", "-said_at", "-id"], name="message_newest"),
            models.Index(fields=["bot", "-said_at"], name="message_of_bot"),
            models.Index(fields=["-said_at"], name="message_by_time"),
        ]

    def __str__(self) -> str:
        return self.shown[:60]

    @property
    def speaker(self) -> str:
        return self.bot.name if self.bot else str(self.participant or "")

    @property
    def shown(self) -> str:
        """What people read: the words, or in brackets what it was instead."""
        return self.text or f"[{self.get_kind_display()}]"


class Reaction(models.Model):
    """An emoji that a bot or a person hung on a message. One per message and author, as Telegram has it for bots."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions", verbose_name=_("message"))
    bot = models.ForeignKey(
        Bot, on_delete=models.CASCADE, null=True, blank=True, related_name="reactions", verbose_name=_("bot")
    )
    participant = models.ForeignKey(
        Participant,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reactions",
        verbose_name=_("participant"),
    )
    emoji = models.CharField(_("emoji"), max_length=16)
    reacted_at = models.DateTimeField(_("reacted"))

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        ordering = ["-reacted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "bot"], condition=Q(bot__isnull=False), name="reaction_once_per_bot"
            ),
            models.UniqueConstraint(
                fields=["message", "participant"],
                condition=Q(participant__isnull=False),
                name="reaction_once_per_person",
            ),
            models.CheckConstraint(
                condition=(Q(bot__isnull=True) ^ Q(participant__isnull=True)) & ~Q(emoji=""),
                name="reaction_has_one_author",
            ),
        ]
        indexes = [models.Index(fields=["-reacted_at"], name="reaction_by_time")]

    def __str__(self) -> str:
        return self.emoji
