"""The second factor once more, before a page on which everything is dangerous."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from monitoring import passkeys, sign_in, step_up
from monitoring.access import staff_only, viewer


@sensitive_post_parameters("otp_token")
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def step_up_page(request: HttpRequest) -> HttpResponse:
    """Asks for a code, then leads to where the person wanted to go."""
    form = sign_in.CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            step_up.prove(request, form.cleaned_data["otp_token"])
        except ValidationError as refusal:
            form.add_error("otp_token", refusal)
    if step_up.is_fresh(request):
        return redirect(sign_in.destination(request))
    has_passkey = passkeys.of(viewer(request)).exists()
    context = {"form": form, "next": sign_in.destination(request), "has_passkey": has_passkey}
    return render(request, "account/step_up.html", context, status=422 if form.errors else 200)
