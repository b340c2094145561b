"""Measures inside the environment that `ground` laid; prints a line of JSON for each configuration.

echo JSON | python -m monitoring.bench.inside
"""

import json
import os
import sys
from typing import Any

import django


def main(asked: dict[str, Any]) -> None:
    workers = dict(os.environ)
    # What this process does itself is done by another role, whose statements are not counted.
    os.environ["DATABASE_URL"] = asked["admin"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from monitoring.bench import measure  # the models are loaded only now

    measure.prepare(asked, workers)
    for latency, count in asked["cases"]:
        sys.stdout.write(json.dumps(measure.one(asked, workers, latency, count), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.stdin.readline()))
