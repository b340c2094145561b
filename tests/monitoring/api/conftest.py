"""Servers of our own that work on the test database."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from typing_extensions import override

from config.embedded import ports
from config.embedded.state import CLONE


class Quiet(WSGIRequestHandler):
    @override
    def log_message(self, *_words: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def near() -> Iterator[str]:
    """In a thread of this process: at once there, for a few requests."""
    with make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[str]:
    """A process as in production, that counts nobody's requests."""
    port, there = ports.any_free(), connection.settings_dict
    address = f"http://localhost:{port}"
    database = f"postgresql://{there['USER']}:{there['PASSWORD']}@{there['HOST']}:{there['PORT']}/{there['NAME']}"
    nowhere = {"REDIS_URL": "redis://127.0.0.1:1"}  # without Redis nobody is slowed down
    environment = {**os.environ, **nowhere, "DATABASE_URL": database, "PUBLIC_URL": address}
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0", "config.asgi:application"]
    with subprocess.Popen(command, cwd=CLONE, env=environment) as process:
        with httpx.Client(transport=httpx.HTTPTransport(retries=200), timeout=60) as client:
            while client.get(f"{address}/livez").status_code != 200:
                pass
        yield address
        process.terminate()
