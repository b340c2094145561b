"""The verbs that change the cast: every writer of bots. One transaction each, audited, the revision counted up."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit, enrolment, gate
from bots.models import Bot, Persona
from bots.sheet import BotSheet, PersonaSheet
from bots.telegram import lines, port

ADJUSTABLE = ("enabled", "talkativeness", "pace", "latency", "hourly_cap")
TRAITS = tuple(PersonaSheet.__slots__)
TOKEN = re.compile(r"([1-9]\d{4,15}):[A-Za-z0-9_-]{30,64}")
"""What BotFather hands out: the number of the account, then its secret."""


def enrol(sheet: BotSheet, *, by: audit.Actor) -> Bot:
    return enrol_all([sheet], by=by)[0]


def enrol_all(sheets: Iterable[BotSheet], *, by: audit.Actor) -> list[Bot]:
    """Take these bots into the cast, all or none, in their order. Raises ValidationError, a line per problem."""
    wanted = tuple(sheets)
    entrants = enrolment.prepare(wanted, by=by)
    bots = [entrant.bot for entrant in entrants]
    with transaction.atomic():
        if known := taken(sheet.username for sheet in wanted):
            raise ValidationError(
                [_("@%(name)s: there is a bot with this username already.") % {"name": n} for n in known]
            )
        enrolment.write(entrants)
        for bot in bots:
            audit.record("bot.enrol", by=by, subject=bot, after={"name": bot.name, "token": bool(bot.token)})
    return bots


def taken(usernames: Iterable[str]) -> list[str]:
    """Those of these usernames that a bot has, however they are capitalised and even when it is retired."""
    wanted = {username.lower() for username in usernames}
    rows = Bot.objects.annotate(folded=Lower("username")).filter(folded__in=wanted)
    return sorted(rows.values_list("username", flat=True))


@transaction.atomic
def revise(bot: Bot, *, by: audit.Actor, reason: str = "", **persona_changes: Any) -> Persona:
    """Write the next version of who this bot is and give it to this bot. Raises ValidationError, field by field."""
    if unknown := sorted(set(persona_changes) - set(TRAITS)):
        raise ValidationError({name: _("A persona has no such field.") for name in unknown})
    _lock(bot)
    old = bot.persona
    before = {name: getattr(old, name) for name in persona_changes if getattr(old, name) != persona_changes[name]}
    if not before:
        return old
    traits = {name: getattr(old, name) for name in TRAITS} | persona_changes
    new = Persona(lineage=old.lineage, version=_next_version(old), author=audit.account(by), **traits)
    new.full_clean(exclude={"author"})
    new.save(force_insert=True)
    bot.persona = new
    _save(bot, "persona")
    after = {name: persona_changes[name] for name in before}
    audit.record("persona.revise", by=by, subject=bot, before=before, after=after, reason=reason or str(new))
    return new


@transaction.atomic
def adjust(bot: Bot, *, by: audit.Actor, reason: str = "", **changes: Any) -> Bot:
    """Set its switches and its pace: enabled, talkativeness, pace, latency, hourly_cap. Raises ValidationError."""
    if unknown := sorted(set(changes) - set(ADJUSTABLE)):
        raise ValidationError({name: _("A bot has no such setting.") for name in unknown})
    _lock(bot)
    before = {name: getattr(bot, name) for name in changes}
    for name, value in changes.items():
        setattr(bot, name, value)
    bot.clean_fields(exclude={"persona"})
    if before != changes:
        _save(bot, *changes)
        audit.record("bot.adjust", by=by, subject=bot, before=before, after=changes, reason=reason)
    return bot


@transaction.atomic
def pause(bot: Bot, *, until: datetime, by: audit.Actor, reason: str = "") -> None:
    if until <= timezone.now():
        raise ValidationError({"paused_until": _("This moment has passed already.")})
    _lock(bot)
    before, bot.paused_until = bot.paused_until, until
    _save(bot, "paused_until")
    audit.record(
        "bot.pause", by=by, subject=bot, before={"until": _said(before)}, after={"until": _said(until)}, reason=reason
    )


@transaction.atomic
def resume(bot: Bot, *, by: audit.Actor) -> None:
    _lock(bot)
    if bot.paused_until is None:
        return
    before, bot.paused_until = bot.paused_until, None
    _save(bot, "paused_until")
    audit.record("bot.resume", by=by, subject=bot, before={"until": _said(before)})


@transaction.atomic
def retire(bot: Bot, *, by: audit.Actor, reason: str = "") -> None:
    """Out of the cast for good. What it said stays; its token goes, so that nothing of it can be used again."""
    _lock(bot)
    if bot.retired_at is not None:
        return
    bot.retired_at, bot.enabled = timezone.now(), False
    bot.token, bot.token_hint, bot.token_state = "", "", Bot.Token.MISSING
    _save(bot, "retired_at", "enabled", "token", "token_hint", "token_state")
    audit.record("bot.retire", by=by, subject=bot, reason=reason)


# --- Tokens ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def set_token(bot: Bot, token: str, *, by: audit.Actor) -> None:
    """Seal `token` for this bot, unseen by Telegram so far. Raises ValidationError, which never repeats the token."""
    shape = TOKEN.fullmatch(token)
    if shape is None:
        raise ValidationError({"token": _("This is not a bot token; one looks like 123456789:AAF-… from BotFather.")})
    account = int(shape[1])
    _lock(bot)
    _refuse_others(bot, account)
    if bot.telegram_id != account:
        bot.telegram_id, bot.update_offset, bot.reads_all_messages, bot.manages_bots = None, 0, False, False
    enrolment.seal(bot, token)
    bot.token_checked_at = None
    _save(
        bot,
        "token",
        "token_hint",
        "token_state",
        "token_checked_at",
        "telegram_id",
        "update_offset",
        "reads_all_messages",
        "manages_bots",
    )
    audit.record("bot.token", by=by, subject=bot, after={"ends_with": bot.token_hint})


def check_token(bot: Bot, *, by: audit.Actor) -> port.Identity:
    """Ask Telegram who this token is, and take its word for the username. Raises TelegramError, VaultError or
    ValidationError (the account is another bot of the cast). A token that Telegram refuses is marked so."""
    try:
        with gate.heeded(bot) as line:
            identity = line.me()
    except port.InvalidToken:
        token_refused(bot)
        raise
    _recognise(bot, identity, by=by)
    return identity


def whose(token: str) -> port.Identity:
    """The account that this token opens, by Telegram's word. Raises TelegramError; no bot is touched."""
    return lines.open_line(token, base=settings.TELEGRAM_API_BASE, mode=settings.TELEGRAM_MODE).me()


