"""Everything that can happen to turns, in any order, against a Telegram that knows what arrived (I1 to I7, I26)."""

import contextlib
import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from bots.models import Bot
from conversations import control
from tests import stagehands
from tests.conversations.engine import mutants
from tests.conversations.engine.walk import Walk
from tests.conversations.engine.walk_taken import WalkTaken

pytestmark = pytest.mark.django_db
LONG = int(os.environ.get("WALK_STEPS", "0"))
"""At least so many steps are taken when the environment asks for it: `make walk`."""
LENGTH = 50
HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]


@pytest.fixture(autouse=True)
def group() -> None:
    """Two bots that speak in a group, and a third that sees what they say."""
    members = stagehands.crowd(3)
    for number, bot in enumerate(members):
        token = {"token": "v1.k1.YWJj", "token_state": Bot.Token.UNTESTED}
        Bot.objects.filter(pk=bot.pk).update(telegram_id=7000 + number, hourly_cap=60, **token)
    stagehands.group(members, telegram_id=-1_001_000_000_001)
    control.revise(by="tests", max_per_minute=1000, chat_max_per_minute=1000)


def go(machine: type[Walk], *, walks: int, phases: tuple[Phase, ...], seed: bool = True) -> None:
    """So many walks of fifty steps."""
    asked = settings(
        max_examples=walks,
        stateful_step_count=LENGTH,
        deadline=None,
        derandomize=seed,
        database=None,
        suppress_health_check=HEALTH,
        phases=phases,
        print_blob=False,
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(machine, settings=asked)


def test_no_step_breaks_a_promise(capsys: pytest.CaptureFixture[str]) -> None:
    Walk.steps = 0
    go(Walk, walks=6, phases=(Phase.generate,))
    while Walk.steps < LONG:
        go(Walk, walks=40, phases=(Phase.generate,), seed=False)
    assert Walk.steps > 100
    if LONG:
        with capsys.disabled():
            print(f"\n{Walk.steps} steps, 0 promises broken")


def test_nor_does_a_person_who_speaks_through_the_bots() -> None:
    go(WalkTaken, walks=3, phases=(Phase.generate,))
    assert WalkTaken.steps > 100


@pytest.mark.parametrize("mutant", mutants.ALL)
def test_a_broken_rule_is_noticed(mutant: type[Walk]) -> None:
    mutant.noticed = set()
    with contextlib.suppress(AssertionError, Flaky):  # a walk that fails is walked again, at another time of the day
        go(mutant, walks=100, phases=(Phase.generate,))
    assert mutant.noticed
