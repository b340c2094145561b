"""One poller for the whole cast: a thread a bot, offsets in the database, a lease so that only one process polls."""

import logging
import os
import socket
import threading
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.db.models.functions import Now

from bots import roster, vault
from bots.models import Bot
from bots.telegram import port
from conversations import inbox, pool, presence, webhooks
from conversations.models import Engine

LONG_POLL = 25
LEASE = timedelta(seconds=30)
RENEW = 5.0
LOOK_EVERY = 0.5  # for the place of another
CONFLICT_SECONDS = 30.0
_log = logging.getLogger(__name__)


class Taken(Exception):
    """Another process polls already."""


def run(stop: threading.Event, *, once: bool = False) -> None:
    """Poll until `stop` is set. Raises Taken when somebody else does; the place of one that died is waited for."""
    owner = f"{socket.gethostname()}:{os.getpid()}"
    _take_place(owner, stop)
    threads: dict[int, threading.Thread] = {}
    try:
        while not stop.is_set() and _go_on(owner, threads, stop, once=once):
            stop.wait(RENEW)
        for thread in threads.values() if once else ():
            thread.join(timeout=LONG_POLL)
    finally:
        # Threads in a long poll are not waited for: what they have not stored, Telegram still holds.
        Engine.objects.filter(pk=1, listener=owner).update(listener="", listener_until=None)


def _take_place(owner: str, stop: threading.Event) -> None:
    """Whoever lives renews its lease every few seconds, and is left alone; that of the dead runs out."""
    held = _holding()
    while not (_lease(owner) or stop.is_set()):
        pool.give_back()
        stop.wait(LOOK_EVERY)
        if (now := _holding()) != held and now[0]:
            raise Taken(f"Another process polls for this cast already ({now[0]}). Stop that one first.")


def _holding() -> tuple[str, datetime | None]:
    return Engine.objects.values_list("listener", "listener_until").get(pk=1)


def _go_on(owner: str, threads: dict[int, threading.Thread], stop: threading.Event, *, once: bool) -> bool:
    """Keep the lease and look after the threads. A database that is away for a moment ends nothing."""
    try:
        if not _lease(owner):
            return False
        _attend(threads, stop, once=once)
    except DatabaseError as error:
        _log.warning("The database is away (%s); polling goes on when it is back.", type(error).__name__)
    finally:
        pool.give_back()
    return not once


def _lease(owner: str) -> bool:
    free = Q(listener="") | Q(listener=owner) | Q(listener_until__lt=Now())
    return bool(Engine.objects.filter(free, pk=1).update(listener=owner, listener_until=Now() + LEASE))


def _attend(threads: dict[int, threading.Thread], stop: threading.Event, *, once: bool) -> None:
    """See to it that every bot with a token has its thread."""
    for bot_id in Bot.objects.active().with_token().values_list("pk", flat=True):
        if bot_id not in threads or not (once or threads[bot_id].is_alive()):
            thread = threading.Thread(target=_poll, args=(bot_id, stop, once), name=f"poll-{bot_id}", daemon=True)
            threads[bot_id] = thread
            thread.start()
    if not threads:
        presence.worked()


def _poll(bot_id: int, stop: threading.Event, once: bool) -> None:
    _offer_commands(bot_id)
    while not stop.is_set():
        try:
            pause = ask(bot_id, wait=0 if once else LONG_POLL)
        except DatabaseError as error:
            _log.warning("The database is away (%s); polling goes on when it is back.", type(error).__name__)
            pause = 2.0
        finally:
            pool.give_back()
        if once or pause is None:
            return
        stop.wait(pause)


def _offer_commands(bot_id: int) -> None:
    """List the commands of people with Telegram. Nobody who writes waits for it to work."""
    try:
        bot = Bot.objects.active().with_token().filter(pk=bot_id).first()
        if bot is None:
            return
        line = bot.telegram()
        pool.give_back()
        webhooks.offer_commands(line)
    except (DatabaseError, port.TelegramError, vault.VaultError) as error:
        _log.warning("The commands of bot %s were not listed with Telegram: %s", bot_id, error)
    finally:
        pool.give_back()


def ask(bot_id: int, *, wait: int) -> float | None:
    """One getUpdates of one bot: store, then move the offset. Seconds to rest, or None when this bot is done for."""
    bot = Bot.objects.active().with_token().filter(pk=bot_id).first()
    if bot is None:
        return None
    try:
        line = bot.telegram()
        pool.give_back()
        updates = line.updates(offset=bot.update_offset, timeout=wait)
    except port.InvalidToken:
        roster.token_refused(bot)
        return None
    except port.PollConflict:
        _log.warning("%s: somebody else polls with this token, or a webhook is set. Waiting.", bot)
        return CONFLICT_SECONDS
    except port.RetryAfter as error:
        return error.seconds
    except (port.TelegramError, vault.VaultError) as error:
        _log.warning("%s: %s", bot, error)
        return 5.0
    presence.worked()
    for update in updates:
        inbox.store(bot, update)
    if updates:
        Bot.objects.filter(pk=bot_id).update(update_offset=updates[-1].update_id + 1)
    return 0.0
