"""Just enough HTTP/1.1 over asyncio: keep-alive, and every way in which a server can misbehave."""

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

HANG_SECONDS = 600.0
_HEAD_LIMIT = 65_536
_BODY_LIMIT = 20_000_000


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    peer: int = 0
    """The port that the other side calls from."""

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """`way` is how it travels: plain; drip (one byte every `pause` seconds); hang (never); reset (TCP RST); close
    (whole, then the connection ends unannounced); cut (half of it, then the connection ends)."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    way: str = "plain"
    pause: float = 0.5

    def encoded(self) -> bytes:
        phrase = HTTPStatus(self.status).phrase
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"content-length: {len(self.body)}"]
        lines += [f"content-type: {self.content_type}", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


Handler = Callable[[Request], Awaitable[Answer]]


class Eye(Protocol):
    """Sees connections come, requests begin and answers go; may end the other side there. True: it did."""

    def connected(self, peer: int) -> bool: ...

    def began(self, peer: int, target: str) -> bool:
        """The head of a request is here, its body not yet read."""

    def answered(self, request: Request) -> None: ...


def as_json(value: object, *, status: int = 200, **options: Any) -> Answer:
    return Answer(status=status, body=json.dumps(value, ensure_ascii=False).encode(), **options)


async def serve(handler: Handler, *, port: int, host: str = "127.0.0.1", eye: Eye | None = None) -> asyncio.Server:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")[1]
        try:
            if eye and eye.connected(peer):
                return
            while (request := await _read(reader, peer, eye)) is not None:
                answer = await handler(request)
                goes_on = await _travel(answer, reader, writer)
                if eye:
                    eye.answered(request)
                if not goes_on or request.headers.get("connection") == "close":
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # the other side is gone, or does not speak HTTP
        finally:
            writer.close()

    return await asyncio.start_server(connected, host, port, limit=_HEAD_LIMIT, backlog=512)


async def _read(reader: asyncio.StreamReader, peer: int, eye: Eye | None) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *rest = head.decode("latin-1").split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    if eye and eye.began(peer, target):
        return None
    pairs = (line.partition(":") for line in rest)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    size = int(headers.get("content-length", "0"))
    if size > _BODY_LIMIT or "transfer-encoding" in headers:
        raise ValueError("a body of unknown or unbearable size")
    body = await reader.readexactly(size)
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(method, unquote(parts.path), query, headers, body, peer)


async def _travel(answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Sends the answer its way; False when the connection is over."""
    encoded = answer.encoded()
    match answer.way:
        case "hang":
            await asyncio.wait({asyncio.ensure_future(reader.read())}, timeout=HANG_SECONDS)
            return False
        case "reset":
            reset(writer)
            return False
        case "drip":
            for byte in encoded:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(answer.pause)
            return True
        case "cut":
            encoded = encoded[: len(encoded) - len(answer.body) // 2 - 1]
    writer.write(encoded)
    await writer.drain()
    return answer.way == "plain"


def reset(writer: asyncio.StreamWriter) -> None:
    """Ends the connection with RST, as a crashed peer or a middlebox does."""
    plug = writer.get_extra_info("socket")
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def post(url: str, body: bytes, headers: dict[str, str], *, seconds: float) -> int:
    """The status of one POST; raises OSError or TimeoutError when there is none."""
    parts = urlsplit(url)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    async with asyncio.timeout(seconds):
        port = parts.port or (443 if secure else 80)
        reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
        try:
            lines = [f"POST {parts.path or '/'} HTTP/1.1", f"host: {parts.netloc}", "connection: close"]
            lines += [f"content-length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            await writer.drain()
            first = await reader.readline()
            if not first.startswith(b"HTTP/"):
                raise ConnectionError("no HTTP answer")
            return int(first.split()[1])
        finally:
            writer.close()
