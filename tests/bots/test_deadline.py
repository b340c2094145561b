import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread

import httpcore
import httpx
import pytest

from bots import deadline
from tests.fakes.handles import TelegramFake

MOMENT = 0.4
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def soon() -> float:
    return time.monotonic() + MOMENT


def later() -> float:
    return time.monotonic() + 10


@contextmanager
def a_server_that_says(answer: bytes) -> Iterator[str]:
    """One connection, one request, these very bytes."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def ask(address: str, path: str = "/bot1:x/getMe") -> httpx.Response:
    return deadline.client(address).post(f"{address}{path}", json={})


def test_an_answer_in_time_comes_whole(telegram_server: TelegramFake) -> None:
    with deadline.until(later()):
        assert ask(telegram_server.root).json()["error_code"] == 401


def test_a_deadline_that_passes_before_the_write_leaves_nothing_at_the_server(telegram_server: TelegramFake) -> None:
    def slow_body() -> Iterator[bytes]:
        while time.monotonic() < moment:
            time.sleep(0.01)
        yield b"{}"

    moment = soon()
    client = deadline.client(telegram_server.root)
    with deadline.until(moment), pytest.raises(deadline.Unsent, match="deadline passed"):
        client.post(f"{telegram_server.root}/bot1:x/getMe", content=slow_body(), headers={"content-length": "2"})
    assert telegram_server.calls() == []


def test_a_deadline_in_the_past_calls_nobody(telegram_server: TelegramFake) -> None:
    with deadline.until(time.monotonic()), pytest.raises(deadline.Unsent):
        ask(telegram_server.root)
    assert telegram_server.calls() == []


def test_a_refused_connection_is_unsent(loopback_port: int) -> None:
    with deadline.until(later()), pytest.raises(deadline.Unsent, match="refused"):
        ask(f"http://127.0.0.1:{loopback_port}")


def test_what_one_request_wrote_says_nothing_about_the_next(telegram_server: TelegramFake, loopback_port: int) -> None:
    with deadline.until(later()):
        ask(telegram_server.root)
        with pytest.raises(deadline.Unsent):
            ask(f"http://127.0.0.1:{loopback_port}")


@pytest.mark.parametrize("how", ["hang", "reset", "cut"])
def test_an_answer_that_does_not_come_after_the_write_is_lost(telegram_server: TelegramFake, how: str) -> None:
    telegram_server.fault("getMe", how)
    with deadline.until(soon() if how == "hang" else later()), pytest.raises(deadline.Lost):
        ask(telegram_server.root)
    assert len(telegram_server.calls("getMe")) == 1


def test_a_server_that_drips_is_left_at_the_deadline(telegram_server: TelegramFake) -> None:
    telegram_server.fault("getMe", "drip", pause=0.05)  # never silent for as long as the deadline
    with deadline.until(soon()), pytest.raises(deadline.Lost):
        ask(telegram_server.root)


def test_an_answer_longer_than_its_room_is_lost(telegram_server: TelegramFake) -> None:
    with deadline.until(later(), room=10), pytest.raises(deadline.Lost, match="longer than 10 bytes"):
        ask(telegram_server.root)


def test_a_compressed_answer_is_not_unfolded() -> None:
    with (
        a_server_that_says(
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\x1f\x8b"
        ) as address,
        deadline.until(later()),
        pytest.raises(deadline.Lost, match="compressed"),
    ):
        ask(address)


def test_nonsense_instead_of_http_is_lost() -> None:
    with (
        a_server_that_says(b"220 smtp ready\r\n\r\n") as address,
        deadline.until(later()),
        pytest.raises(deadline.Lost),
    ):
        ask(address)


def test_a_header_that_breaks_the_rules_is_not_repeated_in_the_error(telegram_server: TelegramFake) -> None:
    client = deadline.client(telegram_server.root)
    with deadline.until(later()), pytest.raises(deadline.Unsent) as caught:
        client.get(telegram_server.root, headers={"authorization": "Bearer secret\nvalue"})
    assert "secret" not in str(caught.value)


def test_a_kept_connection_that_the_server_closed_is_not_used_again() -> None:
    closed = Event()

    def serve() -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(OK)
            closed.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for _ in range(2):
            with deadline.until(later()):
                assert ask(address).text == "ok"
            closed.wait(10)
        thread.join()


def test_a_kept_connection_is_used_again() -> None:
    def serve() -> None:
        connection, _ = listener.accept()  # only one: a second connection would wait for ever
        with connection:
            for _ in range(3):
                connection.recv(65_536)
                connection.sendall(OK)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for _ in range(3):
            with deadline.until(later()):
                assert ask(address).text == "ok"
        thread.join()


def test_every_thread_keeps_its_own_deadline(telegram_server: TelegramFake) -> None:
    def one(number: int) -> bool:
        try:
            with deadline.until(later() if number % 2 else time.monotonic()):
                ask(telegram_server.root)
        except deadline.Unsent:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(one, range(64))) == [bool(number % 2) for number in range(64)]
    assert len(telegram_server.calls()) == 32


def test_one_address_has_one_client(telegram_server: TelegramFake) -> None:
    with ThreadPoolExecutor(8) as pool:
        clients = set(pool.map(lambda _: id(deadline.client(telegram_server.root)), range(50)))
    assert len(clients) == 1


def test_a_request_outside_a_deadline_is_a_mistake(telegram_server: TelegramFake) -> None:
    with pytest.raises(LookupError):
        ask(telegram_server.root)


# --- Whatever fails, what counts is whether a byte was written --------------------------------------------------------
class Faulty(httpcore.SyncBackend):
    """A network that fails with one exception, at one point of an exchange."""

    def __init__(self, error: Exception, point: str) -> None:
        self._error, self._point = error, point

    def connect_tcp(self, *_args: object, **_options: object) -> httpcore.NetworkStream:
        if self._point == "connect":
            raise self._error
        return deadline._Stream(FaultyStream(self._error, self._point))


class FaultyStream(httpcore.NetworkStream):
    def __init__(self, error: Exception, point: str) -> None:
        self._error, self._point = error, point

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._point == "write":
            raise self._error

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        raise self._error

    def close(self) -> None:
        pass

    def get_extra_info(self, info: str) -> object:
        return None


def kinds() -> list[type[Exception]]:
    ours = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol)
    found = {kind for root in ours for kind in (root, *root.__subclasses__())}
    others = {OSError, ConnectionResetError, BrokenPipeError, TimeoutError, ssl.SSLError, socket.gaierror, UnicodeError}
    return sorted(found | others | {ValueError, RuntimeError, KeyError, MemoryError, ZeroDivisionError}, key=str)


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize(("point", "meant"), [("connect", "Unsent"), ("write", "Lost"), ("read", "Lost")])
def test_every_failure_has_its_class_by_where_it_came(kind: type[Exception], point: str, meant: str) -> None:
    transport = deadline.Transport()
    transport._pool = httpcore.ConnectionPool(network_backend=Faulty(kind("bozuk"), point))
    client = httpx.Client(transport=transport, trust_env=False)
    with deadline.until(later()), pytest.raises(httpx.TransportError) as caught:
        client.post("http://127.0.0.1:9/x", json={})
    assert type(caught.value).__name__ == meant
