"""A web process of our own that works on the test database, and counts nobody's requests."""

import os
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from django.db import connection

from config.embedded import ports
from config.embedded.state import CLONE


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[str]:
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
