"""One small parser per kind of value: from what stands in the file to what a sheet holds, or a sentence why not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Read(Generic[T_co]):
    value: T_co
    repairs: tuple[str, ...] = ()
    """A sentence for each way in which the value is not simply what the file says."""


class Unreadable(Exception):
    """The value cannot be read without guessing; the text is a sentence for people."""


Parser = Callable[[object], Read[T]]


def read_as(raw: object, value: T) -> Read[T]:
    return Read(value, (_("“%(raw)s” is read as %(value)s.") % {"raw": shown(raw), "value": value},))


def shown(raw: Any) -> str:
    """What stands in the file, short enough for a sentence."""
    spelled = {None: "null", True: "true", False: "false"}[raw] if raw is None or isinstance(raw, bool) else str(raw)
    text = " ".join(spelled.split())
    return text if len(text) <= 60 else f"{text[:59]}…"
