"""The alerts: each is silent, and then it fires; each says what to do; each asks for numbers that exist."""

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from config.embedded.state import CLONE
from monitoring import metrics
from tests.monitoring.ops.cases import CASES, Case

OPS = CLONE / "monitoring" / "ops"
SEVERITIES = {"page", "ticket"}
FOREIGN = {"up", "process_resident_memory_bytes"}
"""Of Prometheus itself, and of every program in Python."""
NAME = re.compile(r"\b(?:kulis|django|process|python)_\w+|\bup\b|\bpromise:\w+:\w+")


@cache
def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((OPS / "rules.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def panels() -> list[dict[str, Any]]:
    return list(json.loads((OPS / "grafana" / "kulis.json").read_text(encoding="utf-8"))["panels"])


def tool(name: str, *words: str, told: Path | None = None) -> str:
    """What a program of Debian says; it has to be content."""
    assert shutil.which(name), f"{name} is missing: make watchers (apt-get install prometheus prometheus-alertmanager)"
    done = subprocess.run([name, *words], capture_output=True, text=True, check=False, cwd=told or OPS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_alert_is_silent_and_then_fires(tmp_path: Path) -> None:
    shutil.copy(OPS / "rules.yml", tmp_path)
    asked = {"rule_files": ["rules.yml"], "tests": [_scene(cases) for cases in _apart()]}
    (tmp_path / "tests.yml").write_text(json.dumps(asked), encoding="utf-8")
    assert "SUCCESS" in tool("promtool", "test", "rules", "tests.yml", told=tmp_path)


def _apart() -> list[dict[str, Case]]:
    """As few scenes as there can be without two cases in one that speak of the same metric: each takes its time."""
    scenes: list[tuple[set[str], dict[str, Case]]] = []
    for name, case in CASES.items():
        metrics_of = {series.split("{")[0] for series in case.series}
        taken, cases = next((scene for scene in scenes if not scene[0] & metrics_of), (set(), {}))
        if not cases:
            scenes.append((taken, cases))
        taken |= metrics_of
        cases[name] = case
    return [cases for _taken, cases in scenes]


def _scene(cases: dict[str, Case]) -> dict[str, Any]:
    return {
        "interval": "1m",
        "input_series": [
            {"series": series, "values": values} for case in cases.values() for series, values in case.series.items()
        ],
        "alert_rule_test": [expected for name, case in cases.items() for expected in _expected(name, case)],
    }


def _expected(name: str, case: Case) -> list[dict[str, Any]]:
    rule = alerts()[name]
    summary = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: case.labels[found[1]], rule["annotations"]["summary"])
    fired = {
        "exp_labels": {**case.labels, **rule["labels"]},
        "exp_annotations": {"summary": summary, "runbook": rule["annotations"]["runbook"]},
    }
    return [
        {"eval_time": case.silent, "alertname": name, "exp_alerts": []},
        {"eval_time": case.fires, "alertname": name, "exp_alerts": [fired]},
    ]


def test_every_alert_has_its_case_and_no_case_is_left_over() -> None:
    assert set(CASES) == set(alerts())


@pytest.mark.django_db
def test_every_number_that_a_rule_or_a_panel_asks_for_exists() -> None:
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    asked = {name for rule in rules() for name in NAME.findall(rule["expr"])}
    asked |= {name for panel in panels() for target in panel["targets"] for name in NAME.findall(target["expr"])}
    assert asked - recorded - FOREIGN - _exposed() == set()
    assert recorded <= asked


def _exposed() -> set[str]:
    """By the names that samples bear: those of the rows, and those that a page has of itself."""
    names: set[str] = set()
    for family in [*metrics.families().values(), *REGISTRY.collect()]:
        ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        names |= {family.name + end for end in ends}
    return names


def test_every_alert_says_how_grave_it_is_and_leads_to_a_section_that_exists() -> None:
    told = (CLONE / "docs" / "operations.md").read_text(encoding="utf-8")
    headings = {f"docs/operations.md#{title.lower()}" for title in re.findall(r"^### (\w+)$", told, re.MULTILINE)}
    for name, rule in alerts().items():
        assert rule["labels"]["severity"] in SEVERITIES, name
        assert rule["annotations"]["runbook"] in headings, name
        assert rule["annotations"]["runbook"].endswith(f"#{name.lower()}")


def test_the_configurations_are_what_the_programs_take() -> None:
    assert "SUCCESS" in tool("amtool", "check-config", "alertmanager.yml")
    assert "SUCCESS" in tool("promtool", "check", "config", "--syntax-only", "prometheus.yml")


@pytest.mark.parametrize(
    ("environment", "severity", "receiver"),
    [
        ("production", "page", "on-call"),
        ("production", "ticket", "team"),
        ("staging", "page", "team"),
        ("staging", "ticket", "nobody"),
        ("demo", "page", "nobody"),
    ],
)
def test_the_environment_decides_who_hears_an_alert(environment: str, severity: str, receiver: str) -> None:
    about = (f"environment={environment}", f"severity={severity}")
    tool(
        "amtool", "config", "routes", "test", "--config.file=alertmanager.yml", f"--verify.receivers={receiver}", *about
    )
