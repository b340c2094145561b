"""Statements that stand in files of their own, beside the module that runs them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True, slots=True)
class Rider:
    """Values that another statement brings along, to spare a round trip: what to select, and what it asks for."""

    columns: str
    asked: Mapping[str, Any]


def beside(module: str, name: str = "") -> str:
    """The statement in `name`.sql, or in the file that is called as the module is.

    Comments and indentation stay behind: what psycopg has parsed it keeps for statements up to 4,096 letters alone.
    """
    place = Path(module)
    path = place.with_name(f"{name}.sql") if name else place.with_suffix(".sql")
    return tight(path.read_text(encoding="utf-8"))


def tight(text: str) -> str:
    return " ".join(_COMMENT.sub("", text).split())
