"""One Telegram bot account: its token, its switches, its pace."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from bots import daytime, vault, webhooks
from bots.models.persona import SHARE, Persona, within
from bots.sheet import EVERY_DAY, Hours
from bots.telegram import lines

if TYPE_CHECKING:
    from bots.telegram import port


class BotQuerySet(models.QuerySet["Bot"]):
    def active(self) -> Self:
        return self.filter(enabled=True, retired_at=None)

    def able(self, now: datetime) -> Self:
        """Enabled, not paused, and no token known to be dead."""
        return self.active().filter(Q(paused_until=None) | Q(paused_until__lte=now)).exclude(token_state=Bot.Token.DEAD)

    def with_token(self) -> Self:
        return self.exclude(token="").exclude(token_state=Bot.Token.DEAD)


class Bot(models.Model):
    class Token(models.TextChoices):
        MISSING = "missing", _("no token")
        UNTESTED = "untested", _("not tested yet")
        HEALTHY = "healthy", _("works")
        DEAD = "dead", _("refused by Telegram")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    username = models.CharField(
        _("username"),
        max_length=32,
        validators=[RegexValidator(r"^[A-Za-z][A-Za-z0-9_]{4,31}$")],
        help_text=_("The Telegram username, without @."),
    )
    telegram_id = models.BigIntegerField(_("Telegram id"), null=True, blank=True, unique=True, editable=False)
    persona = models.ForeignKey(Persona, on_delete=models.PROTECT, related_name="bots", verbose_name=_("persona"))
    enabled = models.BooleanField(_("enabled"), default=True, help_text=_("Off: it never speaks, anywhere."))
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    talkativeness = models.FloatField(
        _("talkativeness"),
        default=0.5,
        validators=SHARE,
        help_text=_("0 to 1. How readily it speaks, against the others."),
    )
    pace = models.FloatField(
        _("pace"),
        default=1.0,
        validators=[MinValueValidator(0.1), MaxValueValidator(10)],
        help_text=_("0.1 to 10. Multiplies its waits: 2 is twice as slow."),
    )
    latency = models.FloatField(
        _("reaction time, s"),
        default=8,
        validators=[MinValueValidator(0), MaxValueValidator(600)],
        help_text=_("How long it usually takes to read and begin to write; sometimes less, sometimes much more."),
    )
    hourly_cap = models.PositiveSmallIntegerField(
        _("messages an hour"), default=12, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )

    token = models.TextField(_("token"), default="", blank=True, editable=False)
    token_hint = models.CharField(max_length=4, default="", blank=True, editable=False)
    token_state = models.CharField(_("token"), max_length=10, choices=Token, default=Token.MISSING, editable=False)
    token_checked_at = models.DateTimeField(_("token checked"), null=True, blank=True, editable=False)
    reads_all_messages = models.BooleanField(
        _("reads all messages"),
        default=False,
        editable=False,
        help_text=_("Privacy mode is off in BotFather: the bot sees every message of its groups."),
    )
    manages_bots = models.BooleanField(
        _("manages bots"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Bot Management Mode is on in BotFather: other bots of the cast can be made through it."),
    )
    webhook_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    webhook_version = models.PositiveIntegerField(default=1, editable=False)
    update_offset = models.BigIntegerField(default=0, editable=False)
    next_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Telegram pacing: no call before this moment.")
    )
    gated_until = models.DateTimeField(_("gated until"), null=True, blank=True, editable=False)

    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    objects = BotQuerySet.as_manager()

    class Meta:
        verbose_name = _("bot")
        verbose_name_plural = _("bots")
        ordering = ["username"]
        permissions = [("replace_token", "Can add or replace a bot's token")]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="bot_username_once",
                violation_error_message=_("There is a bot with this username already."),
            ),
            models.CheckConstraint(condition=Q(token="") | Q(token__regex=vault.SEALED), name="bot_token_is_sealed"),
            models.CheckConstraint(
                condition=Q(token="", token_state="missing") | (~Q(token="") & ~Q(token_state="missing")),  # noqa: S106
                name="bot_token_state_fits",
            ),
            within("talkativeness", 0, 1),
            within("pace", 0.1, 10),
            within("hourly_cap", 1, 120),
            within("latency", 0, 600),
        ]

    def __str__(self) -> str:
        return f"@{self.username}"

    @property
    def name(self) -> str:
        return self.persona.name

    def place(self, field: str) -> str:
        """Where a secret of this row belongs, for the vault."""
        return f"bots_bot:{self.uuid}:{field}"

    def telegram(self) -> "port.Telegram":
        """An open line. Raises `vault.VaultError` when the token cannot be opened. The token never leaves this app."""
        token = vault.open(self.token, place=self.place("token")) if self.token else ""
        return lines.open_line(token, base=settings.TELEGRAM_API_BASE, mode=settings.TELEGRAM_MODE)

    def webhook_secret(self) -> str:
        """What Telegram must send back with each update; a changed `webhook_version` makes old ones void."""
        return webhooks.secret(self.webhook_id, self.webhook_version)


class ActiveHours(models.Model):
    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="hours", verbose_name=_("bot"))
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"), help_text=_("Earlier than the start: the range crosses midnight."))
    days = models.PositiveSmallIntegerField(
        _("days"),
        default=EVERY_DAY,
        db_default=EVERY_DAY,
        editable=False,
        help_text="Days on which it begins, as bits, Monday the lowest.",
    )

    class Meta:
        verbose_name = _("active hours")
        verbose_name_plural = _("active hours")
        ordering = ["starts", "days"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "starts", "days"], name="hours_start_once"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=EVERY_DAY), name="hours_have_days"),
            models.CheckConstraint(
                condition=~Q(starts=models.F("ends")),
                name="hours_are_a_range",
                violation_error_message=_("Active hours end at another time than they begin."),
            ),
        ]

    def __str__(self) -> str:
        return daytime.text(self.sheet())

    def sheet(self) -> Hours:
        return Hours(self.starts, self.ends, self.days)
