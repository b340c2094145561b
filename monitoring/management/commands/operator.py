"""`manage.py operator NAME`: let somebody in. The first account is the admin."""

import getpass
import json
import secrets
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from typing_extensions import override

from monitoring import people, qr, second_factor
from monitoring.grants import Role

BY = "manage.py operator"


class Command(BaseCommand):
    help = "Create an account for staff with a second factor, or renew the second factor or role of an existing one."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user name")
        parser.add_argument("--role", choices=[role.value for role in Role], help="default: operator; the first: admin")
        parser.add_argument("--email", default="", help="for people to know whom to write to; Kulis sends nothing")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument(
            "--reset-second-factor",
            action="store_true",
            help="a new code and new recovery codes for an existing account",
        )
        parser.add_argument("--json", action="store_true", help="for programs")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                told = _change(options) if User.objects.filter(username=options["name"]).exists() else _admit(options)
        except ValidationError as refusal:
            raise CommandError(_in_words(refusal)) from refusal
        self.stdout.write(json.dumps(told, ensure_ascii=False) if options["json"] else _letter(told))


def _admit(options: dict[str, Any]) -> dict[str, Any]:
    if options["reset_second_factor"]:
        raise CommandError(_("There is no account named “%(name)s”.") % {"name": options["name"]})
    password, generated = _password(options)
    user = people.admit(options["name"], password=password, role=_role(options["role"]), by=BY, email=options["email"])
    told = _told(user) | _issue(user)
    return told | {"password": password} if generated else told


def _change(options: dict[str, Any]) -> dict[str, Any]:
    user = User.objects.get(username=options["name"])
    if not (options["reset_second_factor"] or options["role"]):
        raise CommandError(
            _("There is an account named “%(name)s” already. Use --reset-second-factor or --role to change it.")
            % {"name": user.username}
        )
    if options["role"]:
        people.assign(user, Role(options["role"]), by=BY)
    return _told(user) | (_issue(user) if options["reset_second_factor"] else {})


def _role(given: str | None) -> Role:
    if people.has_admin():
        return Role(given or Role.OPERATOR)
    if given not in {None, Role.ADMIN}:
        raise CommandError(_("There is no admin yet, so this account becomes the admin. Leave --role out."))
    return Role.ADMIN


def _password(options: dict[str, Any]) -> tuple[str, bool]:
    """The password, and whether we made it up."""
    if options["password_stdin"]:
        return sys.stdin.readline().rstrip("\r\n"), False
    if not sys.stdin.isatty():
        return secrets.token_urlsafe(18), True
    first = getpass.getpass(_("Password (15 characters or more): "))
    if first != getpass.getpass(_("The same again: ")):
        raise CommandError(_("The two passwords differ. Nothing was created."))
    return first, False


def _told(user: User) -> dict[str, Any]:
    role = people.role_of(user)
    return {
        "username": user.username,
        "role": role.value if role else "",
        "sign_in": settings.PUBLIC_URL + str(reverse("admin:login")),
    }


def _issue(user: User) -> dict[str, Any]:
    issued = second_factor.issue(user, by=BY)
    return {
        "secret": second_factor.secret(issued.device).replace(" ", ""),
        "otpauth_url": issued.device.config_url,
        "recovery_codes": issued.codes,
    }


def _letter(told: dict[str, Any]) -> str:
    lines = [_("%(username)s is %(role)s. Sign in at %(sign_in)s") % told]
    if "password" in told:
        lines.append(_("Password, shown once: %(password)s") % told)
    if "secret" in told:
        lines += [
            "",
            _("Scan this with an authenticator app, now: it is shown once."),
            qr.terminal(told["otpauth_url"]),
            _("Or type the secret: %(secret)s") % told,
            told["otpauth_url"],
            "",
            _("Recovery codes, each good once, for the day the phone is lost:"),
            *(f"  {code}" for code in told["recovery_codes"]),
        ]
    return "\n".join(lines)


def _in_words(refusal: ValidationError) -> str:
    if not hasattr(refusal, "error_dict"):
        return " ".join(refusal.messages)
    return " ".join(f"{field}: {' '.join(texts)}" for field, texts in refusal.message_dict.items())
