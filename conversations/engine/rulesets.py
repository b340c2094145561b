"""Whole sets of rules by name: what a fresh Kulis goes by, and what a measurement under load asks for. Pure."""

from dataclasses import asdict, replace
from datetime import time

from conversations.engine.rulebook import Policy

LIVELY = Policy(
    revision=0, scale=1.0, max_per_minute=60, chat_max_per_minute=20, waiting_most=200,
    base_delay=30.0, prime_delay=18.0, burstiness=1.5, longest_wait=7200.0, prime_morning_starts=time(9, 30),
    prime_morning_ends=time(12), prime_afternoon_starts=time(14), prime_afternoon_ends=time(18),
    hourly_activity=(
        0.25, 0.12, 0.06, 0.03, 0.03, 0.05, 0.15, 0.35, 0.6, 0.9, 1.0, 1.0,
        0.85, 0.85, 0.95, 1.0, 1.0, 0.95, 0.9, 0.85, 0.85, 0.85, 0.7, 0.45,
    ),
    news_boost=5.0, news_decay_minutes=12.0, chatter_seconds=90, typing_shown=True, typing_at_once=2,
    own_gap=120, inequality=1.0, share_debt=0.5, relevance_pull=1.0, novelty_pull=1.0, conflict_pull=1.0,
    affinity_pull=1.0, mood_pull=1.0, fatigue=0.5,
    reply_probability=0.6, reply_to_bot_probability=0.45, quote_newest=0.35, best_targets=3, late_replies=0.08,
    reaction_probability=0.2, mention_probability=0.35, second_answer=0.35, chain_cap=12, chain_rest_minutes=12.0,
    quiet_messages=3, quiet_minutes=10, hush_minutes=60, group_most=20, takeover_minutes=10,
    answer_minutes=10,
    topic_window=15, topic_exhausted=15, topic_drift=0.15, news_probability=0.5, news_minutes=180, news_per_cast=2,
    quote_minutes=20,
    short_weight=0.55, medium_weight=0.35, long_weight=0.10, history_length=30, memories_recalled=3, own_words=3,
    refresh_messages=8, refresh_minutes=30, stance_cooldown_minutes=20, phrase_every=10, anecdote_days=7.0,
    slip_probability=0.5,
    duplicate_hours=24, duplicate_similarity=0.85, meaning_similarity=0.85, rewrites=2, judge_stances=True,
    fleet_share=0.7, fleet_messages=6, fleet_hours=6, mood_decay=0.1, ignored_minutes=30, silence_minutes=120,
    asks_per_person=12, asks_per_person_day=120, asks_per_chat=60, asks_per_chat_day=1000, budget_reserve=0.1,
    prompt_days=30, turn_days=180,
)  # fmt: skip
"""The first rules of a fresh Kulis, tuned by the realism rows of a simulated day."""

LOAD = replace(
    LIVELY,
    max_per_minute=100_000,
    chat_max_per_minute=1000,
    waiting_most=100_000,
    base_delay=3.0,
    prime_delay=3.0,
    burstiness=0.3,
    longest_wait=30.0,
    hourly_activity=(1.0,) * 24,
    own_gap=0,
    chain_rest_minutes=0.0,
    typing_at_once=10,
    reaction_probability=0.0,
    asks_per_person=1000,
    asks_per_person_day=10_000,
    asks_per_chat=10_000,
    asks_per_chat_day=100_000,
)
"""Nothing holds the cast back but its own hours and hourly caps."""

NAMED: dict[str, Policy] = {"lively": LIVELY, "load": LOAD}


def told() -> dict[str, dict[str, str]]:
    """What stands beside figures: the first set in full, each other one by what differs from it."""
    plain = _said(LIVELY)
    return {
        name: {rule: value for rule, value in _said(rules).items() if rules is LIVELY or value != plain[rule]}
        for name, rules in NAMED.items()
    }


def _said(rules: Policy) -> dict[str, str]:
    values = asdict(rules)
    del values["revision"]
    return {rule: _plain(value) for rule, value in values.items()}


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(_plain, value))
    return f"{value:%H:%M}" if isinstance(value, time) else f"{value:g}" if isinstance(value, float) else str(value)
