"""`make drill`: a table, and a line of JSON. Code 0 when every panel showed data, no rule is ill and nothing fired."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from config.embedded import ports
from config.embedded.state import CLONE
from tests.drill.watcher import Watcher, panels, watching

SECONDS = float(os.environ.get("SECONDS") or 300)
"""For all panels to have shown something."""
READY_SECONDS = 180
VISITED = ("/door/", "/", "/livez")


@contextmanager
def product(folder: Path) -> Iterator[str]:
    """The product as `make run` starts it, with its demo cast; where it answers."""
    port = str(ports.any_free())
    settings = {"STATE_DIR": str(folder / "state"), "PORT": port, "DEMO": "1"}
    with (folder / "kulis.log").open("wb") as log:
        command = [sys.executable, "manage.py", "up"]
        child = subprocess.Popen(command, cwd=CLONE, env={**os.environ, **settings}, stdout=log, stderr=log)
        try:
            _wait(lambda: _answers(f"http://localhost:{port}/readyz"), child, folder / "kulis.log")
            yield f"localhost:{port}"
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(timeout=60)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _wait(ready: Callable[[], bool], child: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while not ready():
        if child.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"Kulis did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")
        time.sleep(1)


def watched(watcher: Watcher, target: str) -> dict[str, bool]:
    """Each expression of each panel, and whether it has shown a number by now."""
    shown = {expression: False for expressions in panels().values() for expression in expressions}
    until = time.monotonic() + SECONDS
    while not all(shown.values()) and time.monotonic() < until:
        for path in VISITED:
            httpx.get(f"http://{target}{path}", timeout=20)
        if watcher.is_ready():
            shown = {expression: seen or bool(watcher.ask(expression)) for expression, seen in shown.items()}
        time.sleep(5)
    return shown


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="kulis-drill-") as place:
        folder = Path(place)
        folder.chmod(0o711)
        with product(folder) as target, watching(target, folder) as watcher:
            shown, rules = watched(watcher, target), watcher.rules()
    ill = [rule["name"] for rule in rules if rule["health"] != "ok"]
    fired = [rule["name"] for rule in rules if rule.get("state") == "firing"]
    for title, expressions in panels().items():
        print(f"{'✓' if all(shown[one] for one in expressions) else '✗'} {title}")
        print("".join(f"    nothing: {one}\n" for one in expressions if not shown[one]), end="")
    told = {
        "expressions": len(shown),
        "with_data": sum(shown.values()),
        "rules": len(rules),
        "ill": ill,
        "fired": fired,
    }
    print(json.dumps(told))
    return 0 if all(shown.values()) and rules and not ill and not fired else 1


if __name__ == "__main__":
    sys.exit(main())
