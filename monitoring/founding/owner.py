"""The first account. Whoever makes it owns everything, so the way there is narrow: on the machine itself, or with a
one-time link that `manage.py link --owner` prints; and it is closed for ever once there is an account of staff."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bots.models import AuditEntry
from conversations.models import Engine
from monitoring import access, entry, people
from monitoring.grants import Role
from monitoring.models import OneTimeLink

GOOD_FOR = timedelta(hours=1)
_PROOF = "founding"


class Closed(Exception):
    """There is an owner already."""


def is_open() -> bool:
    """Whether nobody was ever let in."""
    return not (User.objects.filter(is_staff=True).exists() or AuditEntry.objects.filter(action="account.add").exists())


def may_found(request: HttpRequest) -> bool:
    return is_open() and (_at_the_machine(request) or bool(request.session.get(_PROOF)))


def _at_the_machine(request: HttpRequest) -> bool:
    """Only where nobody else is meant to reach it: a proxy may pass a stranger's request on as if it came from here."""
    private = settings.IS_LOOPBACK and settings.SECURE_PROXY_SSL_HEADER is None
    return private and access.is_loopback(request)


def mint(address: str) -> str:
    """A fresh link under `address`, good once and for an hour. Raises `entry.Refused` when there is an owner."""
    if not is_open():
        raise entry.Refused(_("There is an account already; `manage.py operator NAME` makes others."))
    return address.rstrip("/") + reverse(
        "founding-key", args=[entry.issue(OneTimeLink.Purpose.OWNER, good_for=GOOD_FOR)]
    )


def unlock(request: HttpRequest, token: str) -> None:
    """Let this session found. Raises `entry.Refused`."""
    if not is_open():
        raise entry.Refused(_("This Kulis has an owner already. Sign in, or ask for an account."))
    if not entry.spend(OneTimeLink.Purpose.OWNER, token):
        raise entry.Refused(
            _("This link was used already, or is older than an hour. `manage.py link --owner` prints another.")
        )
    request.session.cycle_key()
    request.session[_PROOF] = True


@transaction.atomic
def found(username: str, password: str) -> User:
    """The owner's account. Of two who try at once, one gets it. Raises Closed, or ValidationError field by field."""
    Engine.objects.select_for_update(no_key=True).get(pk=1)
    if not is_open():
        raise Closed
    return people.admit(username, password=password, role=Role.ADMIN, by="set-up")
