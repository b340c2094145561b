"""That the measurement of pruning measures: the figures themselves are for `manage.py bench prune`."""

import pytest

from conversations import control
from conversations.engine import retention
from conversations.models import SendAttempt, Turn
from monitoring.bench import pruning
from tests import stagehands


@pytest.mark.commits
@pytest.mark.usefixtures("committed")
def test_all_that_was_put_there_is_thinned_and_dropped_while_others_go_on() -> None:
    stagehands.room(stagehands.crowd(1))
    control.start(by="tests")
    first = retention.BATCH + 100
    figures = {figure.name.removeprefix("pruning: "): figure for figure in pruning.figures(first)}
    assert figures["turns thinned and dropped"].value == 2 * first
    assert figures["a step of the engine meanwhile, slowest"].value > 0
    assert figures["longest wait for a lock"].goal == "below 1"
    assert not Turn.objects.filter(plan_key__startswith="bench-").exists()
    assert not SendAttempt.objects.exists()


@pytest.mark.django_db
def test_what_is_put_there_has_what_a_turn_keeps() -> None:
    stagehands.room(stagehands.crowd(1))
    pruning.put(3)
    turn = Turn.objects.order_by("pk")[0]
    assert (len(turn.prompt), len(turn.candidates), turn.attempts.count()) == (1, 1, 1)
    assert turn.embedding is not None
