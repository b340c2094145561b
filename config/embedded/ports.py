"""Which port is free, and which one to take."""

import errno
import os
import random
import socket
from collections.abc import Callable

from config.embedded.refusal import Refused

DEFAULT = 8000


def is_free(port: int) -> bool:
    """Nobody listens here, on either loopback address, and we may."""
    if _answers("::1", port) or _answers("127.0.0.1", port):
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Refused(f"PORT {port} needs more rights than this user has. Choose one above 1023.") from error
            return False
    return True


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def any_free() -> int:
    """Below the range of outgoing connections: there a client that retries could take the port of its own server."""
    return next(port for port in iter(lambda: random.randrange(20_000, 30_000), None) if is_free(port))


def keep_or_choose(kept: int, *, free: Callable[[int], bool] = is_free) -> int:
    """The port of last time, so that addresses stay the same, unless somebody else has it now."""
    return kept if kept and free(kept) else any_free()


def for_web(*, free: Callable[[int], bool] = is_free) -> int:
    """PORT when given, and then no other; else 8000 or the next free one."""
    wanted = os.environ.get("PORT", "")
    if not wanted:
        return next(port for port in range(DEFAULT, DEFAULT + 1000) if free(port))
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise Refused(f"PORT is {wanted!r}; it should be a number between 1 and 65535.")
    if not free(int(wanted)):
        raise Refused(f"PORT {wanted} is taken by another program. Stop that one, or choose another PORT.")
    return int(wanted)
