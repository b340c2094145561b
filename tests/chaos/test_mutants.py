"""A mutant of what nobody calls any more is no mutant: nothing would catch it, and it would look like a pass."""

import inspect

import pytest

from bots import deadline
from conversations import tasks
from conversations.engine import deliver, turns
from tests.chaos import mutants


def test_senders_run_what_the_broken_ones_replace(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "delivering.some(" in inspect.getsource(tasks.deliver)
    for where, name in ((deliver, "one"), (deliver, "some"), (turns, "recover"), (deadline._Exchange, "left")):
        monkeypatch.setattr(where, name, getattr(where, name))  # put back afterwards
    whole = (deliver.some, turns.recover, deadline._Exchange.left)
    for breaking in mutants.BREAK.values():
        breaking()
    broken = (deliver.some, turns.recover, deadline._Exchange.left)
    assert all(after is not before for before, after in zip(whole, broken, strict=True))
