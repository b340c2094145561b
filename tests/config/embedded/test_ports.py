import socket

import pytest

from config.embedded import ports
from config.embedded.refusal import Refused


@pytest.fixture(autouse=True)
def no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)


def test_without_a_wish_the_page_is_on_8000() -> None:
    assert ports.for_web(free=lambda _: True) == 8000


def test_without_a_wish_the_next_free_port_is_taken() -> None:
    assert ports.for_web(free=lambda port: port > 8002) == 8003


def test_a_wish_that_is_free_is_granted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    assert ports.for_web(free=lambda _: True) == 9000


def test_a_wish_that_is_taken_is_refused_and_not_bent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    with pytest.raises(Refused, match="PORT 9000 is taken"):
        ports.for_web(free=lambda _: False)


@pytest.mark.parametrize("wish", ["http", "0", "65536", "-1", "80.5", " "])
def test_a_wish_that_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, wish: str) -> None:
    monkeypatch.setenv("PORT", wish)
    with pytest.raises(Refused, match="between 1 and 65535"):
        ports.for_web(free=lambda _: True)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - what other programs do
def test_a_port_that_somebody_listens_on_is_not_free(host: str) -> None:
    with socket.create_server((host, 0)) as other:
        assert not ports.is_free(other.getsockname()[1])


def test_a_port_that_only_ipv6_answers_on_is_not_free_either() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        assert not ports.is_free(other.getsockname()[1])


def test_a_chosen_port_lies_below_those_of_outgoing_connections() -> None:
    assert 20_000 <= ports.any_free() < 30_000


def test_the_port_of_last_time_is_kept_while_it_is_free() -> None:
    assert ports.keep_or_choose(25_432, free=lambda _: True) == 25_432
    assert ports.keep_or_choose(25_432, free=lambda _: False) != 25_432
