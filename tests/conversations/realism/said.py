"""Talks on paper: utterances by a few words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from conversations.realism.utterance import ISTANBUL, Utterance

START = datetime(2026, 11, 24, 9, 0, tzinfo=ISTANBUL)


def one(number: int, *, at: float = 0.0, who: str = "a", bot: bool = True, **more: Any) -> Utterance:
    """Said `at` seconds after nine; `who` speaks."""
    values: dict[str, Any] = {"text": f"Söz {number}", "chat": "oda"}
    return Utterance(number, at=START + timedelta(seconds=at), speaker=who, is_bot=bot, **(values | more))


def spaced(gaps: Iterable[float], **more: Any) -> list[Utterance]:
    """Messages with these gaps between them, by three bots in turn."""
    at, said = 0.0, [one(1, who="b1", **more)]
    for number, gap in enumerate(gaps, 2):
        at += gap
        said.append(one(number, at=at, who=f"b{number % 3}", **more))
    return said
