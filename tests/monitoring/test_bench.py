"""The figures are measured, not asserted; that they can be measured is."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from conversations import control
from conversations.models import Chat, Turn
from monitoring.bench import answer, opening
from monitoring.bench.figure import Figure
from tests import stagehands

pytestmark = pytest.mark.django_db


def measured(*arguments: str) -> dict[str, float]:
    out = StringIO()
    call_command("bench", *arguments, "--json", stdout=out)
    return {figure["name"]: figure["value"] for figure in json.loads(out.getvalue())["figures"]}


def test_planning_takes_as_many_queries_for_a_large_cast_as_for_a_small_one_and_leaves_nothing_behind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chat = stagehands.room()
    before = (Chat.objects.count(), chat.mode)
    figures = {figure.name: figure.value for figure in opening.figures(opening.SIZES[:3])}
    for step in ("opening due turns", "planning one turn"):
        queries = [value for name, value in figures.items() if name.startswith(step) and name.endswith("queries")]
        assert len(queries) == 3
        assert len(set(queries)) == 1
        assert queries[0] > 0
    with capsys.disabled():
        print("\n" + "\n".join(f"  {name}: {value:g}" for name, value in figures.items() if "2,000" in name))
    chat.refresh_from_db()
    assert (Chat.objects.count(), chat.mode) == before
    assert not Turn.objects.exists()
    assert not control.is_running()


def test_people_read_a_line_a_figure() -> None:
    assert Figure("opening", 8, "ms", "below 9").as_line().split() == ["opening", "8", "ms", "(goal:", "below", "9)"]


def test_without_a_running_stack_the_remedy_is_said() -> None:
    with pytest.raises(CommandError, match="make run"):
        measured("answer")


def test_an_unknown_case_names_the_known_ones() -> None:
    with pytest.raises(CommandError, match="opening, answer, start"):
        measured("speed")


def test_a_stack_that_does_not_answer_is_said() -> None:
    stagehands.room(stagehands.bots(1))
    control.start(by="tests")
    with pytest.raises(answer.NotRunning, match="did not answer within 0 s"):
        answer.figures(1, patience=0)
