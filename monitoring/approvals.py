"""Reader: what waits for a person's yes, with all that the decision needs, the most urgent first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bots.models import AuditEntry
from conversations import remits, symbols
from conversations.engine import risk
from conversations.engine.values import Ticker
from conversations.models import Chat, Message, Turn
from monitoring import reasons, story

MOST = 100
"""Cards on one page; what waits beyond them is counted."""
BEFORE = 3
"""Messages that are shown before the one that is answered."""
VERBS = ("turn.approve", "turn.reword", "turn.reject", "turn.take_back")
REASONS: tuple[reasons.Words, ...] = (
    gettext_lazy("Off topic"),
    gettext_lazy("Too strong an opinion"),
    gettext_lazy("Wrong or out of date"),
    gettext_lazy("Wrong tone"),
)
"""Why people reject, one key each."""
_LEFT_OUT = ("prompt", "candidates", "embedding", "draft", "quotes")


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody asked to see, as it stands in the address."""

    level: str = ""
    chat: int | None = None

    @classmethod
    def read(cls, level: str, chat: str) -> "Filter":
        known = level if level in set(risk.Level) else ""
        return cls(known, int(chat) if chat.isascii() and chat.isdecimal() and len(chat) < 10 else None)

    def query(self, **other: str | int | None) -> str:
        """The part of the address after the question mark, with some of it changed."""
        wanted = {"risk": self.level, "chat": self.chat, **other}
        told = "&".join(f"{name}={value}" for name, value in wanted.items() if value)
        return f"?{told}" if told else "?"

    def __str__(self) -> str:
        return self.query()


@dataclass(frozen=True, slots=True)
class Card:
    turn: Turn
    risk: risk.Risk
    parent: Message | None
    """What it answers."""
    before: Sequence[Message]
    """The talk up to there, oldest first."""
    findings: Sequence[story.Finding]

    @property
    def key(self) -> str:
        """Other words make another card."""
        return f"held-{self.turn.pk}-{self.turn.gen}"

    @property
    def order(self) -> str:
        return f"{self.risk.rank}-{self.turn.expires_at.timestamp():.3f}"


@dataclass(frozen=True, slots=True)
class Tally:
    label: str
    count: int
    query: str
    chosen: bool
    level: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    cards: Sequence[Card]
    waiting: int
    """All that wait, whatever the filter."""
    levels: Sequence[Tally]
    chats: Sequence[Tally]
    filter: Filter

    @property
    def keys(self) -> str:
        return " ".join(card.key for card in self.cards)


def count(viewer: remits.Person = None) -> int:
    """How many turns wait for a yes in the viewer's chats and are still fresh. One query."""
    return _held(viewer).count()


def waiting(viewer: remits.Person = None) -> QuerySet[Turn]:
    """What waits for a yes in the viewer's chats, to be counted as a part of another query."""
    return _held(viewer)


def in_chat(chat: Chat) -> int:
    return _held().filter(chat=chat).count()


def of(asked: Filter, viewer: remits.Person = None) -> Queue:
    """Three queries, however much waits; one more where not all is shown."""
    cards = _cards(_held(viewer).order_by("expires_at")[:MOST])
    here = [card for card in cards if asked.chat in {None, card.turn.chat_id}]
    found = [card for card in here if asked.level in {"", card.risk.level}]
    waiting = len(cards) if len(cards) < MOST else count(viewer)
    return Queue(found, waiting, _levels(here, asked), _chats(cards, asked), asked)


def these(ids: Iterable[int]) -> list[Card]:
    """The cards of these turns, as long as they wait."""
    return _cards(_held().filter(pk__in=list(ids)))


def _held(viewer: remits.Person = None) -> QuerySet[Turn]:
    return remits.within(viewer, Turn.objects.filter(state=Turn.State.HELD, expires_at__gt=Now()))


def _cards(turns: QuerySet[Turn]) -> list[Card]:
    up_to = Coalesce(OuterRef("reply_to__said_at"), OuterRef("cause__said_at"), Now())
    talk = Message.objects.filter(chat=OuterRef("chat"), said_at__lte=up_to).order_by("-said_at", "-pk").values("pk")
    found = list(
        turns.select_related("chat", "bot__persona", "headline")
        .defer(*_LEFT_OUT)
        .annotate(parent_id=Coalesce(F("reply_to"), F("cause")), talk=ArraySubquery(talk[: BEFORE + 1]))
    )
    wanted = {pk for turn in found for pk in (*turn.talk, turn.parent_id) if pk}
    people = Message.objects.filter(pk__in=wanted).select_related("bot__persona", "participant")
    said, tickers = {message.pk: message for message in people}, symbols.table() if found else ()
    cards = [_card(turn, said, tickers) for turn in found]
    return sorted(cards, key=lambda card: (card.risk.rank, card.turn.expires_at, card.turn.pk))


