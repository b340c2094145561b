"""Passkeys, as the script of the page asks for them: what to sign, and whether the signature counts."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from monitoring import access, devices, passkeys, second_factor, sign_in, step_up
from monitoring.access import staff_only, viewer


@require_POST
@staff_only
def begin(request: HttpRequest) -> HttpResponse:
    """A new one is made by somebody whose second factor is fresh."""
    if not step_up.is_fresh(request):
        return JsonResponse({"next": step_up.asked_for(request, back="second-factor").headers["Location"]}, status=409)
    return JsonResponse({"options": passkeys.begin(request, viewer(request))})


@require_POST
@staff_only
def add(request: HttpRequest) -> HttpResponse:
    if not step_up.is_fresh(request):
        raise PermissionDenied
    try:
        name = devices.named(request.headers.get("User-Agent", ""))
        passkeys.add(request, viewer(request), request.POST.get("answer", ""), name=name)
    except ValidationError as refusal:
        return _told(refusal)
    return JsonResponse({"next": request.POST.get("page", "")})


@require_POST
@staff_only
def remove(request: HttpRequest) -> HttpResponse:
    if not step_up.is_fresh(request):
        return step_up.asked_for(request, back="second-factor")
    try:
        passkeys.remove(viewer(request), request.POST.get("passkey", ""), by=viewer(request))
    except ValidationError as refusal:
        return _told(refusal)
    return redirect("second-factor")


@require_POST
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """For who has shown the password and owes the second factor, or shows it once more."""
    return JsonResponse({"options": passkeys.ask(request, _whose(request))})


@require_POST
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    user = _whose(request)
    again = access.is_verified(request.user)
    try:
        if not again:
            sign_in.expect_unlocked(request, user)
        passkey = passkeys.prove(request, user, request.POST.get("answer", ""))
    except ValidationError as refusal:
        if refusal.code == "wrong_code" and not again:
            sign_in.count_failure(request, user)
        return _told(refusal)
    if again:
        request.session.cycle_key()
        step_up.note(request)
        return JsonResponse({"next": ""})
    return JsonResponse({"next": sign_in.let_in(request, user, passkey).headers["Location"]})


def _whose(request: HttpRequest) -> User:
    if access.is_verified(request.user):
        return access.viewer(request)
    user = sign_in.owes_code(request)
    if user is None or not second_factor.is_set_up(user):
        raise PermissionDenied(_("Type your password first."))
    return user


def _told(refusal: ValidationError) -> HttpResponse:
    return JsonResponse({"refusal": " ".join(refusal.messages)}, status=422)
