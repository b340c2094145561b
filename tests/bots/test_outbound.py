"""Addresses that were typed: nothing private is ever called, however it is written."""

import datetime as dt
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_django import Settings

from bots import deadline, outbound

PUBLIC = "93.184.215.14"
ANSWER = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

# {port} is where the sentinel listens, on 127.0.0.1 and on ::1.
TABLE = """
https://127.0.0.1:{port}/            https://localhost:{port}/             https://LOCALHOST:{port}/
https://localhost.:{port}/           https://127.0.0.1.:{port}/            https://127.1:{port}/
https://127.0.1:{port}/              https://127.127.127.127:{port}/       https://0:{port}/
https://0.0.0.0:{port}/              https://2130706433:{port}/            https://017700000001:{port}/
https://0177.0.0.1:{port}/           https://0177.0.0.01:{port}/           https://0x7f000001:{port}/
https://0x7f.0.0.1:{port}/           https://0x7f.0x0.0x0.0x1:{port}/      https://0x7f.1:{port}/
https://127.0.0.1%2f@example.com/    https://127.000.000.001:{port}/       https://127.0.0.0x1:{port}/
https://[::1]:{port}/                https://[::]:{port}/                  https://[0:0:0:0:0:0:0:1]:{port}/
https://[::ffff:127.0.0.1]:{port}/   https://[::ffff:7f00:1]:{port}/       https://[::ffff:0:127.0.0.1]:{port}/
https://[::127.0.0.1]:{port}/        https://[0:0:0:0:0:ffff:127.0.0.1]:{port}/
https://[64:ff9b::127.0.0.1]:{port}/ https://[64:ff9b:1::7f00:1]:{port}/   https://[2002:7f00:1::]:{port}/
https://[2001:0:7f00:1::]:{port}/    https://[fe80::1]:{port}/             https://[fe80::1%25lo]:{port}/
https://[fe80::1%lo]:{port}/         https://[fc00::1]:{port}/             https://[fd00:ec2::254]/
https://[ff02::1]:{port}/            https://[2001:db8::1]:{port}/         https://[100::1]:{port}/
https://[5f00::1]:{port}/            https://[3fff::1]:{port}/             https://[::1%25]:{port}/
https://10.0.0.1/                    https://172.16.0.1/                   https://172.31.255.255/
https://192.168.1.1/                 https://169.254.169.254/latest/       https://169.254.170.2/
https://100.100.100.200/             https://100.64.0.1/                   https://168.63.129.16/
https://192.0.0.192/                 https://198.18.0.1/                   https://203.0.113.7/
https://224.0.0.1/                   https://240.0.0.1/                    https://255.255.255.255/
https://192.88.99.1/                 https://redis:{port}/                 https://metadata/
https://metadata.google.internal./   https://user@127.0.0.1:{port}/        https://user:pw@example.com/
https://example.com@127.0.0.1:{port}/ https://127.0.0.1:{port}@example.com/ https://:@127.0.0.1:{port}/
https://127.0.0.1:{port}#@example.com/ https://127.0.0.1:{port}\\@example.com/ https://example.com\\@127.0.0.1:{port}/
https:\\\\127.0.0.1:{port}/          https:/127.0.0.1:{port}/              https:127.0.0.1:{port}/
https:///127.0.0.1:{port}/           //127.0.0.1:{port}/                   127.0.0.1:{port}/
http://127.0.0.1:{port}/             http://example.com/                   ftp://127.0.0.1:{port}/
file:///etc/passwd                   gopher://127.0.0.1:{port}/            dict://127.0.0.1:{port}/
unix:/run/redis.sock                 javascript:alert(1)                   data:text/plain,x
https://①②⑦.⓪.⓪.①:{port}/           https://127。0。0。1:{port}/           https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/
https://１２７.0.0.1:{port}/          https://lоcalhost:{port}/             https://%6c%6f%63%61%6c%68%6f%73%74:{port}/
https://%31%32%37.0.0.1:{port}/      https://127.0.0.1%00.example.com/     https://[127.0.0.1]:{port}/
https://127.0.0.1:{port}%23.example.com/ https://127.0.0.1:0/              https://127.0.0.1:99999/
https://127.0.0.1:{port}:443/        https://[::1/                         https://[v1.127.0.0.1]:{port}/
https://a..example.com/              https://-a.example.com/               https://example.com-/
https://example.123/                 https://0x7f.0x1/                     https://1.2.3/
"""
BYPASSES = TABLE.split()
ODD = [
    "", " ", "https://", "https://127.0.0.1:{port}/ ", " https://127.0.0.1:{port}/", "https://127.0.0.1 :{port}/",
    "https://127.0.0.1:{port}/\r\nHost: example.com", "https://exam\nple.com/", "https://example.com\t@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}\x00.example.com/", "https://\u202e127.0.0.1:{port}/", "https://exam\u200bple.com/",
    "https://example.com/" + "a" * 500,
]  # fmt: skip


