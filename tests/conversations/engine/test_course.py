"""How the talk of a chat runs: rows of bot messages, a person's presence, when a turn opens."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from conversations.engine import course, pace
from conversations.engine.course import Course, Setting
from conversations.engine.rulebook import Policy
from tests.conversations.engine import paper

NOW = paper.NOW
RULES = paper.policy(chain_cap=4, chain_rest_minutes=10.0, quiet_messages=3, quiet_minutes=10, burstiness=0.0)
REST = 600.0
ALWAYS = Setting(observes_hours=False)


def ago(**span: float) -> Any:
    return NOW - timedelta(**span)


def talked(*who: str, seconds: float = 30) -> Course:
    """`bot`, `news` (a bot with news) or `person`, one after another, the last just now."""
    now = Course()
    for number, kind in enumerate(who):
        at = NOW - timedelta(seconds=seconds * (len(who) - 1 - number))
        now = (
            course.person_spoke(now, at)
            if kind == "person"
            else course.bot_spoke(now, at, news=kind == "news", rest=REST)
        )
    return now


# --- Rows ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "row", "after_person"),
    [
        ((), 0, 0),
        (("bot",), 1, 1),
        (("bot", "bot", "bot"), 3, 3),
        (("bot", "bot", "person"), 0, 0),
        (("bot", "person", "bot", "bot"), 2, 2),
        (("bot", "bot", "news"), 1, 3),
        (("bot", "news", "bot"), 2, 3),
    ],
)
def test_a_row_counts_bot_messages_since_a_person_or_news(who: tuple[str, ...], row: int, after_person: int) -> None:
    found = talked(*who)
    assert (found.chain, found.after_person) == (row, after_person)


def test_a_silence_ends_a_row() -> None:
    found = talked("bot", "bot", seconds=REST)
    assert found.chain == 1
    assert found.in_a_row(NOW, REST) == 1
    assert found.in_a_row(NOW + timedelta(seconds=REST), REST) == 0


def test_news_leave_their_moment() -> None:
    assert talked("bot").since_news(NOW) is None
    assert talked("news", "bot", seconds=30).since_news(NOW) == 30


def test_a_persons_line_that_comes_late_does_not_turn_the_clock_back() -> None:
    heard = course.person_spoke(talked("person"), ago(minutes=5))
    assert heard.heard_at == NOW


# --- Opening ---------------------------------------------------------------------------------------------------------
def due(now: Course, *, under_way: int = 0, rules: Policy = RULES) -> course.Due:
    return course.due(now, ALWAYS, rules, under_way=under_way, local=NOW, dice=Random(1))


def test_a_chat_whose_time_has_come_opens_a_turn_and_draws_the_next_wait() -> None:
    found = due(talked("bot"), rules=replace(RULES, chain_rest_minutes=0.0))
    assert found == course.Due(opens=True, next_due=NOW + timedelta(seconds=30))


@pytest.mark.parametrize(("under_way", "opens"), [(0, True), (1, True), (2, False)])
def test_what_is_under_way_holds_up_the_next(under_way: int, opens: bool) -> None:
    assert due(Course(), under_way=under_way).opens is opens


@pytest.mark.parametrize(
    ("who", "under_way", "opens"),
    [
        (("person",), 0, True),
        (("person", "bot", "bot"), 0, True),
        (("person", "bot", "bot"), 1, False),
        (("person", "bot", "bot", "bot"), 0, False),
    ],
)
def test_a_person_is_followed_by_three_messages_at_most(who: tuple[str, ...], under_way: int, opens: bool) -> None:
    found = due(talked(*who), under_way=under_way)
    assert found.opens is opens
    assert opens or found.next_due > NOW + timedelta(minutes=8)


@pytest.mark.parametrize("minutes", [0, 2, 10, 30])
def test_how_long_a_person_quiets_the_cast_is_a_rule(minutes: int) -> None:
    found = due(talked("person", "bot", "bot", "bot"), rules=replace(RULES, quiet_minutes=minutes))
    assert found.opens is (minutes == 0)
    assert found.opens or found.next_due == NOW + timedelta(minutes=minutes, seconds=-90)


@pytest.mark.parametrize(("row", "under_way", "opens"), [(3, 0, True), (3, 1, False), (4, 0, False), (9, 0, False)])
def test_a_row_at_its_cap_waits_for_the_end_of_its_break(row: int, under_way: int, opens: bool) -> None:
    found = due(Course(chain=row, spoke_at=ago(minutes=4)), under_way=under_way)
    assert found.opens is opens
    assert opens or found.next_due == NOW + timedelta(minutes=6)


def test_a_row_that_had_its_break_is_over() -> None:
    assert due(Course(chain=4, spoke_at=ago(minutes=10))).opens


def test_without_a_break_rows_never_end() -> None:
    assert due(Course(chain=50, spoke_at=NOW), rules=replace(RULES, chain_rest_minutes=0.0)).opens


def test_a_person_shortens_the_break() -> None:
    soon = course.welcome(talked("bot", "bot", "person"), ALWAYS, RULES, local=NOW, dice=Random(1))
    assert soon == NOW + timedelta(seconds=30)


def test_a_slower_chat_has_longer_breaks() -> None:
    assert pace.rest(RULES, 2.0) == 2 * pace.rest(RULES, 1.0) == 1200


# --- At the last moment ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (("bot",), ""),
        (("person", "bot", "bot"), ""),
        (("person", "bot", "bot", "bot"), "human_present"),
        (("bot", "bot", "bot", "bot"), "chain_ended"),
        (("bot", "bot", "bot", "news"), ""),
    ],
)
def test_chatter_is_judged_again_before_it_leaves(who: tuple[str, ...], reason: str) -> None:
    assert course.passed(talked(*who), ALWAYS, RULES, NOW) == reason
