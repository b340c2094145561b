"""Signing in, in two steps: the password first, then a code of the second factor.

Between the steps nobody is signed in: the session only remembers, for five minutes, whose password was right.
"""

import math
import time
from typing import Any
from urllib.parse import urlencode

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login as open_session
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_static.models import StaticDevice

from monitoring import passkeys, second_factor, sessions, step_up
from monitoring.founding import owner

_OWED = "sign-in"
_SECONDS = 300
_BACKEND = "django.contrib.auth.backends.ModelBackend"


class CodeForm(forms.Form):
    otp_token = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=64,
        help_text=gettext_lazy("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


def answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The sign-in page: whichever step is due."""
    if request.method == "POST" and "username" in request.POST:
        return _take_password(request, context)
    if "again" in request.GET:
        request.session.pop(_OWED, None)
    user = owes_code(request)
    if user is None:
        return _page(request, context, AdminAuthenticationForm(request))
    if not second_factor.is_set_up(user):
        return _enrol(request, user)
    if request.method == "POST":
        return _take_code(request, context, user)
    return _page(request, context, CodeForm())


def locked(request: HttpRequest, *_others: object) -> HttpResponse:
    """What somebody sees who tried too often (django-axes calls it)."""
    pause = get_cool_off(request)
    minutes = math.ceil(pause.total_seconds() / 60) if pause else 0
    context = {"failure_limit": settings.AXES_FAILURE_LIMIT, "minutes": minutes}
    return render(request, "account/locked.html", context, status=429)


def destination(request: HttpRequest) -> str:
    """Where the person wanted to go, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("admin:index")


def _take_password(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    request.session.pop(_OWED, None)
    form = AdminAuthenticationForm(request, data=request.POST)
    if not form.is_valid():
        return _page(request, context, form)
    user = form.get_user()
    if not second_factor.is_set_up(user):
        return _enrol(request, user)
    request.session.cycle_key()
    request.session[_OWED] = {"user": user.pk, "until": time.time() + _SECONDS, "hash": user.get_session_auth_hash()}
    if request.POST.get("otp_token"):
        return _take_code(request, context, user)
    return HttpResponseRedirect(request.get_full_path())


def owes_code(request: HttpRequest) -> User | None:
    """Who has shown the right password and no second factor yet."""
    if isinstance(request.user, User) and request.user.is_staff:
        return request.user
    owed = request.session.get(_OWED)
    if not owed or owed["until"] < time.time():
        return None
    user = User.objects.filter(pk=owed["user"], is_active=True, is_staff=True).first()
    return user if user and user.get_session_auth_hash() == owed["hash"] else None


def _enrol(request: HttpRequest, user: User) -> HttpResponse:
    """No second factor yet: signed in as far as the page that sets one up, and no further."""
    if request.user != user:
        open_session(request, user, backend=_BACKEND)
    return HttpResponseRedirect(f"{reverse('second-factor')}?{urlencode({'next': destination(request)})}")


def _take_code(request: HttpRequest, context: dict[str, Any], user: User) -> HttpResponse:
    form = CodeForm(request.POST)
    who = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, who):
        request.axes_locked_out, request.axes_credentials = True, who  # type: ignore[attr-defined]
        return _page(request, context, form)
    if form.is_valid():
        try:
            device = second_factor.verify(user, form.cleaned_data["otp_token"])
        except ValidationError as refusal:
            form.add_error("otp_token", refusal)
            if refusal.code == "wrong_code":
                count_failure(request, user)
        else:
            return let_in(request, user, device)
    return _page(request, context, form)


def count_failure(request: HttpRequest, user: User) -> None:
    """A wrong second factor counts with the wrong passwords: six of them lock."""
    user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)


def expect_unlocked(request: HttpRequest, user: User) -> None:
    """Raises ValidationError while the account is locked for whoever asks."""
    if not AxesProxyHandler.is_allowed(request, {"username": user.get_username()}):
        raise ValidationError(_("Sign-in is locked for a while"), code="locked")


def let_in(request: HttpRequest, user: User, device: Any) -> HttpResponse:
    request.session.pop(_OWED, None)
    request.session.pop(sessions.VISIT, None)  # twelve hours from now
    user.otp_device = device  # type: ignore[attr-defined]  # django-otp reads it when the session opens
    open_session(request, user, backend=_BACKEND)
    step_up.note(request)
    if isinstance(device, StaticDevice):
        left = second_factor.codes_left(user)
        text = ngettext("You have %(count)d recovery code left.", "You have %(count)d recovery codes left.", left)
        advice = _("Set up your new phone, or make new codes.")
        messages.warning(request, f"{text % {'count': left}} {advice}")
    return HttpResponseRedirect(destination(request))


def _page(request: HttpRequest, context: dict[str, Any], form: forms.Form) -> HttpResponse:
    asked = {
        "form": form,
        "title": _("Sign in"),
        "wants_code": isinstance(form, CodeForm),
        "next": destination(request),
        "demo": settings.DEMO,
        "foundable": owner.may_found(request),
    }
    user = owes_code(request)
    if user is not None and asked["wants_code"]:
        asked["has_passkey"] = passkeys.of(user).exists()
    return TemplateResponse(request, "account/sign_in.html", context | asked)
