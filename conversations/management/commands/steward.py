"""manage.py steward add|remove|list: who may stop the cast by Telegram."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from conversations import stewards
from conversations.management import doors
from conversations.models import Steward


class Command(doors.Door):
    help = "Name the people who may stop the cast by Telegram. Each proves their account with a one-time code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="add|remove|list")
        for verb, words in (
            ("add", "name a steward and show the code, once"),
            ("remove", "the account can no longer stop the cast by Telegram"),
        ):
            one = verbs.add_parser(verb, help=words)
            one.add_argument("account", help="the user name in Kulis")
            self.add_json(one)
        self.add_json(verbs.add_parser("list", help="every steward"))

    def handle(self, *, verb: str, json: bool, account: str = "", **_options: Any) -> None:
        if verb == "list":
            rows = [_facts(steward) for steward in Steward.objects.select_related("user")]
            lines = [
                f"{one['account']:<20} {'proven' if one['proven'] else 'has not sent the code yet'}" for one in rows
            ]
            self.answer({"stewards": rows}, "\n".join(lines) or "No steward is named.", as_json=json)
            return
        user = User.objects.filter(username=account).first()
        if user is None:
            raise CommandError(f"There is no account named {account}.")
        if verb == "remove":
            if not stewards.dismiss(user, by=doors.ACTOR):
                raise CommandError(f"{account} is no steward.")
            self.answer({"removed": account}, f"{account} is no steward any more.", as_json=json)
            return
        try:
            code = stewards.invite(user, by=doors.ACTOR)
        except ValidationError as error:
            raise doors.refusal(error) from error
        words = f"Within 15 minutes {account} sends this to any bot of the cast, in private: {code}"
        self.answer({"account": account, "code": code, "minutes": 15}, words, as_json=json)


def _facts(steward: Steward) -> dict[str, Any]:
    return {"account": steward.user.username, "proven": steward.bound_at is not None, "since": steward.bound_at}
