"""Reader: what the speaker of a turn has in mind, in another statement: memories that fit, its own earlier words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bots import embedding, memory
from conversations.engine import earlier, words
from conversations.engine.earlier import Earlier
from conversations.engine.values import Plan, Scene
from conversations.statement import Rider

NEWEST = 60
"""Own messages that are looked through."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mind:
    memories: tuple[memory.Recalled, ...]
    earlier: tuple[str, ...]
    """What it said here before that fits now."""
    said_today: int
    """Own messages here within a day."""


def asking(world: Scene, chosen: Plan) -> Rider:
    """What the chosen speaker remembers, for another statement to bring to `found`; other chats stay out of it."""
    speaker, rules = chosen.speaker, world.policy
    asked: dict[str, Any] = {
        "bot": speaker.bot_id,
        "chat": world.chat_id,
        **_meant(chosen),
        "memories": memory.most(rules.memories_recalled),
        "since": world.now - earlier.OLD,
        "until": world.now - earlier.FRESH,
        "newest": NEWEST if rules.own_words else 0,
        "day": world.now - DAY,
    }
    return Rider(_COLUMNS, asked)


def found(
    world: Scene,
    chosen: Plan,
    recalled: list[tuple[int, str]] | None,
    own: list[tuple[int, str, str, float]] | None,
    said_today: int,
) -> Mind:
    """What `asking` asked for."""
    return Mind(tuple(memory.recalled(recalled)), _earlier(world, chosen, own or ()), said_today)


def _earlier(world: Scene, chosen: Plan, own: list[tuple[int, str, str, float]] | tuple[()]) -> tuple[str, ...]:
    spoken = f"{chosen.topic} {chosen.target.text if chosen.target else ''}"
    said = [
        Earlier(number, text, topic, words.tickers_in(text, world.tickers), datetime.fromtimestamp(at, UTC))
        for number, text, topic, at in own
    ]
    symbols = words.tickers_in(spoken, world.tickers)
    return tuple(one.text for one in earlier.best(said, chosen.topic, symbols, world.now, world.policy.own_words))


def _meant(chosen: Plan) -> dict[str, Any]:
    """What the memories should be near to. What a bot said was given its vector when it was written."""
    if chosen.target and chosen.target.bot_id:
        return {"heard": chosen.target.id, "query": None}
    return {"heard": None, "query": embedding.literal(_query(chosen))}


def _query(chosen: Plan) -> str:
    return " ".join(filter(None, [chosen.topic, chosen.target.text if chosen.target else ""])) or chosen.speaker.name


_QUERY = f"""coalesce(
    (SELECT turn.embedding FROM conversations_turn turn WHERE turn.message_id = %(heard)s), {memory.QUERY}
)"""  # noqa: S608 - our own words
_COLUMNS = f"""
{memory.RECALL.format(query=_QUERY)}, (
    SELECT json_agg(
        json_build_array(own.id, own.text, own.topic, extract(epoch FROM own.said_at)) ORDER BY own.said_at DESC
    )
    FROM (
        SELECT id, text, topic, said_at FROM conversations_message
        WHERE bot_id = %(bot)s AND chat_id = %(chat)s AND said_at >= %(since)s AND said_at < %(until)s
        ORDER BY said_at DESC LIMIT %(newest)s
    ) own
), (
    SELECT count(*) FROM conversations_message
    WHERE bot_id = %(bot)s AND chat_id = %(chat)s AND said_at > %(day)s
)
"""  # noqa: S608 - our own words
