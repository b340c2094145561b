"""Measures inside the environment that `ground` laid; prints a line of JSON for each configuration or figure.

echo JSON | python -m monitoring.bench.inside
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import django


def main(asked: dict[str, Any]) -> None:
    workers = dict(os.environ)
    # What this process does itself is done by another role, whose statements are not counted.
    os.environ["DATABASE_URL"] = asked["admin"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for found in _found(asked, workers):
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _found(asked: dict[str, Any], workers: dict[str, str]) -> Iterator[dict[str, Any]]:
    from monitoring.bench import live, measure, pages, pruning  # the models are loaded only now

    measure.prepare(asked, workers)
    if over_a_store := {"pruning": pruning.figures, "pages": pages.figures}.get(asked["case"]):
        yield from (figure.as_json() for figure in over_a_store(asked["rows"]))
        return
    if asked["case"] == "live":
        yield from (figure.as_json() for figure in live.measured(asked, workers))
        return
    for latency, count in asked["cases"]:
        yield measure.one(asked, workers, latency, count)


if __name__ == "__main__":
    main(json.loads(sys.stdin.readline()))