class Sentinel:
    """Counts who comes, on both loopback addresses, and sends them on to where it is told."""

    def __init__(self, location: str = "") -> None:
        self.hits: list[bytes] = []
        self._location = location.encode()
        self._doors = [socket.create_server(("127.0.0.1", 0))]
        self.port = self._doors[0].getsockname()[1]
        if socket.has_ipv6:
            self._doors.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for door in self._doors:
            Thread(target=self._watch, args=(door,), daemon=True).start()

    def _watch(self, door: socket.socket) -> None:
        while True:
            try:
                visitor, _address = door.accept()
            except OSError:
                return
            with visitor:
                self.hits.append(visitor.recv(4096))
                visitor.sendall(ANSWER % self._location)

    def close(self) -> None:
        for door in self._doors:
            door.close()


@pytest.fixture
def sentinel() -> Iterator[Sentinel]:
    one = Sentinel()
    yield one
    one.close()


def get(address: str, *, reach: deadline.Reach = outbound.reach, follow: bool = False) -> httpx.Response:
    with deadline.until(time.monotonic() + 5):
        return outbound.client(address, reach=reach).get(address, follow_redirects=follow)


def looked_up(*answers: str) -> Callable[[str, int], str]:
    """A name server that gives these answers to every question."""
    return lambda host, port: outbound.pinned(host, port, lookup=lambda _host, _port: answers)


def test_the_table_is_long_enough() -> None:
    assert len(set(BYPASSES + ODD)) >= 100


@pytest.mark.parametrize("pattern", BYPASSES + ODD)
def test_no_spelling_reaches_this_machine_or_its_neighbours(pattern: str, sentinel: Sentinel) -> None:
    address = pattern.replace("{port}", str(sentinel.port))
    with pytest.raises(outbound.Blocked):
        get(address)
    with pytest.raises(outbound.Blocked):
        outbound.check(address)
    assert not sentinel.hits


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"], ["::1"], ["10.1.2.3"], ["169.254.169.254"], ["::ffff:127.0.0.1"], ["fe80::1%lo"], ["0.0.0.0"],  # noqa: S104
        [PUBLIC, "127.0.0.1"], ["2606:2800:21f::1", "fd00:ec2::254"], ["no address"], [],
    ],
)  # fmt: skip
def test_a_name_that_leads_home_is_blocked(answers: list[str], sentinel: Sentinel) -> None:
    with pytest.raises(outbound.Blocked):
        get(f"https://localtest.example:{sentinel.port}/", reach=looked_up(*answers))
    assert not sentinel.hits


def test_a_name_nobody_knows_is_blocked() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(outbound.Blocked, match=r"gone\.example"):
        outbound.pinned("gone.example", 443, lookup=unknown)


def test_a_name_is_judged_once_and_the_judged_address_is_called(sentinel: Sentinel, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["rebind.example"]
    answers = ["127.0.0.1", "127.0.0.2"]
    assert get(f"http://rebind.example:{sentinel.port}/", reach=lambda _host, _port: answers.pop(0)).content == b"ok"
    assert answers == ["127.0.0.2"]
    assert b"Host: rebind.example:" in sentinel.hits[0]


@pytest.mark.parametrize("public", [PUBLIC, "1.1.1.1", "2606:4700:4700::1111"])
def test_the_rest_of_the_world_may_be_called(public: str) -> None:
    assert outbound.is_public(public)
    assert outbound.pinned("api.example.com", 443, lookup=lambda _host, _port: [public]) == public


def test_what_the_operator_allows_is_reached_even_without_tls(sentinel: Sentinel, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    assert get(f"http://127.0.0.1:{sentinel.port}/v1").content == b"ok"
    assert sentinel.hits[0].startswith(b"GET /v1 HTTP/1.1\r\n")


def test_a_redirect_is_an_answer_and_is_not_followed(sentinel: Sentinel, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    first = Sentinel(location=f"https://localhost:{sentinel.port}/")
    assert get(f"http://127.0.0.1:{first.port}/").status_code == 302
    first.close()
    assert not sentinel.hits


def test_a_redirect_that_somebody_follows_is_judged_again(sentinel: Sentinel, settings: Settings) -> None:
    settings.OUTBOUND_ALLOW = ["127.0.0.1"]
    first = Sentinel(location=f"https://localhost:{sentinel.port}/")
    with pytest.raises(outbound.Blocked):
        get(f"http://127.0.0.1:{first.port}/", follow=True)
    first.close()
    assert not sentinel.hits


def test_tls_asks_for_the_name_whatever_address_was_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed("model.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = Thread(target=serve_once, args=(door, context))
        server.start()
        address = f"https://model.example:{door.getsockname()[1]}/"
        assert get(address, reach=lambda _host, _port: "127.0.0.1").content == b"ok"
        server.join()
    assert names == ["model.example"]


def serve_once(door: socket.socket, context: ssl.SSLContext) -> None:
    plain, _address = door.accept()
    with context.wrap_socket(plain, server_side=True) as visitor:
        assert b"Host: model.example:" in visitor.recv(4096)
        visitor.sendall(ANSWER % b"")


def self_signed(name: str, folder: Path) -> Path:
    """Key and certificate of `name` in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
