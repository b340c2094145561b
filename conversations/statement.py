"""Statements of the quick path: where they stand, how they are parsed once, and what rides along in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg import abc
from psycopg.adapt import Transformer

_COMMENT = re.compile(r"--[^\n]*")
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Rider:
    """Values that another statement brings along, to spare a round trip: what to select, and what it asks for."""

    columns: str
    asked: Mapping[str, Any]


def beside(module: str, name: str = "") -> str:
    """The statement in `name`.sql beside a module, or in the file that is called as the module is, without comments."""
    place = Path(module)
    path = place.with_name(f"{name}.sql") if name else place.with_suffix(".sql")
    return " ".join(_COMMENT.sub("", path.read_text(encoding="utf-8")).split())


def run(cursor: CursorWrapper, text: str, asked: Mapping[str, Any]) -> None:
    """Execute a statement with named parameters. What it is made of is remembered, however long it is: psycopg itself
    does so up to 4,096 letters, and these would be taken apart anew every time."""
    (first, *pieces), names = _parsed(text)
    adapt = Transformer(cursor.connection)
    known = {name: _literal(adapt, asked[name]) for name in set(names)}
    cursor.execute(first + "".join(known[name] + piece for name, piece in zip(names, pieces, strict=True)))


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands between the parameters, and their names."""
    found = _NAMED.split(text)
    return tuple(piece.replace("%%", "%") for piece in found[::2]), tuple(found[1::2])


def _literal(adapt: abc.Transformer, value: object) -> str:
    return "NULL" if value is None else adapt.as_literal(value).decode()
