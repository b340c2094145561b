"""The admin of who speaks. Django finds these modules through this package."""

from bots.admin import bot, mind, persona, trail

__all__ = ["bot", "mind", "persona", "trail"]
