"""News for the cast: feeds in, headlines out, each with its source and within its caps."""

from conversations.news.fit import fitting, has_room

__all__ = ["fitting", "has_room"]
