"""The errors of our programs and pages: what they are, for those who look after them; and the door for browsers."""

import json

from axes.helpers import get_client_ip_address
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from monitoring import access
from monitoring.access import viewer, watchers_only
from monitoring.faults import browser, keeper, overview, rows
from monitoring.models import Fault

throttle = browser.Throttle()
_READ = {"script": browser.script, "csp": browser.refusal}
_TYPES = {"script": {"application/json"}, "csp": {"application/csp-report", "application/json"}}


@require_safe
@watchers_only
def faults(request: HttpRequest) -> HttpResponse:
    """The groups of the last 30 days; what cannot be read of the filter counts as not asked."""
    if not access.may(viewer(request), access.FAULTS):
        raise PermissionDenied(_("Your role does not see errors."))
    where = request.GET.get("where", "")
    page = overview.of(where if where in Fault.Where else "", solved=request.GET.get("solved") == "1")
    may_solve = access.may(viewer(request), access.SOLVE)
    return render(request, "stage/faults.html", {"page": page, "may_solve": may_solve})


@require_POST
@watchers_only
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Mark a group as solved, or take that back."""
    if not access.may(viewer(request), access.SOLVE):
        raise PermissionDenied(_("Your role may not mark errors as solved."))
    decided = {"solve": rows.solve, "reopen": rows.reopen}.get(verb)
    if decided is None:
        raise Http404
    decided(get_object_or_404(Fault, pk=pk), by=viewer(request))
    return redirect(f"{reverse('faults')}{'?solved=1' if verb == 'reopen' else ''}")


@csrf_exempt
@require_POST
def report(request: HttpRequest, kind: str) -> HttpResponse:
    """What a browser reports of a page of ours. Signed in or not: nothing comes back, and little is taken."""
    if kind not in _READ:
        raise Http404
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return HttpResponse(status=403)
    if (request.content_type or "") not in _TYPES[kind]:
        return HttpResponse(status=415)
    if not throttle.takes(get_client_ip_address(request) or ""):
        return HttpResponse(status=429)
    said = request.headers.get("Content-Length") or ""
    if not said.isdecimal() or int(said) > browser.LARGEST:
        return HttpResponse(status=413)
    try:
        seen = _READ[kind](json.loads(request.body), timezone.now())
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    if seen is not None:
        keeper.take(seen)
    return HttpResponse(status=204)
