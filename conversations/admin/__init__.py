"""The admin of what is said. Django finds these modules through this package."""

from conversations.admin import (
    breaker,
    chat,
    engine,
    inbound,
    people,
    provider,
    rules,
    sources,
    spending,
    symbol,
    talk,
    turn,
    world,
)

__all__ = [
    "breaker",
    "chat",
    "engine",
    "inbound",
    "people",
    "provider",
    "rules",
    "sources",
    "spending",
    "symbol",
    "talk",
    "turn",
    "world",
]
