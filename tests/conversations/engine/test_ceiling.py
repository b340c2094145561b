"""What limits the cast: the lowest ceiling binds, and each rule moves its own."""

from random import Random
from typing import Any

import pytest

from conversations.engine import ceiling, pace
from conversations.engine.rulebook import Policy
from tests.conversations.engine import paper

RULES = paper.policy(chain_rest_minutes=0.0, base_delay=30.0)


def found(rules: Policy = RULES, *, quota: int | None = None, **room: Any) -> dict[str, float]:
    one = ceiling.Room(rules, pace.Beat(paper.NOW, observes_hours=False), **({"awake": 5, "telegram": True} | room))
    return {c.name: c.per_hour for c in ceiling.ceilings(rules, [one, one], caps=[12, 12, 12], quota=quota)}


def test_every_limit_has_its_ceiling_in_messages_an_hour() -> None:
    assert found(quota=10) == {
        "hourly_cap": 36,
        "pace": 240,
        "own_gap": 300,
        "provider_quota": 600,
        "chat_max_per_minute": 2400,
        "max_per_minute": 3600,
        "telegram": 10_800,
    }


def test_the_lowest_comes_first() -> None:
    assert list(found()) == sorted(found(), key=found().__getitem__)


@pytest.mark.parametrize(
    ("rules", "name", "per_hour"),
    [
        ({"scale": 2.0}, "pace", 480),
        ({"base_delay": 15.0}, "pace", 480),
        ({"own_gap": 60}, "own_gap", 600),
        ({"max_per_minute": 10}, "max_per_minute", 600),
        ({"chat_max_per_minute": 2}, "chat_max_per_minute", 240),
    ],
)
def test_a_rule_moves_its_ceiling(rules: dict[str, Any], name: str, per_hour: float) -> None:
    assert found(paper.policy(**({"chain_rest_minutes": 0.0} | rules)))[name] == pytest.approx(per_hour)


def test_a_chat_without_anybody_awake_adds_nothing() -> None:
    assert found(awake=0)["pace"] == 0


def test_rehearsal_rooms_know_no_limit_of_telegram() -> None:
    assert "telegram" not in found(telegram=False)


def test_a_group_that_sleeps_is_no_limit_for_a_rehearsal_room_beside_it() -> None:
    beat = pace.Beat(paper.NOW, observes_hours=False)
    room, group = ceiling.Room(RULES, beat, 5, telegram=False), ceiling.Room(RULES, beat, 0)
    lowest = ceiling.ceilings(RULES, [room, group], caps=[120] * 5, quota=None)[0]
    assert (lowest.name, lowest.per_hour) == ("pace", 120)


def test_telegram_limits_its_own_groups_alone() -> None:
    beat = pace.Beat(paper.NOW, observes_hours=False)
    rooms = [ceiling.Room(RULES, beat, 5, telegram=False), ceiling.Room(RULES, beat, 1)]
    limits = {c.name: c.per_hour for c in ceiling.ceilings(RULES, rooms, caps=[12], quota=None)}
    assert limits["telegram"] == 120 + 18 * 60


def test_breaks_lower_the_pace() -> None:
    assert found(paper.policy())["pace"] < found()["pace"] / 2


def test_no_break_lowers_it_further_than_the_longest_wait() -> None:
    """A row of 5.5 messages 30 s apart on average, then a break of 24 min or a wait of 5 at most."""
    length = pace.row_length(paper.policy())
    for longest, pause in ((7200.0, 1440), (300.0, 300)):
        per_hour = 2 * 3600 * length / ((length - 1) * 30 + pause)
        assert found(paper.policy(longest_wait=longest))["pace"] == pytest.approx(per_hour)


def test_the_ceiling_of_the_pace_is_what_the_waits_come_to() -> None:
    """Against waits as they are really drawn, rows and breaks included."""
    rules, dice = paper.policy(burstiness=0.5), Random(4)
    row, total = 1, 0.0
    for _ in range(20_000):
        wait = pace.wait(rules, pace.Beat(paper.NOW, observes_hours=False, chain=row), dice)
        total += wait
        row = 1 if wait >= pace.rest(rules, 1.0) else row + 1
    assert found(rules)["pace"] / 2 == pytest.approx(20_000 / total * 3600, rel=0.1)
