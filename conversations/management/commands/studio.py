"""manage.py studio versions|show|restore BOT: how a bot was at each save, and the way back."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone

from bots.models import Bot, Version
from bots.studio import facts, keep
from conversations.management import doors

MOST = 50


class Command(doors.Door):
    help = "Show the versions of a bot, and make it as it was in one of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="versions|show|restore")
        every = verbs.add_parser("versions", help=f"the newest {MOST}")
        show = verbs.add_parser("show", help="a version, and what is not so now")
        back = verbs.add_parser("restore", help="make the bot as it was; that is a version too")
        for one in (every, show, back):
            one.add_argument("bot", metavar="BOT", help="its username")
        for one in (show, back):
            one.add_argument("number", type=int, metavar="N", help="of the version")
        back.add_argument("--reason", default="", help="why, for the audit trail")
        self.add_dry_run(back)
        for one in (every, show, back):
            self.add_json(one)

    def handle(self, *, verb: str, bot: str, json: bool, **options: Any) -> None:
        try:
            told, words = getattr(self, f"_{verb}")(doors.bot(bot), **options)
        except ValidationError as error:
            raise doors.refusal(error) from error
        except keep.Overtaken as error:
            raise CommandError("Somebody changed the bot meanwhile, so nothing was restored. Try it again.") from error
        self.answer(told, words, as_json=json)

    def _versions(self, bot: Bot, **_options: Any) -> tuple[dict[str, Any], str]:
        rows = [_facts(version) for version in Version.objects.filter(bot=bot).defer("facts")[:MOST]]
        lines = [
            f"{row['number']:>4}  {timezone.localtime(row['at']):%Y-%m-%d %H:%M}  {row['kind']:<10}  "
            f"{row['author'] or '-':<16}  {row['reason']}"
            for row in rows
        ]
        return {"bot": bot.username, "versions": rows}, "\n".join(lines) or "None yet: the first save makes the first."

    def _show(self, bot: Bot, *, number: int, **_options: Any) -> tuple[dict[str, Any], str]:
        version = _found(bot, number)
        changes = facts.changes(keep.look(bot).facts, facts.fitted(version.facts, keep.look(bot).facts))
        told = _facts(version) | {"bot": bot.username, "facts": version.facts, "changes": _told(changes)}
        return told, _words(changes) or "The bot is so now."

    def _restore(
        self, bot: Bot, *, number: int, reason: str, dry_run: bool, **_options: Any
    ) -> tuple[dict[str, Any], str]:
        if bot.retired_at:
            raise CommandError(f"@{bot.username} is retired.")
        version, seen = _found(bot, number), keep.look(bot)
        changes = facts.changes(seen.facts, facts.fitted(version.facts, seen.facts))
        with doors.undone(dry_run=dry_run):
            kept = keep.restore(version, seen=seen, by=doors.ACTOR, reason=reason)
        made = kept.number if kept and not dry_run else None
        told = {"bot": bot.username, "of": number, "version": made, "dry_run": dry_run, "changes": _told(changes)}
        if kept is None:
            return told, f"@{bot.username} is as in version {number} already."
        done = "would be restored" if dry_run else f"is restored, as version {made}"
        return told, f"Version {number} {done}.\n{_words(changes)}"


def _found(bot: Bot, number: int) -> Version:
    version = Version.objects.filter(bot=bot, number=number).first()
    if version is None:
        raise CommandError(f"@{bot.username} has no version {number}. `manage.py studio versions` shows them.")
    return version


def _facts(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "kind": version.kind,
        "at": version.created_at,
        "author": version.author_name,
        "reason": version.reason,
        "restores": version.restores,
    }


def _told(changes: tuple[facts.Change, ...]) -> list[dict[str, Any]]:
    return [{"key": change.key, "now": change.before, "then": change.after} for change in changes]


def _words(changes: tuple[facts.Change, ...]) -> str:
    return "\n".join(f"  {change.key}: {change.before} -> {change.after}" for change in changes)
