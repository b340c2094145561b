"""Text as Telegram sees it: lengths in UTF-16 units, and the entities its servers find by themselves."""

import re
from typing import Any

LIMIT = 4096

_KINDS = (
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")),
    ("bot_command", re.compile(r"(?<![\w/])/[a-z0-9_]{1,32}(?:@\w{5,32})?", re.IGNORECASE)),
    ("mention", re.compile(r"(?<![\w@])@[a-z]\w{3,31}\b", re.IGNORECASE)),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}\b")),
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def entities(text: str) -> list[dict[str, Any]]:
    found: list[tuple[int, int, str]] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                found.append((match.start(), match.end(), kind))
    return [
        {"type": kind, "offset": units(text[:start]), "length": units(text[start:end])}
        for start, end, kind in sorted(found)
    ]


def named(message: dict[str, Any], kind: str) -> list[str]:
    """The pieces of a message's text that are entities of this kind."""
    raw = message.get("text", "").encode("utf-16-le")
    return [
        raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")
        for entity in message.get("entities", [])
        if entity["type"] == kind
    ]
