"""Bots that were made in Telegram through a bot of the cast that manages others, and join when an owner says so.

Whoever knows its link can make a bot through a manager, so nobody joins by being made: owners take in whom they know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bots import audit, gate, vault
from bots.exchange import tokens
from bots.models import Bot
from bots.telegram import port
from conversations.models import InboundUpdate
from monitoring.founding import cast

LOOKED_AT = 200
"""The newest updates about managed bots."""
OFFERED = 30
"""Personas for which a link is shown."""


@dataclass(frozen=True, slots=True)
class Link:
    name: str
    username: str
    address: str


@dataclass(frozen=True, slots=True)
class Made:
    """A bot that Telegram told a manager of, and that does not play here yet."""

    manager: Bot
    telegram_id: int
    username: str
    name: str
    maker: str
    at: datetime


def manager() -> Bot | None:
    """The bot through which others are made: the one that has been here longest."""
    return Bot.objects.active().with_token().filter(manages_bots=True).order_by("pk").first()


def links(through: Bot) -> list[Link]:
    """A link that makes an account for each persona that waits for one; for a new persona where none does."""
    waiting = cast.waiting()[:OFFERED]
    if waiting:
        return [_link(through, bot.name, bot.username) for bot in waiting]
    stem = through.username.removesuffix("bot").rstrip("_")[:20]
    return [_link(through, "", f"{stem}_{len(cast.playing()) + 1}_bot")]


def _link(through: Bot, name: str, username: str) -> Link:
    named = f"?{urlencode({'name': name})}" if name else ""
    return Link(name, username, f"https://t.me/newbot/{through.username}/{username}{named}")


def made() -> list[Made]:
    """The newest first, each once."""
    told = InboundUpdate.objects.filter(kind="managed_bot", bot__in=Bot.objects.active().filter(manages_bots=True))
    found: dict[int, Made] = {}
    for update in told.select_related("bot").order_by("-pk")[:LOOKED_AT]:
        for one in _read(update):
            found.setdefault(one.telegram_id, one)
    here = set(Bot.objects.active().filter(telegram_id__in=found).with_token().values_list("telegram_id", flat=True))
    return [one for number, one in found.items() if number not in here]


def _read(update: InboundUpdate) -> Iterator[Made]:
    """What an update tells, when it has the shape that it should have; a person who was forgotten is nobody."""
    told = update.payload.get("managed_bot")
    bot, maker = (told.get("bot"), told.get("user")) if isinstance(told, dict) else (None, None)
    if not isinstance(bot, dict) or type(bot.get("id")) is not int or not isinstance(bot.get("username"), str):
        return
    yield Made(
        manager=update.bot,
        telegram_id=bot["id"],
        username=bot["username"],
        name=str(bot.get("first_name", "")),
        maker=_person(maker),
        at=update.received_at,
    )


def _person(told: Any) -> str:
    if not isinstance(told, dict):
        return ""
    username = f"@{told['username']}" if told.get("username") else ""
    return " ".join(part for part in (str(told.get("first_name", "")), username) if part)


def take_in(telegram_id: int, *, by: audit.Actor) -> list[tokens.Result]:
    """Fetch its token and give it to the persona of that username, or to the next that waits.

    Raises ValidationError where it is not among those that were made, or where Telegram does not hand the token out.
    """
    one = next((one for one in made() if one.telegram_id == telegram_id), None)
    if one is None:
        raise ValidationError(_("This bot is not among those that were made, or plays here already."))
    try:
        with gate.heeded(one.manager) as line:
            token = line.managed_token(one.telegram_id)
    except (port.TelegramError, vault.VaultError) as error:
        told = {"bot": f"@{one.username}", "said": error}
        raise ValidationError(_("Telegram does not hand out the token of %(bot)s: %(said)s") % told) from error
    audit.record("bot.fetch_token", by=by, subject=one.manager, after={"bot": f"@{one.username}"})
    return cast.hand_out(token, by=by)
