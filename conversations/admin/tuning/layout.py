"""The rules in the order in which people think of them, each with the range that is usual.

A slider moves over the usual range; the number beside it takes everything that the rule allows. Shares are percent.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Dial:
    """A rule on the page; the range and step of its slider, in the units of the page. Without one: no slider."""

    name: str
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    title: Any
    meaning: Any
    dials: tuple[Dial, ...]


def _share(name: str) -> Dial:
    return Dial(name, 0, 100, 5)


GROUPS = (
    Group(
        "pace",
        _("How lively"),
        _("How often somebody speaks. Most of what a day costs is decided here."),
        (
            Dial("scale", 0.1, 3, 0.1), Dial("base_delay", 5, 300, 5), Dial("burstiness", 0, 3, 0.1),
            Dial("longest_wait", 60, 7200, 60), Dial("chatter_seconds", 30, 300, 10), Dial("typing_shown"),
            Dial("typing_at_once", 1, 5),
        ),
    ),
    Group(
        "day",
        _("Over the day"),
        _("When the cast is awake. In prime hours on market days it is livelier; quiet hours belong to a chat."),
        (
            Dial("hourly_activity"), Dial("prime_delay", 5, 120, 1), Dial("prime_morning_starts"),
            Dial("prime_morning_ends"), Dial("prime_afternoon_starts"), Dial("prime_afternoon_ends"),
        ),
    ),
    Group(
        "limits",
        _("Limits"),
        _("What is never exceeded, however lively it gets."),
        (
            Dial("max_per_minute", 1, 300), Dial("chat_max_per_minute", 1, 40), Dial("waiting_most", 20, 500, 10),
            Dial("group_most", 1, 20), Dial("own_gap", 0, 600, 10),
        ),
    ),
    Group(
        "people",
        _("When people are there"),
        _("Questions to a bot are always answered first. This says how the cast makes room for people."),
        (
            Dial("quiet_messages", 1, 10), Dial("quiet_minutes", 0, 60), Dial("hush_minutes", 10, 240, 10),
            Dial("answer_minutes", 1, 30), _share("second_answer"), Dial("takeover_minutes", 2, 60),
        ),
    ),
    Group(
        "who",
        _("Who speaks"),
        _("0 switches a motive off, 1 is its natural strength."),
        (
            Dial("inequality", 0, 2, 0.1), Dial("share_debt", 0, 2, 0.1), _share("fatigue"),
            Dial("relevance_pull", 0, 3, 0.1), Dial("novelty_pull", 0, 2, 0.1), Dial("conflict_pull", 0, 2, 0.1),
            Dial("affinity_pull", 0, 2, 0.1), Dial("mood_pull", 0, 2, 0.1),
        ),
    ),
    Group(
        "manners",
        _("How they talk to each other"),
        _("Replies, emoji, names, and how long bots go on among themselves."),
        (
            _share("reply_probability"), _share("reply_to_bot_probability"), Dial("best_targets", 1, 10),
            _share("late_replies"), _share("quote_newest"), _share("reaction_probability"),
            _share("mention_probability"), Dial("chain_cap", 2, 60), Dial("chain_rest_minutes", 0, 60, 1),
        ),
    ),
    Group(
        "subjects",
        _("Subjects and news"),
        _("How long a subject lasts, and how news and prices come in."),
        (
            Dial("topic_window", 5, 40), Dial("topic_exhausted", 5, 60), _share("topic_drift"),
            _share("news_probability"), Dial("news_minutes", 15, 720, 15), Dial("news_per_cast", 1, 10),
            Dial("news_boost", 1, 10, 0.5), Dial("news_decay_minutes", 2, 60, 1), Dial("quote_minutes", 5, 120, 5),
        ),
    ),
    Group(
        "words",
        _("Words"),
        _("How long messages are, and what the model is told. A longer history costs more."),
        (
            _share("short_weight"), _share("medium_weight"), _share("long_weight"), Dial("history_length", 5, 60),
            Dial("memories_recalled", 0, 10), Dial("own_words", 0, 10), Dial("refresh_messages", 1, 30),
            Dial("refresh_minutes", 5, 240, 5), Dial("stance_cooldown_minutes", 0, 120, 5),
            Dial("phrase_every", 2, 50), Dial("anecdote_days", 0, 30, 1), _share("slip_probability"),
        ),
    ),
    Group(
        "checks",
        _("Checks"),
        _("What is held against repeats, contradictions and a cast that speaks with one voice."),
        (
            Dial("duplicate_hours", 1, 72), Dial("duplicate_similarity", 50, 100, 1),
            Dial("meaning_similarity", 50, 100, 1), Dial("rewrites", 0, 5), Dial("judge_stances"),
            _share("fleet_share"), Dial("fleet_messages", 2, 30), Dial("fleet_hours", 1, 48),
        ),
    ),
    Group(
        "asks",
        _("Questions and budgets"),
        _("How much people may ask, and what of the budgets is kept for answering them."),
        (
            Dial("asks_per_person", 1, 60), Dial("asks_per_person_day", 10, 500, 10), Dial("asks_per_chat", 5, 200, 5),
            Dial("asks_per_chat_day", 50, 5000, 50), _share("budget_reserve"),
        ),
    ),
    Group(
        "feelings",
        _("Feelings"),
        _("What moves moods besides what is said. For the whole cast alone."),
        (_share("mood_decay"), Dial("ignored_minutes", 5, 240, 5), Dial("silence_minutes", 15, 720, 15)),
    ),
    Group(
        "keep",
        _("How long it is kept"),
        _("What is older is deleted by itself. For the whole cast alone."),
        (Dial("prompt_days", 1, 365), Dial("turn_days", 7, 1095, 1)),
    ),
)  # fmt: skip
DIALS = {dial.name: dial for group in GROUPS for dial in group.dials}
