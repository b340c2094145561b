"""What each hour came to: sums that charts of weeks are drawn from, so that no page reads every row.

`conversations.chronicle` fills them from the rows themselves and may do so again at any time. They stay when those rows
have had their time.
"""

from decimal import Decimal

from django.db import models

from conversations.models.chat import Chat
from conversations.models.provider import Provider


def _count() -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(default=0)


def _spread() -> "models.JSONField[dict[str, int], dict[str, int]]":
    return models.JSONField(default=dict, help_text="How many of each.")


class ChatHour(models.Model):
    """An hour of one chat, by the clock of UTC: what was said, and what became of the turns that ended then."""

    at = models.DateTimeField()
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="hours")
    bots, people = _count(), _count()
    sent, skipped, failed = _count(), _count(), _count()
    reasons = _spread()
    """Why turns were skipped or failed: code to count."""
    late = _spread()
    """From `send_after` to sent: class of milliseconds to count (`conversations.chronicle.RATIO`)."""
    tried = _spread()
    """Send attempts that began: outcome to count."""

    class Meta:
        verbose_name = "hour of a chat"
        verbose_name_plural = "hours of chats"
        ordering = ["at", "chat"]
        constraints = [models.UniqueConstraint(fields=["at", "chat"], name="chat_hour_once")]

    def __str__(self) -> str:
        return f"{self.chat_id} · {self.at:%Y-%m-%d %H:%M}"


class ProviderHour(models.Model):
    """An hour of one provider: its calls that are over."""

    at = models.DateTimeField()
    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="hours")
    calls, failed, failovers = _count(), _count(), _count()
    prompt_tokens, completion_tokens = models.BigIntegerField(default=0), models.BigIntegerField(default=0)
    cost: "models.DecimalField[Decimal | int, Decimal]" = models.DecimalField(
        max_digits=14, decimal_places=6, default=0
    )
    outcomes = _spread()
    """What became of them: code to count."""
    took = _spread()
    """Of those that answered: class of milliseconds to count."""

    class Meta:
        verbose_name = "hour of a provider"
        verbose_name_plural = "hours of providers"
        ordering = ["at", "provider"]
        constraints = [models.UniqueConstraint(fields=["at", "provider"], name="provider_hour_once")]

    def __str__(self) -> str:
        return f"{self.provider_id} · {self.at:%Y-%m-%d %H:%M}"


class PlannedHour(models.Model):
    """What the rules let expect of an hour, as they stood when it was last looked at; `chat` empty: of all chats
    together."""

    at = models.DateTimeField()
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, null=True, related_name="planned_hours")
    messages = models.FloatField()
    binding = models.CharField(max_length=32, blank=True)
    """The ceiling that binds then."""

    class Meta:
        verbose_name = "planned hour"
        verbose_name_plural = "planned hours"
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["at", "chat"], nulls_distinct=False, name="planned_hour_once")]

    def __str__(self) -> str:
        return f"{self.chat_id or 'cast'} · {self.at:%Y-%m-%d %H:%M}"


class Outage(models.Model):
    """A time of which Kulis knows that something of it was away: the clock that ticks every second, or a process that
    died without a word."""

    class What(models.TextChoices):
        CLOCK = "clock"
        WEB = "web"
        WRITER = "writer"
        SENDER = "sender"
        BEAT = "beat"
        POLLER = "poller"

    what = models.CharField(max_length=6, choices=What)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    """Empty where only the beginning is known."""

    class Meta:
        verbose_name = "outage"
        verbose_name_plural = "outages"
        ordering = ["-since"]
        constraints = [models.UniqueConstraint(fields=["what", "since"], name="outage_once")]
        indexes = [models.Index(fields=["-since"], name="outage_by_time")]

    def __str__(self) -> str:
        return f"{self.what} · {self.since:%Y-%m-%d %H:%M:%S}"
