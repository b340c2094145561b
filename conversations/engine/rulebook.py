"""The rules that hold for one chat, inheritance resolved, as the pure stages use them. Units: `models.rules`."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Policy:
    revision: int
    own_gap: int
    inequality: float
    share_debt: float
    relevance_pull: float
    novelty_pull: float
    conflict_pull: float
    affinity_pull: float
    mood_pull: float
    fatigue: float
    reply_probability: float
    reply_to_bot_probability: float
    quote_newest: float
    best_targets: int
    reaction_probability: float
    mention_probability: float
    second_answer: float
    chain_cap: int
    chain_rest_minutes: float
    quiet_messages: int
    quiet_minutes: int
    hush_minutes: int
    answer_minutes: int
    scale: float
    max_per_minute: int
    chat_max_per_minute: int
    base_delay: float
    prime_delay: float
    burstiness: float
    longest_wait: float
    hourly_activity: tuple[float, ...]
    prime_morning_starts: time
    prime_morning_ends: time
    prime_afternoon_starts: time
    prime_afternoon_ends: time
    news_boost: float
    news_decay_minutes: float
    chatter_seconds: int
    typing_shown: bool
    typing_at_once: int
    topic_window: int
    topic_exhausted: int
    topic_drift: float
    news_probability: float
    news_minutes: int
    news_per_cast: int
    quote_minutes: int
    short_weight: float
    medium_weight: float
    long_weight: float
    history_length: int
    memories_recalled: int
    own_words: int
    refresh_messages: int
    refresh_minutes: int
    stance_cooldown_minutes: int
    phrase_every: int
    anecdote_days: float
    slip_probability: float
    duplicate_hours: int
    duplicate_similarity: float
    meaning_similarity: float
    rewrites: int
    judge_stances: bool
    fleet_share: float
    fleet_messages: int
    fleet_hours: int
    mood_decay: float
    ignored_minutes: int
    silence_minutes: int
