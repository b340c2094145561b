"""Charts that several boards show."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from monitoring.boards.board import Board
from monitoring.charts.chart import Around, Chart
from monitoring.charts.reading import Happened
from monitoring.charts.waiting import Waits


def talk(board: Board, found: Happened, around: Around | None = None) -> Chart:
    series = [
        board.series("bots", _("Bots"), "bots", found.bots),
        board.series("people", _("People"), "people", found.people),
    ]
    return Chart("talk", _("Messages"), board.window, series, around=around or board.around)


def outcomes(board: Board, found: Happened) -> Chart:
    """Turns by how they ended, in the moment in which they did."""
    series = [
        board.series("sent", _("Sent"), "good", found.sent),
        board.series("skipped", _("Skipped"), "quiet", found.skipped),
        board.series("failed", _("Failed"), "bad", found.failed),
    ]
    note = _("A turn may also end in an emoji on a message, so more may be sent than was said.")
    return Chart("turns", _("How turns ended"), board.window, series, around=plain(board), note=note)


def cost(board: Board, name: str, title: str, values: Sequence[float]) -> Chart:
    """What words cost; that can be nothing although there were many."""
    series = [board.series("cost", _("Cost"), "second", values)]
    free = _("Nothing was paid in this time. The offline voice and providers without a price cost nothing.")
    return Chart(name, title, board.window, series, unit="dollars", around=plain(board), nothing=free)


def waits(board: Board, name: str, title: str, found: Waits, note: str = "") -> Chart:
    return Chart(
        name, title, board.window, found.series, kind="lines", unit="ms", around=plain(board), note=note,
        estimated=not found.exact and found.count > 0,
    )  # fmt: skip


def plain(board: Board) -> Around:
    """Without what would stand on every chart of a page."""
    return replace(board.around, marks=(), zones=())


def success(found: Happened) -> float | None:
    """Of the turns that ended, which share was sent, in percent."""
    sent, ended = sum(found.sent), sum(found.sent) + sum(found.skipped) + sum(found.failed)
    return round(100 * sent / ended, 1) if ended else None
