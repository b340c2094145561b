"""For probes and for Prometheus."""

import asyncio
import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from monitoring import access, metrics, readiness

PATIENCE_SECONDS = 1.0


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked: an outage elsewhere must not restart the fleet."""
    return HttpResponse("ok\n", content_type="text/plain")


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