def _card(turn: Turn, said: dict[int, Message], tickers: Sequence[Ticker]) -> Card:
    parent = said.get(turn.parent_id)  # type: ignore[attr-defined]  # annotated above
    talk = [said[pk] for pk in reversed(turn.talk) if pk in said]  # type: ignore[attr-defined]  # annotated above
    findings = story.findings(turn)
    last = max((finding.draft for finding in findings), default=1)
    final = [finding for finding in findings if finding.draft == last]
    weighed = risk.weigh(
        turn.text,
        tickers=tickers,
        answers_a_person=turn.answers_a_person,
        from_news=turn.headline_id is not None,
        rules=[finding.rule for finding in final],
    )
    before = [message for message in talk if message != parent]
    return Card(turn, weighed, parent, before[-BEFORE:], final)


def _levels(cards: Sequence[Card], asked: Filter) -> list[Tally]:
    counts = Counter(card.risk.level for card in cards)
    every = Tally(_("All"), len(cards), asked.query(risk=""), not asked.level)
    return [every, *(
        Tally(str(reasons.RISKS[level]), counts[level], asked.query(risk=level), asked.level == level, level)
        for level in risk.Level
    )]  # fmt: skip


def _chats(cards: Sequence[Card], asked: Filter) -> list[Tally]:
    """Where there is only one chat there is nothing to choose, unless it was chosen."""
    counts = Counter(card.turn.chat for card in cards)
    if len(counts) < 2 and asked.chat is None:
        return []
    named = sorted(counts.items(), key=lambda item: item[0].title)
    every = Tally(_("All chats"), len(cards), asked.query(chat=None), asked.chat is None)
    return [every, *(Tally(c.title, n, asked.query(chat=c.pk), asked.chat == c.pk) for c, n in named)]


# --- What became of them ---------------------------------------------------------------------------------------------
def decided(turn: Turn) -> str:
    """Who decided about a turn that waits no more, and how; or what else ended it."""
    entry = _entries([turn.pk]).first()
    if turn.state == Turn.State.SKIPPED and turn.reason not in {"declined", "cancelled"}:
        return str(reasons.ended(turn.reason))
    if turn.state == Turn.State.HELD:
        waits = entry is not None and entry.action == "turn.take_back"
        return _("It waits again, perhaps with other words. Look at it anew.") if waits else _("Its time is over.")
    if entry is None:
        return str(turn.get_state_display()).capitalize()
    told = {"name": entry.actor_name, "what": reasons.decision(entry.action)}
    return _("Decided a moment ago by %(name)s: %(what)s.") % told


def news(gone: Mapping[str, int]) -> dict[str, str]:
    """What became of the turns behind these cards."""
    turns = Turn.objects.defer(*Turn.HEAVY).in_bulk(gone.values())
    return {key: decided(turns[pk]) for key, pk in gone.items() if pk in turns}


def leaving(now: datetime, span: timedelta, viewer: remits.Person = None) -> list[Turn]:
    """What was approved a moment ago and may still be taken back. Two queries."""
    lately = AuditEntry.objects.filter(at__gt=now - span, action__in=VERBS[:2], subject_kind="conversations.turn")
    ids = [int(pk) for pk in lately.values_list("subject_id", flat=True)]
    waits = Turn.objects.filter(
        pk__in=ids, state=Turn.State.COMPOSED, sends=0, send_after__gt=now, chat__mode=Chat.Mode.APPROVAL
    )
    mine = remits.within(viewer, waits)
    return list(mine.select_related("chat", "bot__persona").defer("verdicts", *_LEFT_OUT).order_by("-send_after"))


def _entries(ids: Iterable[int]) -> QuerySet[AuditEntry]:
    numbers = [str(pk) for pk in ids]
    trail = AuditEntry.objects.filter(subject_kind="conversations.turn", subject_id__in=numbers, action__in=VERBS)
    return trail.order_by("-pk")
