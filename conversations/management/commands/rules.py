"""manage.py rules list|show|return: every revision of the rules, and the way back to one."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils import timezone

from conversations import earlier_rules
from conversations.management import doors
from conversations.models import Rules
from conversations.models.rules import FIELDS

MOST = 20


class Command(doors.Door):
    help = "Show the revisions of the rules, and let an earlier one hold again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|show|return")
        every = verbs.add_parser("list", help=f"the newest {MOST} revisions of one scope")
        every.add_argument("--chat", type=int, metavar="NUMBER", help="the rules of this chat; else of every chat")
        show = verbs.add_parser("show", help="one revision, rule by rule")
        back = verbs.add_parser("return", help="a new revision with all the values of an earlier one")
        back.add_argument("--reason", default="", help="why, for the audit trail")
        self.add_dry_run(back)
        for one in (show, back):
            one.add_argument("revision", type=int, metavar="N", help="its number, as shown by `rules list`")
        for one in (every, show, back):
            self.add_json(one)

    def handle(self, *, verb: str, json: bool, **options: Any) -> None:
        try:
            facts, words = getattr(self, f"_{verb}")(**options)
        except ValidationError as error:
            raise doors.refusal(error) from error
        self.answer(facts, words, as_json=json)

    def _list(self, *, chat: int | None, **_options: Any) -> tuple[dict[str, Any], str]:
        scope = doors.chat(chat) if chat is not None else None
        rows = [_facts(rules) for rules in Rules.objects.filter(chat=scope).order_by("-pk")[:MOST]]
        lines = [f"{row['revision']:>5}  {_at(row['at'])}  {row['author']:<16}  {row['note']}" for row in rows]
        return {"revisions": rows}, "\n".join(lines) or "None: the chat goes by the rules of every chat."

    def _show(self, *, revision: int, **_options: Any) -> tuple[dict[str, Any], str]:
        rules = _found(revision)
        values = {name: value for name in FIELDS if (value := getattr(rules, name)) is not None}
        lines = [f"{name:<28} {value}" for name, value in values.items()]
        return _facts(rules) | {"rules": values}, "\n".join(lines)

    def _return(self, *, revision: int, reason: str, dry_run: bool, **_options: Any) -> tuple[dict[str, Any], str]:
        rules = _found(revision)
        before = earlier_rules.newest(rules.chat)
        with doors.undone(dry_run=dry_run):
            made = earlier_rules.go_back(rules, by=doors.ACTOR, reason=reason)
        names = [name for name in FIELDS if getattr(made, name) != getattr(before, name, None)]
        changes = {name: [getattr(before, name, None), getattr(made, name)] for name in names}
        told = "would hold again" if dry_run else f"holds again, as revision {made.pk}"
        lines = [f"Revision {revision} {told}.", *(f"  {name}: {was} -> {now}" for name, (was, now) in changes.items())]
        facts = _facts(made) | {"of": revision, "changes": changes, "dry_run": dry_run}
        return facts | ({"revision": None} if dry_run else {}), "\n".join(lines)


def _found(number: int) -> Rules:
    rules = Rules.objects.select_related("chat").filter(pk=number).first()
    if rules is None:
        raise CommandError(f"There is no revision {number}. `manage.py rules list` shows them.")
    return rules


def _at(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _facts(rules: Rules) -> dict[str, Any]:
    return {
        "revision": rules.pk,
        "chat": rules.chat_id,
        "at": rules.created_at,
        "author": rules.author_name,
        "note": rules.note,
    }
