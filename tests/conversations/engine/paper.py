"""Scenes on paper for the pure stages: whole values, of which a test names only what it is about."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from conversations.engine.rulebook import Policy
from conversations.engine.values import Character, Member, Plan, Position, Said, Scene

ISTANBUL = ZoneInfo("Europe/Istanbul")
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=ISTANBUL)
"""A Tuesday afternoon, inside the prime hours."""

POLICY = Policy(
    revision=1, scale=1.0, max_per_minute=60, base_delay=30.0, prime_delay=18.0, prime_morning_starts=time(9, 30),
    prime_morning_ends=time(12), prime_afternoon_starts=time(14), prime_afternoon_ends=time(18), own_gap=120,
    reply_probability=0.65, reply_to_bot_probability=0.5, mention_probability=0.35, short_weight=0.55,
    medium_weight=0.35, long_weight=0.10, history_length=30, chain_cap=12, quiet_messages=3, quiet_minutes=10,
    hush_minutes=60,
    group_most=20,
    takeover_minutes=10,
    answer_minutes=10, chatter_seconds=90, duplicate_hours=12, duplicate_similarity=0.85, rewrites=2,
    refresh_messages=8, refresh_minutes=30, stance_cooldown_minutes=20, slip_probability=0.5, typing_shown=True,
    inequality=1.0, share_debt=0.5, relevance_pull=1.0, novelty_pull=1.0, conflict_pull=1.0, affinity_pull=1.0,
    mood_pull=1.0, fatigue=0.5, quote_newest=0.25, best_targets=3, late_replies=0.0,
    reaction_probability=0.0, second_answer=0.35,
    chain_rest_minutes=12.0, chat_max_per_minute=20, waiting_most=200, burstiness=1.5, longest_wait=7200.0,
    hourly_activity=(1.0,) * 24, news_boost=3.0, news_decay_minutes=12.0, typing_at_once=2, topic_window=15,
    topic_exhausted=15, topic_drift=0.15, news_probability=0.5, news_minutes=180, news_per_cast=2, quote_minutes=20,
    memories_recalled=3, own_words=3, phrase_every=10, anecdote_days=7.0, meaning_similarity=0.93, judge_stances=True,
    fleet_share=0.7, fleet_messages=6, fleet_hours=6, mood_decay=0.1, ignored_minutes=30, silence_minutes=120,
    asks_per_person=12, asks_per_person_day=120, asks_per_chat=60, asks_per_chat_day=1000, budget_reserve=0.1,
    prompt_days=30, turn_days=180,
)  # fmt: skip

CHARACTER = Character(
    name="Nermin", hint="Temettüyle geçinen kurgusal bir karakter.", tone="sakin", risk="low", risk_label="düşük",
    horizon_label="uzun", risk_note="", expertise=("bankacılık",), watchlist=(), interests=(), never_do=(),
    style_note="kısa yazar", mood_note="", phrases=(), anecdotes=(), emoji=(), energy=0.5, empathy=0.5, formality=0.5,
    emoji_rate=0.0, slip_rate=0.0, weights=(0.55, 0.35, 0.10), wpm=36,
)  # fmt: skip

LOUD = replace(CHARACTER, slip_rate=0.3, emoji_rate=1.0, emoji=("🙂", "☕"), formality=0.1)
"""As much colour as a persona can have."""


def policy(**changes: Any) -> Policy:
    return replace(POLICY, **changes)


def character(**changes: Any) -> Character:
    return replace(CHARACTER, **changes)


def member(bot_id: int = 1, **changes: Any) -> Member:
    """A bot that may speak. Fields of its character are taken too."""
    traits = {name: changes.pop(name) for name in Character.__slots__ if name in changes}
    values: dict[str, Any] = {
        "bot_id": bot_id,
        "username": f"oyuncu_{bot_id}_bot",
        "character": character(**({"name": f"Oyuncu {bot_id}"} | traits)),
        "weight": 1.0,
        "talkativeness": 0.5,
        "pace": 1.0,
        "hourly_cap": 12,
        "said_last_hour": 0,
        "last_said_at": None,
        "hours": (),
        "positions": (),
    }
    return Member(**(values | changes))


def position(topic: str = "BIST", *, id: int = 1, rests: bool = False, confidence: float = 0.8) -> Position:  # noqa: A002
    return Position(id, topic, f"{topic} sabır ister.", confidence, rests)


def said(text: str = "Bugün sakin.", *, id: int = 1, age: float = 60, **changes: Any) -> Said:  # noqa: A002
    """One message, `age` seconds old; a person's unless it has a `bot_id`."""
    values: dict[str, Any] = {"speaker": "Deniz", "participant_id": None if changes.get("bot_id") else 9}
    return Said(id=id, text=text, said_at=NOW - timedelta(seconds=age), **(values | changes))


def talk(*bot_ids: int | None, topic: str = "") -> tuple[Said, ...]:
    """A history by who spoke, oldest first, a minute between two; None is a person."""
    return tuple(
        said(f"Mesaj {number}", id=number, age=60.0 * (len(bot_ids) - number), bot_id=bot, topic=topic)
        for number, bot in enumerate(bot_ids)
    )


def scene(*members: Member, **changes: Any) -> Scene:
    values: dict[str, Any] = {
        "chat_id": 1,
        "title": "Piyasa",
        "now": NOW,
        "observes_hours": True,
        "topics": (),
        "policy": POLICY,
        "trigger": "schedule",
        "named_bot_id": None,
        "cause": None,
        "members": members or (member(1), member(2), member(3)),
        "history": (),
        "session": "seans açık",
    }
    return Scene(**(values | changes))


def plan(speaker: Member | None = None, **changes: Any) -> Plan:
    values: dict[str, Any] = {
        "speaker": speaker or member(),
        "intent": "message",
        "target": None,
        "mention": "",
        "topic": "",
        "length": "short",
        "position": None,
        "candidates": (),
    }
    return Plan(**(values | changes))
