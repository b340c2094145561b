"""`python -m tests.chaos`: parts by name, the table, and one line of JSON each."""

import argparse
import importlib
import json
import os
import subprocess
import sys
import time
from random import Random
from typing import Any

from tests.chaos import __doc__ as purpose
from tests.chaos.ground import Servers, fakes
from tests.chaos.outcome import Outcome, table

PARTS = {
    "kills": "kills", "points": "points", "stops": "stops", "redis": "broker", "postgres": "database",
    "telegram": "telegram", "llm": "voices", "clock": "clocks", "webhooks": "webhooks", "beats": "beats",
    "reapers": "reapers", "observer": "blind", "deploy": "deploy", "switch": "switch", "day": "day",
    "upgrade": "upgrade", "drill": "drill", "sockets": "sockets", "mutants": "mutants",
}  # fmt: skip
APART = {"soak": "soak"}
"""Parts that are played only by their name."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description=purpose, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help=f"one of {', '.join(PARTS)}, or several with commas")
    parser.add_argument("--kills", type=int, help="how often harm is done; each part has a number of its own")
    parser.add_argument("--seconds", type=float, default=420.0, help="no part does harm for longer")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the dice of the harness")
    parser.add_argument("--mutant", default="", help="one of the mutants, for the part of that name")
    parser.add_argument("--list", action="store_true", help="the parts, and what each shows")
    options = parser.parse_args()
    names = [name for name in options.only.split(",") if name] or list(PARTS)
    if unknown := set(names) - set(PARTS | APART):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if options.list:
        print("\n".join(f"{name:10} {_module(name).__doc__.splitlines()[0]}" for name in PARTS))
        return 0
    if len(names) > 1:
        return _one_by_one(names, options)
    outcome = _play(names[0], options)
    print(table([outcome]), flush=True)
    print(json.dumps(outcome.as_json()), flush=True)
    return 0 if outcome.holds else 1


def _one_by_one(names: list[str], options: argparse.Namespace) -> int:
    """Each part is a process of its own: its servers begin empty. At the end stands the whole table once more."""
    lines: list[str] = []
    ends: dict[str, Any] = {}
    failed: list[str] = []
    for name in names:
        words = ["--only", name, "--seconds", str(options.seconds), "--seed", str(options.seed)]
        words += ["--kills", str(options.kills)] if options.kills is not None else []
        part = subprocess.run(
            [sys.executable, "-m", "tests.chaos", *words], stdout=subprocess.PIPE, text=True, check=False
        )
        print(part.stdout, end="", flush=True)
        *found, last = part.stdout.splitlines() or [""]
        lines += found if not lines else found[1:]
        ends[name] = json.loads(last) if last.startswith("{") else {"holds": False}
        failed += [name] if part.returncode else []
    print("\n".join(["", *lines]))
    print(json.dumps({"holds": not failed, "failed": failed, "parts": ends}))
    return 1 if failed else 0


def _module(name: str) -> Any:
    return importlib.import_module(f"tests.chaos.parts.{(PARTS | APART)[name]}")


def _play(name: str, options: argparse.Namespace) -> Outcome:
    from tests import loopback

    loopback.guard()
    with Servers() as servers, fakes() as outside:
        import django

        django.setup()
        from tests.chaos import theatre

        house = theatre.House(outside, servers, times=options.kills, longest=options.seconds)
        house.dice, house.mutant = Random(options.seed), options.mutant
        found: Outcome = _module(name).run(house)
        return found


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    sys.exit(main())
