"""What a page is told while it is open: events become pieces of HTML, rendered by the templates of the page itself.

A piece replaces the element that has its id, or joins its target when there is none yet. Twice is as once.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from conversations import remits
from conversations.models import Chat, Event, Membership, Turn
from monitoring import access, approvals, room, screens, spoken, thread
from monitoring.boards import kept
from monitoring.boards.board import Board
from monitoring.incidents import reading

TYPING_SHOWN = timedelta(seconds=6)
NEWEST = 8
FIGURES_PACE = 1.0
"""Seconds: the figures of a board are read no more often; what its charts keep to depends on their span."""


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    html: str
    target: str = ""
    """Id of the element that takes a piece which is new to the page."""
    drop: tuple[str, ...] = ()
    """Ids of elements that are over."""


@dataclass(slots=True)
class EngineWatch:
    """What every page shows: whether the engine runs."""

    viewer: User
    _told: dict[str, str] = field(default_factory=dict)

    def admits(self, viewer: User) -> bool:
        """Whether this person, as read a moment ago, may go on watching."""
        self.viewer = viewer
        return True

    def concerns(self) -> Q:
        """The events that this page cares about."""
        return Q(chat=None)

    def chats(self) -> frozenset[int] | None:
        """The chats that it is woken for beside what concerns the whole cast; None for all."""
        return frozenset()

    def at_once(self, events: Iterable[Event]) -> Iterator[Piece]:
        """The switch, the moment it is thrown: a stop is seen before anything that is dear to find out."""
        if any(event.kind == Event.Kind.ENGINE for event in events):
            yield from self._switch()

    def news(self, events: Iterable[Event]) -> Iterator[Piece]:  # noqa: ARG002 - of the engine alone there is no more
        """What these events brought."""
        yield from ()

    def state(self) -> Iterator[Piece]:
        """What also changes with time alone; only what differs from the last telling."""
        yield from self._switch()
        yield from self._changed("held", "stage/_held_counts.html", {"held": approvals.count(self.viewer)})
        yield from self._changed("alarm", "stage/_alarm.html", {"tally": reading.tally(self.viewer)})

    def _switch(self) -> Iterator[Piece]:
        yield from self._changed("engine", "stage/_engine.html", {"switch": screens.switch(self.viewer)})

    def _changed(self, kind: str, template: str, context: dict[str, Any]) -> Iterator[Piece]:
        yield from self._fresh(kind, render_to_string(template, context))

    def _fresh(self, kind: str, html: str) -> Iterator[Piece]:
        digest = hashlib.sha256(html.encode()).hexdigest()
        if self._told.get(kind) != digest:
            self._told[kind] = digest
            yield Piece(kind, html)


@dataclass(slots=True)
class BoardWatch(EngineWatch):
    """A board that ends now. Its window moves on, so the board is read anew each time; what is drawn is kept for a
    while, for all who look at the same, so that a cast that talks fast is neither costly nor a flicker."""

    open: Callable[[User], Board | None] = field(kw_only=True)
    """The board for this viewer, as of now; None when it is none of theirs any more."""

    def chats(self) -> frozenset[int] | None:
        return None

    def concerns(self) -> Q:
        mine = remits.ids(self.viewer)
        return Q() if mine is None else Q(chat__in=mine) | Q(chat=None)

    def state(self) -> Iterator[Piece]:
        yield from EngineWatch.state(self)
        if board := self.open(self.viewer):
            shown = kept.fresh(("figures", board.key), FIGURES_PACE, lambda: _figures(board))
            drawn = kept.fresh(("charts", board.key), board.window.span.pace, lambda: _charts(board))
            for kind, html in (*shown, *drawn):
                yield from self._fresh(kind, html)


def _figures(board: Board) -> list[tuple[str, str]]:
    return [("figures", render_to_string(f"boards/_{board.name}.html", board.context))]


def _charts(board: Board) -> list[tuple[str, str]]:
    return [(f"chart-{one.name}", render_to_string("charts/_chart.html", {"chart": one})) for one in board.charts]


@dataclass(slots=True)
class OverviewWatch(BoardWatch):
    def news(self, events: Iterable[Event]) -> Iterator[Piece]:
        said = [event.subject_id for event in events if event.kind == Event.Kind.MESSAGE and event.subject_id]
        for line in thread.of_ids(said[-NEWEST:]):
            yield Piece("message", render_to_string("stage/_newest.html", {"line": line}), target="newest")

    def state(self) -> Iterator[Piece]:
        yield from BoardWatch.state(self)
        yield from self._changed("incidents", "stage/_incidents.html", {"block": reading.block(self.viewer)})


@dataclass(slots=True)
class ApprovalsWatch(EngineWatch):
    """The queue. A card is told once; which of them still wait stands in the head of the queue."""

    asked: approvals.Filter = field(kw_only=True)
    _shown: dict[str, int] = field(default_factory=dict)
    """The turns behind the cards that this page was told."""

    def chats(self) -> frozenset[int] | None:
        return None

    def concerns(self) -> Q:
        return Q(kind__in=[Event.Kind.TURN, Event.Kind.CHAT]) | Q(chat=None)

    def state(self) -> Iterator[Piece]:
        yield from EngineWatch.state(self)
        queue = approvals.of(self.asked, self.viewer)
        shown, self._shown = self._shown, {card.key: card.turn.pk for card in queue.cards}
        yield from self._news({key: pk for key, pk in shown.items() if key not in self._shown})
        beside = screens.approval(self.asked, self.viewer)
        for card in queue.cards:
            if card.key not in shown:
                yield Piece("card", render_to_string("stage/_held.html", {"card": card, **beside}), target="queue")
        yield from self._changed("queue", "stage/_queue.html", {"queue": queue, **beside})

    def _news(self, gone: dict[str, int]) -> Iterator[Piece]:
        """Who was faster, for a card in which somebody still writes."""
        for key, words in approvals.news(gone).items():
            yield Piece("decided", render_to_string("stage/_held_news.html", {"key": key, "words": words}))


@dataclass(slots=True)
class ChatWatch(EngineWatch):
    chat: Chat = field(kw_only=True)

    def admits(self, viewer: User) -> bool:
        return EngineWatch.admits(self, viewer) and remits.holds(viewer, self.chat.pk)

    def chats(self) -> frozenset[int] | None:
        return frozenset([self.chat.pk])

    def concerns(self) -> Q:
        return Q(chat=self.chat) | Q(chat=None)

    def news(self, events: Iterable[Event]) -> Iterator[Piece]:
        known = list(events)
        yield from self._messages([e for e in known if e.kind == Event.Kind.MESSAGE and e.subject_id])
        if any(event.kind == Event.Kind.ENGINE for event in known):
            yield from self._silence()
        fresh = timezone.now() - TYPING_SHOWN
        yield from self._typing(
            [e.subject_id for e in known if e.kind == Event.Kind.TYPING and e.subject_id and e.at > fresh]
        )

    def state(self) -> Iterator[Piece]:
        yield from EngineWatch.state(self)
        may_decide = {"may_decide": access.may(self.viewer, access.SAY)}
        behind = screens.behind(Chat.objects.get(pk=self.chat.pk)) | may_decide
        yield from self._changed("room", "stage/_behind.html", behind)
        yield from self._changed("speaking", "stage/_speaking.html", screens.speaking(self.chat, self.viewer))
        yield from self._changed("rooms", "stage/_rooms.html", {"chat": self.chat, "listed": room.listed(self.viewer)})

    def _messages(self, told: list[Event]) -> Iterator[Piece]:
        """Each message once, as it is after the last of these events that tells of it."""
        last = {event.subject_id: event.pk for event in told if event.subject_id}
        for said in spoken.lines(self.chat, last, viewer_id=self.viewer.pk):
            yield Piece("message", said.html, target="thread", drop=(f"typing-{said.bot_id}",))

    def _silence(self) -> Iterator[Piece]:
        """After the switch was thrown nobody goes on typing."""
        bots = Membership.objects.filter(chat=self.chat).values_list("bot", flat=True)
        yield Piece("typing", "", drop=tuple(f"typing-{bot}" for bot in bots))

    def _typing(self, ids: list[int]) -> Iterator[Piece]:
        """Who writes right now. A turn that has ended meanwhile does not type."""
        writing = Turn.objects.filter(pk__in=ids, state__in=Turn.OPEN, bot__isnull=False).select_related("bot__persona")
        for turn in writing:
            context = {"bot": turn.bot, "at": time.time_ns()}
            yield Piece("typing", render_to_string("stage/_typing.html", context), target="typing")
