"""Prometheus as a child of ours, and what it answers."""

import json
import math
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from config.embedded import ports
from config.embedded.state import CLONE

OPS = CLONE / "monitoring" / "ops"
Answer = dict[str, Any]


class Watcher:
    def __init__(self, address: str) -> None:
        self._line = httpx.Client(base_url=address, timeout=10)

    def ask(self, expression: str) -> list[float]:
        """What an expression says now: a number for each series that has one."""
        answer = self._line.get("/api/v1/query", params={"query": expression}).raise_for_status().json()
        found = [float(one["value"][1]) for one in answer["data"]["result"]]
        return [number for number in found if not math.isnan(number)]

    def rules(self) -> list[Answer]:
        answer = self._line.get("/api/v1/rules").raise_for_status().json()
        return [rule for group in answer["data"]["groups"] for rule in group["rules"]]

    def is_ready(self) -> bool:
        try:
            return self._line.get("/-/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


@contextmanager
def watching(target: str, folder: Path) -> Iterator[Watcher]:
    """Prometheus with our rules, on a page at `target` (host:port)."""
    if not shutil.which("prometheus"):
        raise SystemExit("The drill needs Prometheus: make watchers (sudo apt-get install prometheus)")
    shutil.copy(OPS / "rules.yml", folder)
    scrape = {"job_name": "kulis", "static_configs": [{"targets": [target]}]}
    asked = {
        "global": {"scrape_interval": "5s", "evaluation_interval": "5s", "external_labels": {"environment": "drill"}},
        "rule_files": ["rules.yml"],
        "scrape_configs": [scrape],
    }
    (folder / "prometheus.yml").write_text(json.dumps(asked), encoding="utf-8")
    here = f"127.0.0.1:{ports.any_free()}"
    words = ("--config.file=prometheus.yml", "--storage.tsdb.path=data", f"--web.listen-address={here}")
    with (folder / "prometheus.log").open("wb") as log:
        child = subprocess.Popen(["prometheus", *words], cwd=folder, stdout=log, stderr=log)
        try:
            yield Watcher(f"http://{here}")
        finally:
            child.terminate()
            child.wait(timeout=30)


def panels() -> dict[str, list[str]]:
    """Each panel of the dashboard with its expressions."""
    board = json.loads((OPS / "grafana" / "kulis.json").read_text(encoding="utf-8"))
    shown = [panel for panel in board["panels"] if panel["targets"]]
    return {panel["title"]: [target["expr"] for target in panel["targets"]] for panel in shown}
