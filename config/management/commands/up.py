"""`manage.py up`: everything on this machine, from one command to one Ctrl-C."""

import io
import os
import sys
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from typing_extensions import override

from config.embedded import ground, ports, programs
from config.embedded.ground import Ground
from config.embedded.log import Log
from config.embedded.refusal import Refused
from config.embedded.stack import Later, Stack
from conversations import rehearsal


class Command(BaseCommand):
    help = (
        "Start PostgreSQL, Valkey, the web server, the workers and beat, and keep them running until Ctrl-C."
        " DATABASE_URL and REDIS_URL name servers of your own instead."
        " PORT chooses the port of the page (8000 or the next free one), STATE_DIR the folder that keeps all (.state)."
    )
    requires_system_checks = []

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            laid = ground.current()
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a terminal that does not know a letter still gets the line
        log = Log(sys.stdout)
        _greet(laid, log)
        later = [Later(programs.poller(), _has_token)] if settings.TELEGRAM_MODE == "polling" else []
        stack = Stack(laid, log, programs.ours(port=laid.port), later)
        sys.exit(stack.run(address=settings.PUBLIC_URL, fill=_fill, announce=lambda: _announce(log)))


def _greet(laid: Ground, log: Log) -> None:
    if laid.is_new:
        log.tell(f"First start: everything that is kept lies in {laid.folder}. The next starts are quicker.")
    else:
        log.tell(f"Starting with what is kept in {laid.folder}.")
    if laid.port_moved:
        log.tell(f"Port {ports.DEFAULT} is taken by another program; the page will be on {laid.port}.")
    if laid.orphans:
        log.tell(f"Ended what an earlier run had left behind: {', '.join(laid.orphans)}.")
    if laid.account and laid.postgres:
        log.tell(f"The servers run as {laid.account.name}, not as root; their data is in {laid.postgres.data.parent}.")


def _fill() -> None:
    """Bring the database up to date, and in demo mode stage the cast when there is none."""
    _knock()
    try:
        expect_order()
        call_command("migrate", interactive=False, verbosity=0)
        expect_order(checks.Tags.database)
        if settings.DEMO:
            call_command("demo")
        rehearsal.stir()
    except DatabaseError as error:
        raise Refused(f"The database refuses ({_one_line(error)}).") from error
    finally:
        _leave_database()


def _has_token() -> bool:
    """Asked directly: this process keeps no connection. A database that is away is asked again."""
    try:
        quick = "-c statement_timeout=2000 -c lock_timeout=1000"
        with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=2, options=quick) as line:
            row = line.execute("SELECT EXISTS (SELECT FROM bots_bot WHERE token <> '' AND enabled)").fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def _knock() -> None:
    """Servers that were named may be away. Asked directly, they say why; the pool would only say that it waited."""
    try:
        psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5).close()
    except psycopg.Error as error:
        raise Refused(f"DATABASE_URL: {_one_line(error)}") from error
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as line:
            line.ping()
    except redis.RedisError as error:
        raise Refused(f"REDIS_URL: {_one_line(error)}") from error


def expect_order(*tags: str) -> None:
    """What `manage.py check` finds, in one line; with the tag of the database also what is in its tables."""
    found = checks.run_checks(tags=tags or None, databases=[DEFAULT_DB_ALIAS] if tags else None)
    if serious := [message for message in found if message.is_serious()]:
        raise Refused(" ".join(_one_line(f"{message.msg} {message.hint or ''}") for message in serious))


def _leave_database() -> None:
    """From here on this process only watches, and holds no connection."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


def _announce(log: Log) -> None:
    log.tell("")
    log.tell(f"Kulis is ready: {settings.PUBLIC_URL}")
    if settings.DEMO:
        _offer_link(log)
    _offer_set_up(log)
    log.tell("Ctrl-C stops everything; the data stays.")
    log.tell("")


def _offer_link(log: Log) -> None:
    link = io.StringIO()
    try:
        call_command("link", settings.PUBLIC_URL, stdout=link)
    except CommandError as refusal:  # a stored token has made this more than a demo
        log.tell(f"There is no sign-in link: {refusal}")
    else:
        log.tell(f"Sign in, once, within ten minutes: {link.getvalue().strip()}")


def _offer_set_up(log: Log) -> None:
    link = io.StringIO()
    try:
        call_command("link", settings.PUBLIC_URL, owner=True, stdout=link)
    except CommandError:  # somebody owns it
        log.tell("Sign in with your account; `manage.py operator NAME` makes others.")
    else:
        log.tell(f"To make it yours, within an hour: {link.getvalue().strip()}")


def _one_line(problem: object) -> str:
    return " ".join(str(problem).split())
