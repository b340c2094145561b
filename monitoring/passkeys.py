"""Passkeys: a second factor that a thief of passwords and codes cannot use, because it knows the address of this house.

They stand beside the authenticator app, never in its place: who loses the one has the other. What was agreed with the
browser lasts for one try and lies in the session.
"""

import json
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from django_otp_webauthn.utils import rewrite_exceptions

from bots import audit

_ADDING, _SHOWING = "passkey-adding", "passkey-showing"


def of(user: User) -> QuerySet[WebAuthnCredential]:
    rows: QuerySet[WebAuthnCredential] = WebAuthnCredential.objects.filter(user=user, confirmed=True).order_by("pk")
    return rows


def begin(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the browser needs to make one."""
    options, request.session[_ADDING] = WebAuthnHelper(request).register_begin(user=user)
    return dict(options)


@transaction.atomic
def add(request: HttpRequest, user: User, answer: str, *, name: str) -> WebAuthnCredential:
    """The passkey that the browser made. Raises ValidationError."""
    state = request.session.pop(_ADDING, None)
    passkey = _asked(
        lambda: WebAuthnHelper(request).register_complete(user=user, state=state, data=_read(answer)), state
    )
    passkey.name = name[:64]
    passkey.save(update_fields=["name"])
    audit.record("second_factor.passkey", by=user, subject=user, after={"name": passkey.name})
    return passkey


def ask(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the browser needs to show one of the passkeys of `user`."""
    helper = WebAuthnHelper(request)
    options, request.session[_SHOWING] = helper.authenticate_begin(user=user, require_user_verification=False)
    return dict(options)


def prove(request: HttpRequest, user: User, answer: str) -> WebAuthnCredential:
    """The passkey of `user` that was shown. Raises ValidationError; what was agreed is void after one try."""
    state = request.session.pop(_SHOWING, None)
    helper = WebAuthnHelper(request)
    passkey = _asked(lambda: helper.authenticate_complete(user=user, state=state, data=_read(answer)), state)
    if not passkey.confirmed:
        raise _refused()
    return passkey


@transaction.atomic
def remove(user: User, pk: str, *, by: audit.Actor) -> None:
    """Take one away. Raises ValidationError when it is none of this account."""
    passkey = of(user).filter(pk=pk if pk.isdecimal() and len(pk) < 16 else 0).first()
    if passkey is None:
        raise ValidationError(_("It is not there any more."))
    audit.record("second_factor.passkey_remove", by=by, subject=user, before={"name": passkey.name})
    passkey.delete()


def _asked(complete: Any, state: Any) -> WebAuthnCredential:
    if not state:
        raise _refused()
    try:
        with rewrite_exceptions():
            return complete()
    except (OTPWebAuthnApiError, KeyError, TypeError, ValueError) as fault:
        raise _refused() from fault


def _read(answer: str) -> dict[str, Any]:
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise TypeError
    return read


def _refused() -> ValidationError:
    return ValidationError(_("This passkey was not accepted. Try again, or use a code."), code="wrong_code")
