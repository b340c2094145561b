"""For probes, for Prometheus, and for people: how the house fares."""

import asyncio
import hmac

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from monitoring import access, loop, metrics, readiness
from monitoring.access import viewer, watchers_only
from monitoring.health import checkup, history
from monitoring.help import doctor_lines

PATIENCE_SECONDS = 1.0


@require_safe
@never_cache
async def livez(request: HttpRequest) -> HttpResponse:
    """The process answers, and in time. Nothing else is asked: an outage elsewhere must not restart the fleet."""
    loop.watch()
    if (late := loop.behind()) > settings.LOOP_PATIENCE_SECONDS:
        return HttpResponse(f"The event loop is {late:.1f} s late.\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def startupz(request: HttpRequest) -> HttpResponse:
    """Whether the settings fit together. Asks no server: it must not keep a page from starting before its database."""
    problem = readiness.unfit()
    return JsonResponse({"started": not problem, "problem": problem}, status=503 if problem else 200)


@require_safe
@never_cache
async def readyz(request: HttpRequest) -> HttpResponse:
    """Whether this process may be given work. Answers within about a second, whatever the database does."""
    try:
        problem = await asyncio.wait_for(asyncio.to_thread(readiness.problem), PATIENCE_SECONDS)
    except TimeoutError:
        problem = "database: no answer within a second"
    return JsonResponse({"ready": not problem, "problem": problem}, status=503 if problem else 200)


@require_safe
@never_cache
def exposition(request: HttpRequest) -> HttpResponse:
    """Metrics, for this machine or for a holder of METRICS_TOKEN."""
    if not (access.is_loopback(request) or _has_token(request)):
        return HttpResponse("Send METRICS_TOKEN as a bearer token.\n", status=401, content_type="text/plain")
    answer: HttpResponse = ExportToDjangoView(request)
    answer.content += metrics.exposition()
    return answer


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())


@require_safe
@watchers_only
def now(request: HttpRequest) -> HttpResponse:
    """What is wrong, what was found day by day, and every kind of probe."""
    _expect_leave(request)
    moment, newest = timezone.now(), history.newest()
    context = {
        "newest": newest, "late": history.is_late(newest, moment), "minutes": checkup.EVERY // 60,
        "troubles": history.troubles(), "days": history.days(moment), "kinds": history.kinds(moment),
    }  # fmt: skip
    return render(request, "stage/health.html", context)


@require_safe
@watchers_only
def of_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """Each probe of a kind, and when something changed with one of them."""
    _expect_leave(request)
    line = doctor_lines.LINES.get(kind)
    if line is None:
        raise Http404
    context = {"line": line, "probes": history.of_kind(kind, timezone.now()), "episodes": history.episodes(kind)}
    return render(request, "stage/health_kind.html", context)


def _expect_leave(request: HttpRequest) -> None:
    """It names every bot and group of the house, so it is for who runs all of it."""
    if not access.may(viewer(request), access.HEALTH):
        raise PermissionDenied(_("Your role does not see the health of the whole house."))
