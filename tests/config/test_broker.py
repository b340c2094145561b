"""A broker that was away is found again at once."""

import pytest

from config.celery import app


class EnoughTriesError(Exception):
    pass


def test_the_broker_is_asked_again_every_second_however_long_it_is_away(loopback_port: int) -> None:
    waits: list[float] = []

    def note(_error: Exception, seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise EnoughTriesError

    with (
        app.connection_for_write(url=f"redis://127.0.0.1:{loopback_port}") as gone,
        pytest.raises(EnoughTriesError),
    ):
        gone.ensure_connection(note, 9)
    assert waits == [1.0, 1.0, 1.0]