@transaction.atomic
def bind(bot: Bot, token: str, identity: port.Identity, *, by: audit.Actor) -> None:
    """Give this bot a token that Telegram has just answered for. Raises ValidationError when it serves another bot, or
    when somebody was quicker and gave this one the token of another account."""
    _lock(bot)
    if bot.token and bot.telegram_id not in {None, identity.id}:
        raise ValidationError({"token": _("%(bot)s was given another token a moment ago.") % {"bot": bot}})
    set_token(bot, token, by=by)
    _recognise(bot, identity, by=by)


@transaction.atomic
def token_refused(bot: Bot) -> None:
    """Telegram said 401 to the token that this `bot` was loaded with; one set since then is another matter."""
    refused = bot.token
    _lock(bot)
    if bot.token != refused or bot.token_state in {Bot.Token.MISSING, Bot.Token.DEAD}:
        return
    bot.token_state, bot.token_checked_at = Bot.Token.DEAD, timezone.now()
    _save(bot, "token_state", "token_checked_at")
    audit.record("bot.token_refused", by="telegram", subject=bot, after={"ends_with": bot.token_hint})


@transaction.atomic
def _recognise(bot: Bot, identity: port.Identity, *, by: audit.Actor) -> None:
    _lock(bot)
    _refuse_others(bot, identity.id, identity.username)
    before = {"username": bot.username, "token": bot.token_state}
    bot.telegram_id, bot.username = identity.id, identity.username
    bot.reads_all_messages, bot.manages_bots = identity.reads_all_messages, identity.manages_bots
    bot.token_state, bot.token_checked_at = Bot.Token.HEALTHY, timezone.now()
    _save(bot, "telegram_id", "username", "reads_all_messages", "manages_bots", "token_state", "token_checked_at")
    after = {"username": bot.username, "token": bot.token_state}
    if after != before:
        audit.record("bot.recognise", by=by, subject=bot, before=before, after=after)


def _refuse_others(bot: Bot, account: int, username: str = "") -> None:
    others = Bot.objects.exclude(pk=bot.pk)
    owner = others.filter(telegram_id=account).first() or others.filter(username__iexact=username).first()
    if owner is not None:
        raise ValidationError({"token": _("This token belongs to %(bot)s already.") % {"bot": owner}})


# --- Rows ------------------------------------------------------------------------------------------------------------
def _lock(bot: Bot) -> None:
    """Read the row anew and hold it: whatever the caller's copy said, the verb changes the newest state."""
    bot.refresh_from_db(from_queryset=Bot.objects.select_for_update(no_key=True))


def _save(bot: Bot, *fields: str) -> None:
    bot.revision += 1
    bot.save(update_fields=[*fields, "revision"])


def _next_version(persona: Persona) -> int:
    """Two who revise one lineage wait for each other at its first version."""
    family = Persona.objects.filter(lineage=persona.lineage)
    family.select_for_update(no_key=True).get(version=1)
    newest: int = family.aggregate(newest=Max("version"))["newest"]
    return newest + 1


def _said(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
