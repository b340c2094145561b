"""Incidents: all of them, one with its history, and what a person does about it."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from monitoring import access, step_up
from monitoring.access import viewer, watchers_only
from monitoring.incidents import keeping, reading, remedies
from monitoring.incidents.models import Incident, Kind, Severity
from monitoring.reasons import Words

SPANS: dict[str, tuple[timedelta, Words]] = {
    "1": (timedelta(hours=1), gettext_lazy("1 hour")),
    "8": (timedelta(hours=8), gettext_lazy("8 hours")),
    "24": (timedelta(days=1), gettext_lazy("1 day")),
    "168": (timedelta(days=7), gettext_lazy("7 days")),
}
STATES: dict[str, Words] = {
    "open": gettext_lazy("open"),
    "silenced": gettext_lazy("silenced"),
    "over": gettext_lazy("over"),
    "all": gettext_lazy("all of them"),
}


@require_safe
@watchers_only
def incidents(request: HttpRequest) -> HttpResponse:
    """What goes on now, unless the address asks for something else."""
    asked = reading.Filter.read(request.GET.get)
    return render(
        request,
        "stage/incidents.html",
        {
            "asked": asked,
            "listed": reading.listed(asked, viewer(request)),
            "states": [(code, name, asked.address(state=code)) for code, name in STATES.items()],
            "severities": Severity.choices,
            "kinds": Kind.choices,
        },
    )


@require_safe
@watchers_only
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@require_POST
@watchers_only
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take it on, silence it for a while, or put it before everybody again."""
    if verb not in _VERBS:
        raise Http404
    if not access.may(viewer(request), access.ACT):
        raise PermissionDenied(_("Your role may not decide about incidents."))
    found = _seen(request, pk)
    try:
        told = _VERBS[verb](request, found)
    except ValidationError as refusal:
        return _page(request, pk, refusal=" ".join(refusal.messages))
    messages.success(request, told)
    return redirect(found)


@require_POST
@watchers_only
def remedy(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One of its remedies, by its right; where it is dangerous, after a fresh code."""
    if name not in remedies.REMEDIES:
        raise Http404
    if not access.may(viewer(request), remedies.REMEDIES[name].permission):
        raise PermissionDenied(_("Your role may not do this."))
    found = _seen(request, pk)
    try:
        if remedies.REMEDIES[name].wants_code:
            step_up.prove(request, request.POST.get(step_up.FIELD, ""))
        told = remedies.apply(name, found, by=viewer(request), seen=request.POST.get("seen", "")[:40])
    except ValidationError as refusal:
        return _page(request, pk, refusal=" ".join(refusal.messages))
    messages.success(request, told)
    return redirect(found)


def _seen(request: HttpRequest, pk: int) -> Incident:
    try:
        return reading.one(pk, viewer(request)).incident
    except Incident.DoesNotExist as missing:
        raise Http404 from missing


def _page(request: HttpRequest, pk: int, *, refusal: str = "") -> HttpResponse:
    try:
        page = reading.one(pk, viewer(request))
    except Incident.DoesNotExist as missing:
        raise Http404 from missing
    context = {"page": page, "incident": page.incident, "refusal": refusal, "spans": SPANS}
    return render(request, "stage/incident.html", context, status=422 if refusal else 200)


# --- The verbs -------------------------------------------------------------------------------------------------------
def _acknowledge(request: HttpRequest, found: Incident) -> str:
    keeping.acknowledge(found, by=viewer(request))
    return _("You have taken it on. Others see that.")


def _silence(request: HttpRequest, found: Incident) -> str:
    span, name = SPANS.get(request.POST.get("span", ""), (timedelta(0), ""))
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:200]
    keeping.silence(found, span=span, by=viewer(request), reason=reason)
    return _("Silenced: %(span)s. If it still goes on then, you are told again.") % {"span": name}


def _reopen(request: HttpRequest, found: Incident) -> str:
    keeping.reopen(found, by=viewer(request))
    return _("It stands before everybody again.")


_VERBS: dict[str, Callable[[HttpRequest, Incident], str]] = {
    "acknowledge": _acknowledge,
    "silence": _silence,
    "reopen": _reopen,
}
