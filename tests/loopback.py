"""No test reaches the outside world: a look-up or a connection that leaves this machine fails loudly."""

import ipaddress
import sys
from typing import Any


class LeftTheMachine(RuntimeError):
    """Not an OSError, so that no code under test takes it for an ordinary network failure."""


def guard() -> None:
    """For the rest of this process; the interpreter has no way back."""
    sys.addaudithook(_watch)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        if isinstance(address, tuple) and not _is_local(str(address[0])):
            raise LeftTheMachine(f"A test tried to connect to {address[0]}.")
    elif event == "socket.getaddrinfo" and args[0] is not None and not _needs_no_answer(args[0]):
        raise LeftTheMachine(f"A test tried to look up {args[0]}.")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _needs_no_answer(host: str | bytes) -> bool:
    """`localhost`, or numbers, which are read and not looked up."""
    name = host.decode() if isinstance(host, bytes) else host
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost"
    return True
