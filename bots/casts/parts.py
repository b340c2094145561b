"""The words that generated casts are made of, read once."""

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def all_parts() -> dict[str, Any]:
    parts: dict[str, Any] = json.loads(Path(__file__).with_name("parts.json").read_text(encoding="utf-8"))
    return parts
