"""What a person's message asks of the cast: whose answer, and whether it is meant for the cast at all. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from conversations.engine import words

MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Named:
    """A bot of the chat, as people call it."""

    bot_id: int
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A person's message, as much as it takes to see whom it means."""

    text: str
    to_bot: int | None = None
    """The bot whose message it replies to."""
    to_person: bool = False
    """Whether it replies to another person."""
    foreign_tags: bool = False
    """Whether it mentions somebody who is not of the cast, beyond what its text shows."""


Call = tuple[str, int]
"""How a bot was called, mention or reply, and which."""


def called(heard: Heard, roster: Sequence[Named]) -> list[Call]:
    """The bots that a message names, by @mention, by reply, or by first name; two at most."""
    by_name = {bot.username: bot.bot_id for bot in roster}
    found: dict[int, str] = {}
    for username in words.addressed(heard.text, by_name):
        found.setdefault(by_name[username], "mention")
    if heard.to_bot in set(by_name.values()):
        found.setdefault(heard.to_bot, "reply")
    for bot in roster:
        if words.called(heard.text, bot.name):
            found.setdefault(bot.bot_id, "mention")
    return [(how, bot_id) for bot_id, how in found.items()][:MOST_NAMED]


def is_between_people(heard: Heard, usernames: Collection[str]) -> bool:
    """A reply to a person, or a mention of somebody outside the cast: a talk between two, left alone."""
    ours = {username.lower() for username in usernames}
    return heard.foreign_tags or heard.to_person or any(tag not in ours for tag in words.tags(heard.text))
