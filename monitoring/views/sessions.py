"""Where one is signed in, and signing out elsewhere."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from monitoring import devices, people, sessions
from monitoring.access import staff_only, viewer
from monitoring.models import Session


@require_safe
@staff_only
def sessions_page(request: HttpRequest) -> HttpResponse:
    """Every place where this account is signed in, this one first."""
    rows = [(row, devices.named(row.agent), row.pk == request.session.session_key) for row in _open_ones(request)]
    rows.sort(key=lambda told: not told[2])
    return render(request, "account/sessions.html", {"rows": rows, "others": len(rows) - 1})


@require_POST
@staff_only
def end(request: HttpRequest) -> HttpResponse:
    """End one of them, or all but this one."""
    visit = request.POST.get("visit", "").replace("\x00", "")
    ended = people.sign_out(viewer(request), visit=visit, but=request.session.session_key, by=viewer(request))
    text = ngettext("Signed out in %(count)d place.", "Signed out in %(count)d places.", ended) % {"count": ended}
    messages.success(request, text if ended else _("That sign-in had ended already."))
    return redirect("sessions")


@require_safe
def here(request: HttpRequest) -> HttpResponse:
    """A sign of life from a page on which somebody types for long: to read the session is to be seen."""
    return HttpResponse(status=204 if request.user.is_authenticated else 403)


def _open_ones(request: HttpRequest) -> list[Session]:
    return list(sessions.open_ones(viewer(request)))
