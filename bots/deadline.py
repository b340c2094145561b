"""HTTP with one deadline for the whole exchange, on the monotonic clock.

httpx counts its time-outs per read, so a server that drips one byte a second never runs into them, and it does not say
whether a failed request was written. Here every exchange runs inside `until(moment)`:

    with deadline.until(time.monotonic() + 20):
        response = client.post(...)

The request leaves in one write, and the clock is read for the last time just before it. What fails earlier is `Unsent`
(provably nothing left), what fails later is `Lost` (the other side may have acted on it). Answers are read whole, up to
a limit. What remains is the instant between reading the clock and handing the bytes to the kernel.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ssl import SSLContext
from threading import Lock
from typing import Any

import httpcore
import httpx
from typing_extensions import override

MEGABYTE = 1_000_000
CONNECTIONS = 256
"""Per address and process: every sending thread and one long poll for each listening bot."""
CONNECT_SECONDS = 5.0
KEEP_ALIVE_SECONDS = 15.0
"""Below what servers allow (a minute or so), so that a connection is rarely closed under a request."""
_SLICE = 65_536


class Unsent(httpx.TransportError):
    """Provably not one byte of the request was written."""


class Lost(httpx.TransportError):
    """The request was written, at least in part, and no whole answer came."""


@dataclass(slots=True)
class _Exchange:
    moment: float
    room: int
    written: bool = False

    def left(self) -> float:
        """Seconds to the deadline, always above zero."""
        seconds = self.moment - time.monotonic()
        if seconds <= 0:
            raise httpcore.TimeoutException("the deadline passed")
        return seconds


_current: ContextVar[_Exchange] = ContextVar("exchange")


@contextmanager
def until(moment: float, *, room: int = MEGABYTE) -> Iterator[None]:
    """Requests in this block end by `moment` (`time.monotonic()`) and take answers of at most `room` bytes."""
    token = _current.set(_Exchange(moment, room))
    try:
        yield
    finally:
        _current.reset(token)


Reach = Callable[[str, int], str]
"""Which address to connect to for a host and a port. May raise an httpx.TransportError to refuse."""


def straight(host: str, port: int) -> str:  # noqa: ARG001 - the port matters to those who look names up
    return host


_clients: dict[tuple[int, str, Reach], httpx.Client] = {}
_clients_lock = Lock()


def client(address: str, *, reach: Reach = straight) -> httpx.Client:
    """The client of this process for one address: thread-safe, kept open, every request needs an `until` around it."""
    place = (os.getpid(), address, reach)  # a forked child must not share its parent's connections
    with _clients_lock:
        if place not in _clients:
            headers = {"accept-encoding": "identity", "user-agent": "kulis"}
            _clients[place] = httpx.Client(transport=Transport(reach), headers=headers, trust_env=False)
        return _clients[place]


class _Stream(httpcore.NetworkStream):
    """Gathers the request until its answer is awaited, then writes it at once, under the deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self._unwritten = bytearray()

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._unwritten += buffer

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange = _current.get()
        self._flush(exchange)
        return self._inner.read(max_bytes, timeout=exchange.left())

    def _flush(self, exchange: _Exchange) -> None:
        for start in range(0, len(self._unwritten), _SLICE):
            piece = bytes(self._unwritten[start : start + _SLICE])
            seconds = exchange.left()
            exchange.written = True
            self._inner.write(piece, timeout=seconds)
        self._unwritten.clear()

    @override
    def close(self) -> None:
        self._inner.close()

    @override
    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Network(httpcore.SyncBackend):
    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    @override
    def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore.NetworkStream:
        """TLS still asks for `host` by name, whatever address was reached for it."""
        return _Stream(super().connect_tcp(self._reach(host, port), port, *args, **options))


class Transport(httpx.BaseTransport):
    def __init__(self, reach: Reach = straight) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=_Network(reach),
        )

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        exchange = _current.get()
        exchange.written = False
        try:
            return self._carry(request, exchange)
        except httpx.TransportError:
            raise  # whoever was to be reached was refused, or is refused on principle
        except Exception as error:  # noqa: BLE001 - whatever it is, what counts is whether a byte was written
            kind = Lost if exchange.written else Unsent
            raise kind(_plain(error), request=request) from None

    def _carry(self, request: httpx.Request, exchange: _Exchange) -> httpx.Response:
        seconds = exchange.left()
        timeout = {"pool": seconds, "connect": min(seconds, CONNECT_SECONDS)}
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions={**request.extensions, "timeout": timeout},
            )
        )
        try:
            return httpx.Response(response.status, headers=response.headers, content=_whole(response, exchange.room))
        finally:
            response.close()

    @override
    def close(self) -> None:
        self._pool.close()


def _plain(error: Exception) -> str:
    """Why, in the words of the one that failed; a header that broke the rules is not repeated, it may be a secret."""
    if isinstance(error, httpcore.LocalProtocolError):
        return "the request holds what HTTP does not allow"
    if not isinstance(error, _FAILURES):
        return type(error).__name__
    return str(error) or type(error).__name__


def _whole(response: httpcore.Response, room: int) -> bytes:
    # A compressed answer could unfold to any size, and nobody asked for one.
    if any(name.lower() == b"content-encoding" and value.lower() != b"identity" for name, value in response.headers):
        raise httpcore.RemoteProtocolError("the answer is compressed although that was declined")
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        if len(body) > room:
            raise httpcore.RemoteProtocolError(f"the answer is longer than {room} bytes")
    return bytes(body)


_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    OSError,
    UnicodeError,  # a host name that cannot be written as one
)
