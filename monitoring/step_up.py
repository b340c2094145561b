"""Dangerous acts want the second factor once more: shown within the last five minutes, by this very session."""

import time

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from rest_framework.request import Request

from monitoring import access, second_factor

FIELD = "fresh_code"
"""What the field for the code is called, on whatever page it stands."""
FRESH_SECONDS = 300
_PROVED = "proved-at"


def is_fresh(request: HttpRequest | Request) -> bool:
    """Whether this session need not be asked. The guest of a demo has nothing to show, and nothing real to harm."""
    if access.is_guest(request.user):
        return True
    proved = request.session.get(_PROVED, 0)
    return access.is_verified(request.user) and 0 <= time.time() - proved < FRESH_SECONDS


def asked_for(request: HttpRequest, *, back: str = "") -> HttpResponse:
    """The way to where the code is asked for, and on to the page called `back` or to this one: for pages on which
    everything is dangerous."""
    return redirect(f"{reverse('step-up')}?{urlencode({'next': reverse(back) if back else request.path})}")


def note(request: HttpRequest | Request) -> None:
    """The second factor was shown just now."""
    request.session[_PROVED] = time.time()


def prove(request: HttpRequest | Request, code: str) -> None:
    """Let a dangerous act go on: at once while it is fresh, else for a right `code`, with which the session's key
    changes. Raises ValidationError in plain words."""
    if is_fresh(request):
        return
    user = request.user
    if not (isinstance(user, User) and access.is_verified(user)):
        raise ValidationError(_("Sign in with your second factor first."), code="needs_code")
    if not code.strip():
        raise ValidationError(_("Type a fresh code of your second factor, then do it again."), code="needs_code")
    second_factor.verify(user, code)
    request.session.cycle_key()
    note(request)
