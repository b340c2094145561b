"""A day in seconds: the same for the same seed, within every limit, and alive by the figures."""

import functools
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import pytest

from conversations.engine import rulesets
from conversations.realism.scorecard import Scorecard, Verdict
from conversations.realism.utterance import Kind, Utterance
from conversations.simulation import day, scored
from conversations.simulation.setup import Outcome, Setup

AS_PROMISED = 14
"""Rows in band."""


@pytest.fixture(scope="module")
def lively() -> Outcome:
    """A third of the day that the figures are shown on; `manage.py realism --simulate` runs all of it."""
    return day.run(Setup(rulesets.LIVELY, bots=60, chats=4, people=10))


@pytest.fixture(scope="module")
def card(lively: Outcome) -> Scorecard:
    return scored.card(lively)


@functools.cache
def small(seed: int = 1, hours: int = 16, **rules: Any) -> Outcome:
    """A short day of a small cast, without words; played once."""
    setup = Setup(replace(rulesets.LIVELY, **rules), seed=seed, bots=16, chats=2, people=6, hours=hours, words=False)
    return day.run(setup)


# --- Alive -----------------------------------------------------------------------------------------------------------
def test_a_lively_day_is_alive(lively: Outcome, card: Scorecard, capsys: pytest.CaptureFixture[str]) -> None:
    found = card.count(Verdict.IN)
    with capsys.disabled():
        print(f"\n  a lively day: {lively.sent} turns sent, {found} of {len(card.rows)} realism rows in band")
        for row in card.rows:
            parts = ", ".join(
                f"{part.band.name} {'–' if part.found.value is None else f'{part.found.value:.3g}'}"
                for part in row.parts
            )
            print(f"    {row.verdict:>7}  {parts}")
    assert found >= AS_PROMISED


def test_nobody_but_the_named_bot_answers_a_mention(card: Scorecard) -> None:
    assert value(card, "right_bot") == 1.0


def test_people_are_answered_soon(card: Scorecard) -> None:
    assert value(card, "questions_answered") >= 0.95


def value(card: Scorecard, name: str) -> float:
    found = next(part.found.value for row in card.rows for part in row.parts if part.band.name == name)
    assert found is not None, name
    return found


def test_rows_of_bot_messages_end_at_the_cap(lively: Outcome) -> None:
    assert 0 < lively.longest_row <= lively.setup.rules.chain_cap


def test_no_headline_is_worn_out(lively: Outcome) -> None:
    assert max(lively.headlines.values()) <= lively.setup.rules.news_per_cast
    assert max(lively.headlines_in_a_chat.values()) == 1


def test_hardly_a_turn_is_lost_to_likeness_or_to_the_guard(lively: Outcome, capsys: pytest.CaptureFixture[str]) -> None:
    turns = lively.ended.total()
    alike = sum(lively.ended[reason] for reason in ("duplicate", "near_duplicate", "same_meaning"))
    guarded = sum(count for reason, count in lively.ended.items() if reason.startswith("guard:"))
    with capsys.disabled():
        print(f"\n  of {turns} turns {alike / turns:.1%} skipped for likeness, {guarded / turns:.1%} by the guard")
    assert alike / turns <= 0.05
    assert guarded / turns <= 0.10


# --- Within the limits -----------------------------------------------------------------------------------------------
def said(outcome: Outcome) -> list[Utterance]:
    return [one for one in outcome.utterances if one.is_bot and one.kind is Kind.MESSAGE]


def test_no_bot_says_more_in_an_hour_than_it_may(lively: Outcome) -> None:
    times: defaultdict[str, list[float]] = defaultdict(list)
    for one in said(lively):
        times[one.speaker].append(one.at.timestamp())
    most = max(sum(start <= at < start + 3600 for at in each) for each in times.values() for start in each)
    assert most <= 14  # the largest cap of the cast


@pytest.mark.parametrize(("rule", "most"), [("max_per_minute", 2), ("chat_max_per_minute", 1)])
def test_no_minute_holds_more_messages_than_it_may(rule: str, most: int) -> None:
    busy: dict[str, Any] = {"base_delay": 6.0, "prime_delay": 6.0, "chain_rest_minutes": 0.0, "own_gap": 0}
    outcome = small(hours=10, **busy | {rule: most})
    everywhere = sorted(one.at.timestamp() for one in said(outcome))
    by_chat = {one.chat: sorted(o.at.timestamp() for o in said(outcome) if o.chat == one.chat) for one in said(outcome)}
    for times in [everywhere] if rule == "max_per_minute" else by_chat.values():
        for start in times:
            assert sum(start <= at < start + 60 for at in times) <= most
    assert outcome.limits[rule] > 0


def test_three_bot_messages_at_most_follow_a_person_who_is_not_answered() -> None:
    outcome = small(quiet_messages=3, quiet_minutes=10)
    last: dict[str, Utterance] = {}
    after: Counter[str] = Counter()
    for one in sorted(outcome.utterances, key=lambda each: each.at):
        if one.kind is not Kind.MESSAGE:
            continue
        if not one.is_bot:
            last[one.chat], after[one.chat] = one, 0
        elif one.chat in last and (one.at - last[one.chat].at).total_seconds() < 600:
            after[one.chat] += 1
            assert after[one.chat] <= 3 or one.trigger not in {"schedule", "news"}


# --- Alike -----------------------------------------------------------------------------------------------------------
def test_the_same_seed_is_the_same_day() -> None:
    again = small.__wrapped__(3)  # played anew
    assert small(3).utterances == again.utterances
    assert small(3).utterances != small(4).utterances


# --- Every rule moves what it says -----------------------------------------------------------------------------------
def messages(**rules: Any) -> int:
    return len(said(small(**rules)))


def test_a_livelier_scale_says_more() -> None:
    assert messages(scale=3.0) > 1.5 * messages()


def test_longer_breaks_say_less() -> None:
    assert messages(chain_rest_minutes=60.0) < 0.8 * messages()


@pytest.mark.parametrize("times", [1, 2])
def test_a_headline_is_worn_out_after_as_often_as_the_rule_says(times: int) -> None:
    rules = replace(rulesets.LIVELY, news_per_cast=times, news_probability=1.0)
    outcome = day.run(Setup(rules, bots=32, chats=6, people=0, hours=14, words=False))
    assert max(outcome.headlines.values()) == times


def test_the_more_second_answers_the_more_questions_get_two() -> None:
    once, twice = (sum(one.trigger == "question" for one in said(small(second_answer=share))) for share in (0.0, 1.0))
    assert 1.4 * once < twice <= 2.4 * once


def test_a_quiet_hour_is_quiet() -> None:
    hours = tuple(0.02 if hour == 15 else 1.0 for hour in range(24))
    by_hour = Counter(one.at.hour for one in said(small(hourly_activity=hours)))
    assert by_hour[15] < by_hour[14] / 2


def test_reactions_come_as_often_as_the_rule_says() -> None:
    reactions = [one for one in small(reaction_probability=0.5).utterances if one.kind is Kind.REACTION]
    assert len(reactions) > messages(reaction_probability=0.5) / 3
    assert all(one.reply_to for one in reactions)
    assert not [one for one in small(reaction_probability=0.0).utterances if one.kind is Kind.REACTION]


def test_under_load_the_hourly_caps_are_what_binds() -> None:
    setup = Setup(rulesets.LOAD, bots=4, chats=1, people=0, hours=9, words=False)
    loaded, calm = day.run(setup), day.run(replace(setup, rules=rulesets.LIVELY))
    assert len(said(loaded)) > 3 * len(said(calm))
    assert loaded.ended["no_candidate"] > 0
