"""A QR code as one SVG path: no script, no style, nothing a strict policy would refuse."""

from dataclasses import dataclass
from io import StringIO

import segno


@dataclass(frozen=True, slots=True)
class Drawing:
    size: int
    """Width and height in modules, the quiet zone included."""
    path: str


def draw(text: str) -> Drawing:
    code = segno.make(text, error="m", micro=False)
    rows = list(code.matrix_iter())
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Drawing(size=len(rows), path=path)


def terminal(text: str) -> str:
    """The same code for a terminal, two modules a character."""
    page = StringIO()
    segno.make(text, error="l", micro=False).terminal(out=page, compact=True, border=2)
    return page.getvalue()
