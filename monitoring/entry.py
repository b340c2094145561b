"""The one-time link of a demo: made by `manage.py link`, opened once within ten minutes, on this machine only.

The link for the first account (`monitoring.founding.owner`) is of the same make.
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit
from monitoring import access
from monitoring.models import OneTimeLink

GOOD_FOR = timedelta(minutes=10)


class Refused(Exception):
    """The link does not open anything; the text says why and what to do."""


def mint(address: str) -> str:
    """A fresh link under `address`. Raises Refused outside a demo."""
    _expect_demo()
    return address.rstrip("/") + reverse("enter", args=[issue(OneTimeLink.Purpose.GUEST, good_for=GOOD_FOR)])


def issue(purpose: OneTimeLink.Purpose, *, good_for: timedelta) -> str:
    """The secret part of a fresh link."""
    token = secrets.token_urlsafe(32)
    OneTimeLink.objects.filter(expires_at__lt=Now() - timedelta(days=1)).delete()
    OneTimeLink.objects.create(purpose=purpose, digest=digest(token), expires_at=timezone.now() + good_for)
    return token


def spend(purpose: OneTimeLink.Purpose, token: str) -> bool:
    """Whether it opens anything; it does so once."""
    link = OneTimeLink.objects.good().filter(purpose=purpose, digest=digest(token))
    return bool(link.update(used_at=Now()))


@transaction.atomic
def enter(request: HttpRequest, token: str) -> User:
    """Sign the guest in and spend the link. Raises Refused."""
    _expect_demo()
    if not access.is_loopback(request):
        raise Refused(_("This link opens on the machine that runs Kulis, and only there."))
    if not spend(OneTimeLink.Purpose.GUEST, token):
        raise Refused(_("This link was used already, or is older than ten minutes."))
    guest = _guest()
    login(request, guest, backend="django.contrib.auth.backends.ModelBackend")
    audit.record("demo.enter", by=guest, subject=guest)
    return guest


def _expect_demo() -> None:
    if not access.demo_is_open():
        raise Refused(_("Links are for demos only: DEMO=1, an address on this machine, and no bot token stored."))


def _guest() -> User:
    guest, fresh = User.objects.get_or_create(username=access.GUEST, defaults={"first_name": _("Guest")})
    if fresh:
        guest.set_unusable_password()
        guest.save(update_fields=["password"])
    if not access.is_guest(guest):
        raise Refused(
            _("There is a real account named “%(name)s”, so the guest cannot enter.") % {"name": guest.username}
        )
    return guest


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
