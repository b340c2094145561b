"""The same promises under TLS."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bots import deadline

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1, with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kulis tests")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@pytest.fixture
def received() -> list[bytes]:
    return []


@pytest.fixture
def address(certificate: Path, received: list[bytes]) -> Iterator[str]:
    """A server that takes one connection, notes what it read, and answers when that ends with "now"."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    def serve() -> None:
        plain, _ = listener.accept()
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                while chunk := connection.recv(65_536):
                    received.append(chunk)
                    if chunk.endswith(b"now"):
                        connection.sendall(OK)
        except OSError:
            plain.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.usefixtures("trusted")
def test_an_answer_comes_and_the_request_left_in_one_piece(address: str, received: list[bytes]) -> None:
    with deadline.until(time.monotonic() + 10):
        assert deadline.client(address).post(address, content=b"now").text == "ok"
    [request] = received
    assert request.startswith(b"POST / HTTP/1.1\r\n")
    assert request.endswith(b"now")


@pytest.mark.usefixtures("trusted")
def test_a_deadline_that_passes_after_the_handshake_leaves_nothing_at_the_server(
    address: str, received: list[bytes]
) -> None:
    def slow_body() -> Iterator[bytes]:
        time.sleep(max(0.0, moment - time.monotonic()))
        yield b"now"

    moment = time.monotonic() + 0.4
    with deadline.until(moment), pytest.raises(deadline.Unsent, match="deadline passed"):
        deadline.client(address).post(address, content=slow_body())
    assert received == []


@pytest.mark.usefixtures("trusted")
def test_an_answer_that_does_not_come_is_lost(address: str, received: list[bytes]) -> None:
    with deadline.until(time.monotonic() + 0.4), pytest.raises(deadline.Lost):
        deadline.client(address).post(address, content=b"never")
    assert received


def test_a_certificate_that_nobody_vouches_for_is_unsent(address: str, received: list[bytes]) -> None:
    with deadline.until(time.monotonic() + 10), pytest.raises(deadline.Unsent, match="CERTIFICATE_VERIFY_FAILED"):
        deadline.client(address).post(address, content=b"now")
    assert received == []
