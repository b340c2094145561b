"""Traces from the door to the worker, in the log, and at a collector."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import pytest
from celery import current_app, shared_task
from django.conf import settings
from django.test import Client
from kombu import Connection
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bots import traces
from config import logs
from config.embedded.state import CLONE

SEEN: list[UUID | None] = []


@shared_task(name="tests.where_am_i")
def where_am_i() -> None:
    SEEN.append(traces.current())


def test_every_answer_names_its_trace_and_no_stranger_chooses_it() -> None:
    header = f"00-{'1' * 32}-{'2' * 16}-01"
    first, second = (Client().get("/livez", headers={"traceparent": header})["X-Trace-Id"] for _ in range(2))
    assert UUID(first) != UUID(second)
    assert "1" * 32 not in {first, second}


def test_a_task_goes_on_with_the_trace_of_its_sender() -> None:
    with traces.follow(None, msg_id=1), Connection(settings.CELERY_BROKER_URL) as line:
        sender = traces.current()
        queue = line.SimpleQueue("tests-trace")
        current_app.send_task("tests.where_am_i", queue="tests-trace", connection=line)
        message = queue.get(timeout=10)
        message.ack()
        queue.close()
    assert traces.read(message.headers["traceparent"])[0] == sender
    where_am_i.apply(headers={"traceparent": message.headers["traceparent"]})
    assert SEEN[-1] == sender
    assert traces.current() is None


def record(message: str, *, error: Exception | None = None, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord(
        "kulis", logging.ERROR, __file__, 1, message, None, (type(error), error, None) if error else None
    )
    made.__dict__.update(extra)
    return made


def test_a_line_is_one_object_with_what_it_belongs_to() -> None:
    trace = uuid4()
    with traces.follow(trace, msg_id=12, chat=3):
        line = logs.OneObject(version="1.2").format(record("iki\nsatır", state_to="sent", reason="receipt"))
    told = json.loads(line)
    assert "\n" not in line
    assert (told["trace_id"], told["msg_id"], told["chat"], told["state_to"], told["reason"], told["version"]) == (
        trace.hex, 12, 3, "sent", "receipt", "1.2"
    )  # fmt: skip
    assert told["message"] == "iki\nsatır"


def test_an_object_holds_no_secret_either() -> None:
    token = "123456789:AAF-abcdefghijklmnopqrstuvwxyz0123456"
    line = logs.OneObject().format(record(f"at {token}", error=ValueError(f"near {token}"), reason=token))
    assert "AAF-" not in line
    assert json.loads(line)["error"] == "ValueError: near ***"


class Collector(ThreadingHTTPServer):
    """An OTLP receiver on the loopback that keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hears)
        self.told: list[ExportTraceServiceRequest] = []


class _Hears(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as opened:
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield opened
        opened.shutdown()


SCRIPT = """
from uuid import UUID
from bots import traces
from config import spans
provider = spans.begin(version="1.2")
with traces.follow(UUID(int=7), msg_id=12), traces.span("turn.compose"):
    try:
        with traces.span("llm.call", provider=3, prompt="gizli metin"):
            raise ValueError("gizli metin 123456789:AAF-abcdefghijklmnopqrstuvwxyz0123456")
    except ValueError:
        header = traces.header()
trace, parent = traces.read(header)
token = traces.enter(trace, parent=parent, task="conversations.deliver")
with traces.span("task"):
    pass
provider.shutdown()
"""


@pytest.mark.processes
def test_a_collector_gets_spans_of_our_traces_and_no_text(collector: Collector) -> None:
    there = f"http://127.0.0.1:{collector.server_port}"
    subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=CLONE, env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": there}, check=True
    )
    spans = [
        span
        for told in collector.told
        for whole in told.resource_spans
        for part in whole.scope_spans
        for span in part.spans
    ]
    named = {span.name: span for span in spans}
    assert set(named) == {"turn.compose", "llm.call", "task"}
    assert {UUID(bytes=span.trace_id) for span in spans} == {UUID(int=7)}
    assert named["llm.call"].parent_span_id == named["turn.compose"].span_id == named["task"].parent_span_id
    assert {item.key for item in named["llm.call"].attributes} == {"kulis.msg_id", "kulis.provider"}
    assert "ValueError" in named["llm.call"].status.message
    assert not any(word in str(collector.told) for word in ("gizli", "AAF-"))


def test_without_a_collector_nothing_of_the_library_is_loaded() -> None:
    assert traces.exporter is None
    assert "config.spans" not in sys.modules
