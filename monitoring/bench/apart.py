"""A measurement in a process of its own, whose settings name the servers of the measurement."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from monitoring.bench.ground import Ground


class Broken(Exception):
    """A measurement ended early; its last words."""


def run(place: Ground, case: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What `monitoring.bench.inside` finds, one after the other. Raises Broken."""
    asked = asked | {"case": case, "telegram": place.telegram, "provider": place.provider}
    asked |= {"folder": str(place.folder), "admin": place.admin}
    inside = subprocess.Popen(
        [sys.executable, "-m", "monitoring.bench.inside"],
        cwd=settings.BASE_DIR,
        env=place.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert inside.stdin is not None and inside.stdout is not None  # noqa: S101, PT018 - PIPE above
    inside.stdin.write(json.dumps(asked) + "\n")  # it holds a password, which no command line may
    inside.stdin.flush()
    for line in inside.stdout:
        yield json.loads(line)
    words = inside.communicate()[1].strip().splitlines()
    if inside.returncode:
        raise Broken(words[-1] if words else f"The measurement ended with code {inside.returncode}.")
