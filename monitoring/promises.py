"""What the house promises, as shares of what happened: `docs/metrics.md` tells them to people, rules watch them burn.

Those of the talk are counted from turns (`monitoring.counted`), those of pages by the process that serves them.
"""

import time
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bots import counting

OBJECTIVES = {
    "delivery": 0.995,
    "answers": 0.95,
    "words": 0.99,
    "doubts": 0.99,
    "webhook": 0.999,
    "pages": 0.99,
    "live": 0.99,
}
"""So large a share of each must be kept."""
SECONDS = {"delivery": 60.0, "answers": 20.0, "doubts": 120.0, "webhook": 0.2, "pages": 0.5, "live": 1.0}
"""So long each may take."""
EVENTS, MISSED = "kulis_promises", "kulis_promises_missed"
_NOT_PAGES = {"livez", "readyz", "startupz", "metrics", "engine-stop"}
"""Signs of life are no pages, and a stop waits for what is being claimed."""


def note(promise: str, seconds: float, *, failed: bool = False, times: int = 1) -> None:
    counting.add(EVENTS, promise, by=times)
    if failed or seconds > SECONDS[promise]:
        counting.add(MISSED, promise, by=times)


def told(moments: list[datetime]) -> None:
    """A live page has just been told of what was committed at these moments."""
    now = timezone.now()
    for moment in moments:
        note("live", (now - moment).total_seconds())


class Timed:
    """Middleware: how long each page and each update of Telegram took, on the server."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        answer = self.get_response(request)
        if promise := _promise(request):
            failed = answer.status_code >= (300 if promise == "webhook" else 500)
            note(promise, time.monotonic() - began, failed=failed)
        return answer


def _promise(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None or match.url_name in _NOT_PAGES:
        return ""
    return "webhook" if match.url_name == "webhook" else "pages"
