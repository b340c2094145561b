#!/usr/bin/env python
"""The operator's door: every command of Kulis starts here."""

import os
import sys

# Help is given anywhere, also where nothing is set up yet.
FOR_HELP = {
    "SECRET_KEY": "none" * 8,
    "FIELD_KEYS": f"k1:{'A' * 43}=",
    "DATABASE_URL": "postgresql://localhost/none",
    "REDIS_URL": "redis://localhost",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ImportError as missing:
        raise SystemExit("Django is not installed here. Run `make install`, then use .venv/bin/python.") from missing
    try:
        _lay_ground(sys.argv[1:])
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        raise SystemExit(f"{problem}") from None
    except OperationalError as problem:
        reason = " ".join(str(problem).split())
        raise SystemExit(f"The database does not answer ({reason}). Is Kulis running?") from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _lay_ground(words: list[str]) -> None:
    """`up` makes its settings before Django reads them."""
    wants_help = not words or words[0] == "help" or not {"-h", "--help"}.isdisjoint(words)
    if wants_help:
        for name, value in FOR_HELP.items():
            os.environ[name] = os.environ.get(name) or value
    if words[:1] == ["up"]:
        try:
            from config.embedded import ground
            from config.embedded.refusal import Refused
        except ImportError as missing:
            raise SystemExit(f"up needs requirements/embedded.txt ({missing}). Run `make install`.") from None
        try:
            if not wants_help:
                ground.prepare()
        except Refused as refusal:
            raise SystemExit(f"up: {refusal}") from None


if __name__ == "__main__":
    main()
