"""Where traces begin and go on: at the door, with every request, and in the workers, with every task.

What a stranger writes into a header is no trace of ours: a request always begins one of its own.
"""

from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from bots import traces

ANSWER = "X-Trace-Id"


class Traced(MiddlewareMixin):
    """Every request has a trace, and its answer says which: what a person quotes is found in log and errors."""

    def __call__(self, request: HttpRequest) -> Any:
        if self.async_mode:
            return self._answered_later(request)
        with traces.follow(None, method=request.method), traces.span("request"):
            return _named(self.get_response(request))

    async def _answered_later(self, request: HttpRequest) -> HttpResponseBase:
        with traces.follow(None, method=request.method), traces.span("request"):
            answer: Any = self.get_response(request)
            named: HttpResponseBase = _named(await answer)
            return named


def export() -> None:
    """Spans go to a collector where the environment names one."""
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return
    try:
        from config import spans  # optional, and slow to load
    except ImportError as missing:
        raise ImproperlyConfigured(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is missing: requirements/tracing.txt brings it."
        ) from missing
    spans.begin(version=settings.VERSION)


def _named(answer: Any) -> Any:
    answer.headers[ANSWER] = traces.own().hex
    return answer


def begin(task: Any) -> None:
    """A task goes on with the trace of whoever sent it. What it then takes up belongs to traces of its own."""
    # A worker finds the header among what it knows of the task, a task that is called in place among its headers.
    header = getattr(task.request, traces.HEADER, None) or (task.request.headers or {}).get(traces.HEADER)
    trace, parent = traces.read(header)
    stack = ExitStack()
    token = traces.enter(trace, parent=parent, task=task.name)
    stack.callback(traces.leave, token)
    stack.enter_context(traces.span("task", task=task.name))
    task.request.place = stack


def end(task: Any) -> None:
    if stack := getattr(task.request, "place", None):
        stack.close()
