"""Sentences that remember how they were made, so that what a probe said can be told again in another language."""

from collections.abc import Mapping
from typing import Any, Self

from django.utils.translation import gettext as translated
from typing_extensions import override

Stored = dict[str, Any]
"""{"msgid", "values"}, or {"plain"} for what was put together otherwise; fit for JSON."""


class Phrase(str):
    """Text in the language of the moment, with its source."""

    __slots__ = ("msgid", "values")
    msgid: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, msgid: str, values: Mapping[str, Any]) -> Self:
        text = translated(msgid)
        phrase = cls(text % values if values else text)
        phrase.msgid, phrase.values = msgid, values
        return phrase

    @override
    def __mod__(self, values: Any) -> "Phrase":
        return Phrase.of(self.msgid, values)


def gettext(msgid: str) -> Phrase:
    return Phrase.of(msgid, {})


def stored(text: str) -> Stored:
    if not isinstance(text, Phrase):
        return {"plain": str(text)}
    return {"msgid": text.msgid, "values": {name: _kept(value) for name, value in text.values.items()}}


def told(kept: Stored) -> str:
    """In the language of who reads."""
    if "msgid" not in kept:
        return str(kept.get("plain", ""))
    values = {name: told(value) if isinstance(value, dict) else value for name, value in kept["values"].items()}
    text = translated(kept["msgid"])
    return text % values if values else text


def _kept(value: Any) -> Any:
    return stored(value) if isinstance(value, str) else value if isinstance(value, int | float) else str(value)
