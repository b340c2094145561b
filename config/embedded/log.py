"""One log for everybody: each line begins with who says it."""

import contextlib
import os
import threading
from typing import TextIO

from bots.masking import mask

WIDTH = 8
_COLOURS = {"postgres": 34, "valkey": 35, "web": 32, "compose": 36, "deliver": 33, "beat": 90, "listen": 94}


class Log:
    """Colours on a terminal alone, and not where NO_COLOR is set. A stream that is gone stops nobody."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._colours = stream.isatty() and not os.environ.get("NO_COLOR")
        self._turn = threading.Lock()

    def say(self, who: str, text: str) -> None:
        """A line of a child."""
        name = who.ljust(WIDTH)
        if self._colours:
            name = f"\x1b[{_COLOURS.get(who, 37)}m{name}\x1b[0m"
        self._write(f"{name} │ {_printable(mask(text))}")

    def tell(self, text: str) -> None:
        """A line of the stack itself."""
        self._write(f"\x1b[1m{text}\x1b[0m" if self._colours and text else text)

    def _write(self, line: str) -> None:
        with self._turn, contextlib.suppress(OSError, ValueError):
            self._stream.write(line + "\n")
            self._stream.flush()


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() or letter == "\t" else "?" for letter in text)
