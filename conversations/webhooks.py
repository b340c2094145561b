"""Telling Telegram where to bring what people write: for each bot an address and a secret of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from bots import audit, gate, outbound, vault
from bots.models import Bot
from bots.telegram import port
from conversations import together
from conversations.inbound import replies

SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Result:
    bot: Bot
    text: str
    """A sentence for people."""
    ok: bool
    pending: int = 0
    """Updates that wait at Telegram."""


def address(bot: Bot) -> str:
    return settings.PUBLIC_URL + reverse("webhook", args=[bot.webhook_id])


def register(bots: Iterable[Bot], *, by: audit.Actor) -> list[Result]:
    """Have the updates of these bots brought here. Raises ValidationError when they could never arrive."""
    if settings.TELEGRAM_MODE != "webhook":
        raise ValidationError(
            _("TELEGRAM_MODE is %(mode)s. Set it to webhook first.") % {"mode": settings.TELEGRAM_MODE}
        )
    if not settings.PUBLIC_URL.startswith("https://") and not outbound.is_loopback(settings.TELEGRAM_API_BASE):
        raise ValidationError(
            _("PUBLIC_URL is %(url)s. Telegram only calls https:// addresses.") % {"url": settings.PUBLIC_URL}
        )
    return _noted("bot.webhook_set", _each(bots, _register), by=by)


def withdraw(bots: Iterable[Bot], *, by: audit.Actor) -> list[Result]:
    """Have nothing brought any more; what waits at Telegram keeps waiting for a poller."""
    return _noted("bot.webhook_delete", _each(bots, _withdraw), by=by)


def inspect(bots: Iterable[Bot]) -> list[Result]:
    """Where Telegram brings the updates of these bots, and what it complains about."""
    return _each(bots, _inspect)


def _register(bot: Bot) -> Result:
    with gate.heeded(bot) as line:
        line.set_webhook(url=address(bot), secret=bot.webhook_secret())
    told = _("Telegram brings its updates to %(url)s.") % {"url": address(bot)}
    try:
        offer_commands(line)
    except port.TelegramError as error:
        trouble = _("Its commands could not be listed: %(why)s") % {"why": error}
        told = f"{told} {trouble}"
    return Result(bot, told, ok=True)


def offer_commands(line: port.Telegram) -> None:
    """Have Telegram list what people may ask: in Turkish for who reads it, in English for everybody else."""
    line.offer(replies.offered("tr"), language="tr")
    line.offer(replies.offered("en"))


def _withdraw(bot: Bot) -> Result:
    with gate.heeded(bot) as line:
        line.delete_webhook()
    return Result(bot, _("Telegram brings nothing any more."), ok=True)


def _inspect(bot: Bot) -> Result:
    with gate.heeded(bot) as line:
        info = line.webhook()
    where = _("Telegram brings its updates to %(url)s.") % {"url": info.url} if info.url else _("No webhook is set.")
    waiting = _("%(count)s wait.") % {"count": info.pending} if info.pending else ""
    trouble = (
        _("Telegram's last trouble: %(error)s.") % {"error": info.last_error.rstrip(".")} if info.last_error else ""
    )
    text = " ".join(filter(None, [where, waiting, trouble]))
    return Result(bot, text, ok=info.url in {"", address(bot)}, pending=info.pending)


def _each(bots: Iterable[Bot], ask: Callable[[Bot], Result]) -> list[Result]:
    """The results in the order of `bots`. Side by side, for a cast of 200 should not wait 200 times."""
    wanted = list(bots)
    results = together.ask(wanted, lambda bot: _tried(bot, ask), seconds=SECONDS)
    late = _("Telegram did not answer in time.")
    return [result or Result(bot, late, ok=False) for bot, result in zip(wanted, results, strict=True)]


def _tried(bot: Bot, ask: Callable[[Bot], Result]) -> Result:
    if not bot.token:
        return Result(bot, _("It has no token."), ok=False)
    try:
        return ask(bot)
    except (port.TelegramError, vault.VaultError) as error:
        return Result(bot, str(error), ok=False)


@transaction.atomic
def _noted(action: str, results: list[Result], *, by: audit.Actor) -> list[Result]:
    for result in results:
        if result.ok:
            audit.record(action, by=by, subject=result.bot)
    return results
