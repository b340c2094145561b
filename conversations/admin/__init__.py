"""The admin of what is said. Django finds these modules through this package."""

from conversations.admin import chat, engine, provider, rules, sources, spending, symbol, talk, turn, world

__all__ = ["chat", "engine", "provider", "rules", "sources", "spending", "symbol", "talk", "turn", "world"]
