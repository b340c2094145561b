"""An owner's bots: pasted tokens to personas, and what each bot may see in groups."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bots import audit, roster, vault
from bots.casts.generate import MOST, generate
from bots.exchange import tokens
from bots.exchange.document import NotACast
from bots.models import Bot
from bots.telegram import port
from conversations import together, webhooks
from conversations.exchange import importing, telling

PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Sight:
    """What Telegram shows a bot of a group's talk."""

    bot: Bot
    reads_all: bool


def waiting() -> list[Bot]:
    """Personas without an account, in the order in which they came."""
    return list(Bot.objects.active().filter(token="").order_by("pk"))


def playing() -> list[Bot]:
    return list(Bot.objects.active().with_token().select_related("persona").order_by("pk"))


def hand_out(pasted: str, *, by: audit.Actor) -> list[tokens.Result]:
    """Give each token a persona: one that waits, or one made for it. A line's trouble is that line's alone.

    Raises ValidationError where there is nothing to hand out.
    """
    lines = [line for line in pasted.splitlines() if line.strip() and not line.strip().startswith("#")]
    if not lines:
        raise ValidationError({"tokens": _("Paste at least one token; each stands on a line of its own.")})
    if len(lines) > MOST:
        raise ValidationError({"tokens": _("These are more than %(most)d lines.") % {"most": MOST}})
    ready = waiting()
    made = _made(len(lines) - len(ready), by=by)
    results = tokens.bind(pasted, bots=[*ready, *made], by=by)
    _send_home(made)
    _open_ears([result.username for result in results if result.ok], by=by)
    return results


def _open_ears(usernames: list[str], *, by: audit.Actor) -> None:
    """Updates come the way that this Kulis listens, whatever way they took before."""
    bots = Bot.objects.filter(username__in=usernames)
    if settings.TELEGRAM_MODE == "webhook":
        webhooks.register(bots, by=by)
    elif settings.TELEGRAM_MODE == "polling":
        webhooks.withdraw(bots, by=by)


def take_in(raw: bytes, *, by: audit.Actor) -> int:
    """The bots of a cast file join. How many; ValidationError tells everything that is wrong with it."""
    try:
        plan = importing.plan(raw, skip_existing=True)
    except NotACast as error:
        raise ValidationError({"file": str(error)}) from error
    if plan.refused:
        raise ValidationError({"file": telling.words(plan).splitlines()})
    return len(importing.carry_out(plan, by=by))


def look(bots: list[Bot], *, by: audit.Actor) -> list[Sight]:
    """Ask Telegram anew what each may see; who does not answer in time is told of as it was known."""

    def ask(bot: Bot) -> bool:
        try:
            return roster.check_token(bot, by=by).reads_all_messages
        except (port.TelegramError, vault.VaultError, ValidationError, Bot.DoesNotExist):
            return bot.reads_all_messages

    answers = together.ask(bots, ask, seconds=PATIENCE)
    _open_ears([bot.username for bot in bots if bot.manages_bots], by=by)  # they are told of what is made through them
    return [
        Sight(bot, bot.reads_all_messages if seen is None else seen) for bot, seen in zip(bots, answers, strict=True)
    ]


def _made(count: int, *, by: audit.Actor) -> list[Bot]:
    """Ready-made personas, whom nobody here is called like."""
    if count <= 0:
        return []
    sheets = generate(MOST, seed=secrets.randbelow(2**31))
    taken = {name.lower() for name in roster.taken(sheet.username for sheet in sheets)}
    names = set(Bot.objects.active().values_list("persona__name", flat=True))
    fresh = [sheet for sheet in sheets if sheet.username.lower() not in taken and sheet.persona.name not in names]
    return roster.enrol_all(fresh[:count], by=by)


@transaction.atomic
def _send_home(made: list[Bot]) -> None:
    """Who was made for a token that turned out to be none is not kept."""
    for bot in Bot.objects.filter(pk__in=[bot.pk for bot in made], token=""):
        audit.record("bot.leave", by="set-up", subject=bot)
        persona = bot.persona
        bot.delete()
        persona.delete()
