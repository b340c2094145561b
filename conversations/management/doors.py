"""What the commands share: words for people, JSON for programs, one clear line for trouble."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from bots.models import Bot
from conversations.models import Chat

ACTOR = "manage.py"


class Door(BaseCommand):
    """A command that can answer in JSON."""

    requires_system_checks: list[str] = []

    def add_json(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the answer as JSON, for programs")

    def answer(self, data: dict[str, Any], text: str, *, as_json: bool) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)

    def add_dry_run(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="do it, show it, and undo all of it")


@contextmanager
def undone(*, dry_run: bool) -> Iterator[None]:
    """One transaction; a dry run ends as if nothing had happened, and what would refuse the real one refuses it too."""
    with transaction.atomic():
        yield
        transaction.set_rollback(dry_run)


def bot(username: str) -> Bot:
    """A bot by its username. Raises CommandError."""
    found = Bot.objects.select_related("persona").filter(username__iexact=username.removeprefix("@")).first()
    if found is None:
        raise CommandError(f"There is no bot named {username}. `manage.py cast import FILE` adds bots.")
    return found


def chat(number: int) -> Chat:
    """A chat by its number. Raises CommandError."""
    found = Chat.objects.filter(pk=number).first()
    if found is None:
        raise CommandError(f"There is no chat {number}. `manage.py chat list` shows them.")
    return found


def refusal(error: ValidationError) -> CommandError:
    """A refusal by a writer, as the one line of a command."""
    if hasattr(error, "error_dict"):
        return CommandError("; ".join(_told(name, texts) for name, texts in error.message_dict.items()))
    return CommandError(" ".join(error.messages))


def _told(field: str, texts: list[str]) -> str:
    return " ".join(texts) if field == NON_FIELD_ERRORS else f"{field}: {' '.join(texts)}"


def count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def bots(text: str) -> list[Bot]:
    """Bots by a list of usernames, or `all`. Raises CommandError for a name that nobody has."""
    active = Bot.objects.active()
    if text == "all":
        return list(active)
    names = [name.strip().removeprefix("@") for name in text.split(",") if name.strip()]
    found = {bot.username.lower(): bot for bot in active}
    if unknown := [name for name in names if name.lower() not in found]:
        raise CommandError(f"There is no bot named {', '.join(unknown)}. `manage.py cast import FILE` adds bots.")
    return [found[name.lower()] for name in names]
