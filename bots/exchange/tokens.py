"""A pasted list of tokens to the bots that wait for one. Each line has its own fate."""

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from bots import audit, roster
from bots.models import Bot
from bots.telegram import port

AT_ONCE = 16
"""Tokens that Telegram is asked about side by side."""
_LINE = re.compile(r"(?:@?([A-Za-z]\w{4,31})\s*[\s:=,;|]\s*)?(\d+:[\w-]+)")


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    """Counted from 1, as an editor does."""
    username: str
    """The bot that the line names, or empty: any that waits."""
    token: str
    identity: port.Identity | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    line: int
    ok: bool
    text: str
    username: str = ""


def bind(pasted: str, *, bots: Iterable[Bot], by: audit.Actor) -> list[Result]:
    """One result per line with something on it, in their order. Telegram is asked about every token before the first
    is given away: a token goes to the bot that it belongs to, and only what is left over to the next one waiting."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        lines = list(threads.map(partial(_asked, language=translation.get_language()), _lines(pasted)))
    waiting = {bot.username.lower(): bot for bot in bots}
    results = [_bound(line, waiting, by) for line in sorted(lines, key=lambda line: _wanted(line) not in waiting)]
    return sorted(results, key=lambda result: result.line)


def _lines(pasted: str) -> Iterator[Line]:
    for number, written in enumerate(pasted.lstrip("\ufeff").splitlines(), start=1):
        text = written.strip()
        if not text or text.startswith("#"):
            continue
        found = _LINE.fullmatch(text)
        if found and roster.TOKEN.fullmatch(found[2]):
            yield Line(number, found[1] or "", found[2])
        else:
            yield Line(number, "", "", problem=_("is no token, nor a username and its token."))


def _asked(line: Line, *, language: str | None) -> Line:
    """In a thread of its own, which begins with the language of the settings; the database is not asked here."""
    if line.problem:
        return line
    with translation.override(language):
        try:
            return Line(line.number, line.username, line.token, roster.whose(line.token))
        except port.InvalidToken:
            told = _(
                "Telegram does not know this token. Copy it anew from @BotFather, or have it make another: /revoke."
            )
            return Line(line.number, line.username, line.token, problem=told)
        except port.TelegramError as error:
            return Line(line.number, line.username, line.token, problem=str(error))


def _wanted(line: Line) -> str:
    """The bot that a line means, by name or by what Telegram said."""
    return (line.username or (line.identity.username if line.identity else "")).lower()


def _known(identity: port.Identity) -> Bot | None:
    """Who of the cast has this account already."""
    return Bot.objects.exclude(token="").filter(telegram_id=identity.id, retired_at=None).first()


def _renewed(bot: Bot, line: Line, identity: port.Identity, by: audit.Actor) -> Result:
    """An account of the cast, pasted again or with a new token: its bot goes on with this one."""
    try:
        roster.bind(bot, line.token, identity, by=by)
    except ValidationError as error:
        return Result(line.number, ok=False, text=" ".join(error.messages), username=bot.username)
    return Result(line.number, ok=True, text=_("works; it plays here already."), username=bot.username)


def _bound(line: Line, waiting: dict[str, Bot], by: audit.Actor) -> Result:
    if line.identity is None:
        return Result(line.number, ok=False, text=line.problem, username=line.username)
    known = _known(line.identity)
    if known and line.username.lower() in {"", known.username.lower()}:
        return _renewed(known, line, line.identity, by)
    bot = waiting.get(_wanted(line)) or (None if line.username else next(iter(waiting.values()), None))
    if bot is None:
        return Result(line.number, ok=False, text=_("no bot waits for this token."), username=line.username)
    before = bot.username
    try:
        roster.bind(bot, line.token, line.identity, by=by)
    except ValidationError as error:
        return Result(line.number, ok=False, text=" ".join(error.messages), username=before)
    del waiting[before.lower()]
    names = {"old": before, "new": bot.username}
    text = _("works.") if bot.username == before else _("works; @%(old)s is now @%(new)s.") % names
    return Result(line.number, ok=True, text=text, username=bot.username)
