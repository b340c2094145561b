import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.ledger import Ledger
from config.embedded.log import Log
from config.embedded.supervisor import Supervisor
from tests.config.embedded.children import folder_for_all


class Time:
    """A clock that goes on only when somebody rests."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def rest(self, seconds: float) -> None:
        self.now += seconds
        time.sleep(0.002)


@pytest.fixture
def hours() -> Time:
    return Time()


@pytest.fixture
def paper() -> io.StringIO:
    """What the log has written."""
    return io.StringIO()


@pytest.fixture
def supervisor(tmp_path: Path, paper: io.StringIO, hours: Time) -> Iterator[Supervisor]:
    made = Supervisor(Log(paper), Ledger(tmp_path), clock=hours.clock, rest=hours.rest)
    yield made
    made.stop(hurry=lambda: True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with folder_for_all() as folder:
        yield folder
