"""Spans for a collector, where OTEL_EXPORTER_OTLP_ENDPOINT names one and requirements/tracing.txt is installed.

Off by default: then nothing of OpenTelemetry is loaded. The numbers of traces are those of our rows. A span carries
numbers and names of ours (`traces.FIELDS`), never what somebody wrote, and of a fault only its kind.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from bots import traces


class _OurNumbers(RandomIdGenerator):
    def generate_trace_id(self) -> int:
        return traces.own().int


def begin(*, version: str) -> TracerProvider:
    """From now on every span of this process goes to the collector that the environment names, in batches and from a
    thread of its own; a collector that is away costs a line of the log and the spans."""
    resource = Resource.create({"service.name": "kulis", "service.version": version})
    provider = TracerProvider(resource=resource, id_generator=_OurNumbers())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracer = provider.get_tracer("kulis", version)
    traces.exporter = lambda name, place: _open(tracer, name, place)
    traces.caller = _caller
    return provider


@contextmanager
def _open(tracer: trace.Tracer, name: str, place: traces.Place) -> Iterator[None]:
    with tracer.start_as_current_span(
        name,
        context=_above(place),
        attributes={f"kulis.{field}": value for field, value in place.fields.items()},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield
        except BaseException as error:
            span.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise


def _above(place: traces.Place) -> Context | None:
    """What a span hangs on: the one that is open, if it is of the same trace; else one of another process, or none."""
    if trace.get_current_span().get_span_context().trace_id == place.trace.int:
        return None
    if not place.parent:
        return Context()
    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED)
    far = trace.SpanContext(place.trace.int, place.parent, is_remote=True, trace_flags=flags)
    return trace.set_span_in_context(trace.NonRecordingSpan(far), Context())


def _caller() -> int:
    return trace.get_current_span().get_span_context().span_id
