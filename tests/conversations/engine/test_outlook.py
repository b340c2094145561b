"""What is expected of a day, held against a day that is simulated."""

from datetime import time

import pytest

from bots.sheet import Hours
from conversations.engine import outlook
from conversations.engine.course import Setting
from conversations.engine.outlook import Place, Player
from conversations.simulation import day, stage
from conversations.simulation.setup import WORKDAY, ZONE, Setup
from tests.conversations.engine import paper

QUICK = {"base_delay": 2.0, "prime_delay": 2.0, "chain_rest_minutes": 0.0}


def place(number: int = 1, *, bots: int = 3, cap: int = 60, hours: tuple[Hours, ...] = ()) -> Place:
    players = tuple(Player(bot, cap, hours) for bot in range(bots))
    return Place(number, Setting(), ZONE, telegram=True, players=players)


def test_what_is_expected_is_about_what_a_simulated_day_brings() -> None:
    setup = Setup(paper.policy(), bots=12, chats=2, people=0, words=False)
    rooms = stage.build(setup)
    places = [
        Place(
            room.number,
            room.setting,
            ZONE,
            telegram=False,
            players=tuple(
                Player(one.member.bot_id, one.member.hourly_cap, one.member.hours) for one in room.players.values()
            ),
        )
        for room in rooms
    ]
    seen = outlook.of(places, {None: setup.rules, **{room.number: room.rules for room in rooms}}, setup.day)
    said = sum(one.is_bot and one.kind == "message" for one in day.run(setup, rooms).utterances)
    assert seen.a_day == pytest.approx(said, rel=0.3)


def test_nobody_is_expected_where_nobody_is_awake() -> None:
    rules = paper.policy()
    seen = outlook.of([place(hours=(Hours(time(9), time(17)),))], {None: rules, 1: rules}, WORKDAY)
    assert [hour.at for hour in seen.hours if hour.messages] == list(range(9, 17))
    assert outlook.of([], {None: rules}, WORKDAY).a_day == 0


@pytest.mark.parametrize(
    ("changes", "cap", "limit"),
    [
        (QUICK, 5, "hourly_cap"),
        (QUICK | {"max_per_minute": 1}, 600, "max_per_minute"),
        (QUICK | {"own_gap": 3600}, 600, "own_gap"),
        ({}, 600, "pace"),
    ],
)
def test_what_binds_is_named(changes: dict[str, float], cap: int, limit: str) -> None:
    rules = paper.policy(**changes)
    seen = outlook.of([place(cap=cap)], {None: rules, 1: rules}, WORKDAY)
    assert seen.limit == limit
