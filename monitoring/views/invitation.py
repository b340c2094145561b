"""The page behind an invitation or a link for a new password. Its form spends it; to look at it does not."""

from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from typing_extensions import override

from monitoring import invitations, second_factor
from monitoring.grants import MEANING, Role
from monitoring.models import Invitation

_BACKEND = "django.contrib.auth.backends.ModelBackend"


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("15 characters or more. A sentence that only you would say is good."),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same again"),
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    @override
    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") != given.get("again"):
            raise ValidationError({"again": _("The two passwords differ.")})
        return given


class AcceptForm(PasswordForm):
    username = forms.CharField(
        label=gettext_lazy("User name"),
        help_text=gettext_lazy("You sign in with it; colleagues see it beside what you do."),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("username", "password", "again")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link chooses a name and a password, and goes on to the second factor."""
    try:
        found = invitations.found(token)
        form = (PasswordForm if found.is_reset else AcceptForm)(request.POST or None)
        if request.method == "POST" and form.is_valid():
            user = _use(token, form.cleaned_data)
            return _onward(request, user)
    except invitations.Gone:
        return render(request, "account/invitation_gone.html", status=404)
    except ValidationError as refusal:
        _show(form, refusal)
    return render(request, "account/invitation.html", _context(found, form), status=422 if form.errors else 200)


def _use(token: str, given: dict[str, Any]) -> User:
    if "username" in given:
        return invitations.accept(token, username=given["username"], password=given["password"])
    return invitations.renew(token, password=given["password"])


def _onward(request: HttpRequest, user: User) -> HttpResponse:
    """A new password alone opens nothing: whoever has a second factor shows it at the sign-in."""
    if second_factor.is_set_up(user):
        return redirect(f"{reverse('admin:login')}?again=1")
    login(request, user, backend=_BACKEND)
    return redirect("second-factor")


def _show(form: forms.Form, refusal: ValidationError) -> None:
    told = refusal.error_dict if hasattr(refusal, "error_dict") else {"": [refusal]}
    for name, errors in told.items():
        form.add_error(name if name in form.fields else None, errors)


def _context(found: Invitation, form: forms.Form) -> dict[str, Any]:
    role = Role(found.role)
    return {"invitation": found, "form": form, "role": role.label, "meaning": MEANING[role], "chats": found.chats.all()}
