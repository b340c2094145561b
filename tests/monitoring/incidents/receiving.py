"""Somebody on the loopback who takes what webhooks bring, and answers as told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    address: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """What the next calls get; 200 when none is left. Status 0: it hangs up without a word."""
    came: list[tuple[dict[str, str], str]] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.came]


@contextmanager
def receiver() -> Iterator[Receiver]:
    box = Receiver()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            box.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = box.answers.pop(0) if box.answers else (200, {})
            if not status:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            for name, value in {"content-length": "2", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *words: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    box.address = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
