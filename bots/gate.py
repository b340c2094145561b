"""The silence that Telegram asked of a whole bot, kept by every call outside the talk: tokens, webhooks, groups."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils.translation import gettext as _

from bots.models import Bot
from bots.telegram import port

LONGEST = timedelta(days=3650)
"""Ten years. What is further off has no place in a column of moments."""


@contextmanager
def heeded(bot: Bot) -> Iterator[port.Telegram]:
    """An open line of a bot for calls that nobody in a chat waits for.

    Raises RetryAfter without a call while Telegram wants the bot to be silent; when Telegram says so now, the whole bot
    keeps to it. Raises VaultError when the token cannot be opened.
    """
    if (left := _left(bot)) > 0:
        raise port.RetryAfter(_("Telegram asked %(bot)s to wait.") % {"bot": bot}, seconds=left)
    if not connection.in_atomic_block:
        connection.close()  # none is held while Telegram is asked
    try:
        yield bot.telegram()
    except port.RetryAfter as error:
        hold(bot, error.seconds)
        raise


def hold(bot: Bot, seconds: float) -> None:
    """No call of this bot for so long; a longer gate stays."""
    Bot.objects.filter(pk=bot.pk).update(gated_until=Greatest(F("gated_until"), Now() + span(seconds)))


def span(seconds: float) -> timedelta:
    return timedelta(seconds=min(seconds, LONGEST.total_seconds()))


def _left(bot: Bot) -> float:
    """Seconds, on the clock of the database."""
    gates = Bot.objects.filter(pk=bot.pk, gated_until__gt=Now())
    gated = gates.values_list(F("gated_until") - Now(), flat=True).first()
    return gated.total_seconds() if gated else 0.0
