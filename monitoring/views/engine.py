"""The switch, one click from every page."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conversations import control
from monitoring import access, screens, step_up
from monitoring.access import viewer, watchers_only


@require_POST
@watchers_only
def stop(request: HttpRequest) -> HttpResponse:
    """Everything falls silent. No question asked."""
    if not access.may(viewer(request), access.STOP):
        raise PermissionDenied(_("Your role may not stop the engine."))
    control.stop(by=viewer(request), reason=_reason(request))
    return _after(request)


@require_http_methods(["GET", "HEAD", "POST"])
@watchers_only
def start(request: HttpRequest) -> HttpResponse:
    """Asks first, then lets the cast talk."""
    if not access.may(viewer(request), access.START):
        raise PermissionDenied(_("Your role may not start the engine."))
    if request.method != "POST":
        return render(request, "stage/start.html", {"next": _next(request)})
    try:
        step_up.prove(request, request.POST.get(step_up.FIELD, ""))
    except ValidationError as refusal:
        told = " ".join(refusal.messages)
        if screens.wants_piece(request):
            return HttpResponse(told, status=422, content_type="text/plain; charset=utf-8")
        return render(request, "stage/start.html", {"next": _next(request), "refusal": told}, status=422)
    control.start(by=viewer(request), reason=_reason(request))
    return _after(request)


def _after(request: HttpRequest) -> HttpResponse:
    if screens.wants_piece(request):
        return render(request, "stage/_engine.html", {"switch": screens.switch(viewer(request))})
    return redirect(_next(request))


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:200]


def _next(request: HttpRequest) -> str:
    """The page that the button stood on, when that is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"
