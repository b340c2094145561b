"""One's own account: the page of the second factor. It is the only page that a password alone opens."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import login as mark_verified
from django_otp.plugins.otp_totp.models import TOTPDevice

from monitoring import passkeys, qr, second_factor, sign_in, step_up

_BEGUN = "second-factor-begun"


@never_cache
@sensitive_post_parameters("otp_token")
@require_http_methods(["GET", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Set the second factor up, look at it, renew it. Only for oneself, and only before or after showing it."""
    user = request.user
    if not (isinstance(user, User) and user.is_staff):
        return redirect_to_login(request.get_full_path())
    if second_factor.is_set_up(user) and not user.is_verified():  # type: ignore[attr-defined]  # django-otp adds it
        return redirect_to_login(request.get_full_path())
    if request.method == "POST":
        return _act(request, user)
    return _show(request, user)


def _act(request: HttpRequest, user: User) -> HttpResponse:
    action = request.POST.get("action", "confirm")
    if action == "cancel":
        request.session.pop(_BEGUN, None)
        return redirect(request.path)
    form = sign_in.CodeForm(request.POST)
    if not form.is_valid():
        return _show(request, user, form)
    try:
        return _ACTS.get(action, _confirm)(request, user, form.cleaned_data["otp_token"])
    except ValidationError as refusal:
        form.add_error("otp_token", refusal)
        return _show(request, user, form)


def _confirm(request: HttpRequest, user: User, code: str) -> HttpResponse:
    device = _begun(request, user)
    if device is None:
        raise ValidationError(_("This set-up has ended. Scan the new code below."))
    issued = second_factor.confirm(device, code, by=user)
    del request.session[_BEGUN]
    request.session.cycle_key()
    mark_verified(request, issued.device)
    step_up.note(request)
    return _hand_over(request, issued.codes)


def _codes(request: HttpRequest, user: User, code: str) -> HttpResponse:
    second_factor.verify(user, code)
    return _hand_over(request, second_factor.renew_codes(user, by=user))


def _replace(request: HttpRequest, user: User, code: str) -> HttpResponse:
    second_factor.verify(user, code)
    request.session[_BEGUN] = second_factor.begin(user).pk
    return redirect(request.get_full_path())


_ACTS = {"confirm": _confirm, "codes": _codes, "replace": _replace}


def _show(request: HttpRequest, user: User, form: forms.Form | None = None) -> HttpResponse:
    device = _begun(request, user)
    if device is None and not second_factor.is_set_up(user):
        device = second_factor.begin(user)
        request.session[_BEGUN] = device.pk
    form = form or sign_in.CodeForm()
    context = {"form": form, "next": sign_in.destination(request)}
    context |= _setting_up(device, form) if device else _in_force(user)
    return render(request, "account/second_factor.html", context)


def _setting_up(device: TOTPDevice, form: forms.Form) -> dict[str, Any]:
    url = device.config_url
    form.fields["otp_token"].help_text = _("Six digits. They change every half minute.")
    return {"qr": asdict(qr.draw(url)), "secret": second_factor.secret(device), "otpauth_url": url}


def _in_force(user: User) -> dict[str, Any]:
    codes = second_factor.codes_left(user)
    return {"app": second_factor.app(user), "codes_left": codes, "passkeys": passkeys.of(user)}


def _hand_over(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The recovery codes, in this one answer and nowhere else."""
    file = "data:text/plain;charset=utf-8," + quote("Kulis\n" + "\n".join(codes) + "\n")
    context = {"codes": codes, "file": file, "next": sign_in.destination(request)}
    return render(request, "account/recovery_codes.html", context)


def _begun(request: HttpRequest, user: User) -> TOTPDevice | None:
    """The set-up that this very session began. Another session's secret is never shown."""
    begun = request.session.get(_BEGUN)
    return TOTPDevice.objects.filter(pk=begun, user=user, confirmed=False).first() if begun else None
