import socket

import pytest

from tests.loopback import LeftTheMachine


def test_a_connection_that_leaves_the_machine_fails_loudly() -> None:
    with pytest.raises(LeftTheMachine), socket.socket() as line:
        line.connect(("192.0.2.1", 80))


def test_a_datagram_that_leaves_the_machine_fails_loudly() -> None:
    with pytest.raises(LeftTheMachine), socket.socket(type=socket.SOCK_DGRAM) as line:
        line.sendto(b"hello", ("192.0.2.1", 53))


def test_a_name_of_the_outside_world_is_not_looked_up() -> None:
    with pytest.raises(LeftTheMachine):
        socket.getaddrinfo("example.com", 443)


def test_numbers_are_read_without_a_look_up() -> None:
    assert socket.getaddrinfo("192.0.2.1", 443)[0][4] == ("192.0.2.1", 443)


def test_this_machine_may_be_spoken_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
