import os
import signal
from collections.abc import Iterator

import pytest

from config.embedded.interrupts import Interrupted, Interrupts

HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    before = {which: signal.signal(which, signal.SIG_DFL) for which in HEARD}  # also where nohup started the tests
    yield Interrupts()
    for which, handler in before.items():
        signal.signal(which, handler)


@pytest.mark.parametrize("which", HEARD)
def test_the_first_request_is_calm_and_the_second_in_a_hurry(interrupts: Interrupts, which: signal.Signals) -> None:
    os.kill(os.getpid(), which)
    assert (interrupts.asked, interrupts.in_a_hurry()) == (1, False)
    os.kill(os.getpid(), which)
    assert (interrupts.asked, interrupts.in_a_hurry()) == (2, True)


def test_a_request_breaks_off_what_is_long_and_only_that(interrupts: Interrupts) -> None:
    with pytest.raises(Interrupted), interrupts.breaking():
        os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGINT)
    assert interrupts.in_a_hurry()


def test_a_closed_terminal_is_ignored_under_nohup() -> None:
    before = {which: signal.getsignal(which) for which in HEARD}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    asked = Interrupts()
    os.kill(os.getpid(), signal.SIGHUP)
    for which, handler in before.items():
        signal.signal(which, handler)
    assert asked.asked == 0
