"""One object of a file while it is read: hands out its fields, and keeps what was wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _

from bots.exchange.parse import Parser, Unreadable, shown
from bots.exchange.remarks import Remark, Verdict

T = TypeVar("T")


@dataclass(slots=True)
class Entry:
    data: Mapping[str, object]
    title: str
    remarks: list[Remark]
    path: str = ""
    _asked: set[str] = field(default_factory=set)

    def has(self, key: str) -> bool:
        """Whether the file says something there; `null` says nothing."""
        return self.data.get(key) is not None

    def take(self, key: str, parse: Parser[T], default: T) -> T:
        """The value of a field; `default` when it is not given, or when it is refused."""
        self._asked.add(key)
        if not self.has(key):
            return default
        try:
            found = parse(self.data[key])
        except Unreadable as problem:
            self.refuse(key, str(problem))
            return default
        self.repair(key, *found.repairs)
        return found.value

    def demand(self, key: str, parse: Parser[T], default: T) -> T:
        """Like `take`, for a field without which there is nothing to write."""
        if not self.has(key):
            self._asked.add(key)
            self.refuse(key, _("is missing."))
            return default
        value = self.take(key, parse, default)
        if value == "":
            self.refuse(key, _("is empty."))
        return value

    def inner(self, key: str) -> "Entry":
        """The object in a field; an empty one when it is not given."""
        self._asked.add(key)
        return self._open(self.data.get(key), key)

    def each(self, key: str) -> list["Entry"]:
        """The objects of a list, counted from 1."""
        self._asked.add(key)
        items = self.data.get(key)
        if items is None:
            return []
        if not isinstance(items, list):
            self.refuse(key, _("“%(raw)s” is no list.") % {"raw": shown(items)})
            return []
        named = [(f"{key} {n}", item) for n, item in enumerate(items, start=1) if item is not None]
        opened = [self._open(item, name) for name, item in named]
        return [entry for entry, (name, item) in zip(opened, named, strict=True) if isinstance(item, dict)]

    def leave(self, key: str, why: str) -> None:
        """A field that is known and not taken over, for a reason that is told when the file gives it."""
        self._asked.add(key)
        if self.has(key) and self.data[key] not in ("", [], {}):
            self.note(key, why)

    def elsewhere(self, *keys: str) -> None:
        """Fields that somebody else reads."""
        self._asked.update(keys)

    def unread(self) -> list[str]:
        """The fields that say something and that nobody asked for."""
        return [key for key in self.data if key not in self._asked and self.has(key)]

    def close(self) -> None:
        """Tell which fields nobody asked for."""
        for key in self.unread():
            self.note(key, _("is not known here and is not read."))

    def note(self, key: str, text: str) -> None:
        self._remark(Verdict.NOTE, key, text)

    def repair(self, key: str, *texts: str) -> None:
        for text in texts:
            self._remark(Verdict.REPAIR, key, text)

    def refuse(self, key: str, text: str) -> None:
        self._remark(Verdict.REFUSAL, key, text)

    def _open(self, raw: object, key: str) -> "Entry":
        if raw is not None and not isinstance(raw, dict):
            self.refuse(key, _("“%(raw)s” is no object with fields.") % {"raw": shown(raw)})
            raw = None
        return Entry(raw or {}, self.title, self.remarks, self._where(key))

    def _remark(self, verdict: Verdict, key: str, text: str) -> None:
        self.remarks.append(Remark(verdict, self.title, self._where(key), text))

    def _where(self, key: str) -> str:
        return " · ".join(part for part in (self.path, key) if part)
