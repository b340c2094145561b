"""What really arrived against what the database says: the invariants of a part, as counts. Zeros are due."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection

from conversations.models import Chat, SendAttempt, Turn
from tests.fakes.handles import TelegramFake


@dataclass(slots=True)
class Counts:
    turns: int = 0
    arrived: int = 0
    duplicates: int = 0
    """I1: messages that arrived once more."""
    lost: int = 0
    """I2: turns in no terminal state, or without their reason."""
    false_sent: int = 0
    """I3: sent, says the database; it never arrived under that number."""
    unsaid: int = 0
    """Arrived, yet skipped or failed in the database."""
    inversions: int = 0
    """I5: arrived in another order than `chat_seq` says."""
    two_at_once: int = 0
    """I6: two of one chat being sent at one instant."""
    illegal: int = 0
    """Moves that the state machine does not know."""
    unresolved: int = 0
    sent: int = 0
    skipped: int = 0
    failed: int = 0
    by_receipt: int = 0
    resent: int = 0
    fenced: int = 0
    """I7: answers that came to a worker whose claim was gone."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Of what was skipped or failed."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def wrong(self) -> int:
        return sum(getattr(self, name) for name in ZERO)


ZERO = ("duplicates", "lost", "false_sent", "unsaid", "inversions", "two_at_once", "illegal")
MOVES = {
    "planned": {"composing", "skipped", "failed"},
    "composing": {"composed", "held", "skipped", "failed", "planned"},
    "held": {"composed", "skipped"},
    "composed": {"sending", "skipped", "sent"},
    "sending": {"sent", "failed", "composed", "uncertain", "skipped"},
    "uncertain": {"sent", "composed", "skipped", "unresolved"},
    "unresolved": {"sent"},
}
"""DESIGN.md 4. `sending` to `skipped` is a reaction whose message is gone."""


def count(telegram: TelegramFake) -> Counts:
    turns = list(Turn.objects.exclude(intent=Turn.Intent.REACTION).order_by("id"))
    groups = {number: chat for number, chat in Chat.objects.values_list("telegram_id", "pk") if number}
    posted = [said for said in telegram.posted(by_bots=True) if said["chat"] in groups]
    states = Counter(turn.state for turn in turns)
    found = Counts(
        turns=len(turns), arrived=len(posted), sent=states["sent"], skipped=states["skipped"], failed=states["failed"],
        unresolved=states["unresolved"],
    )  # fmt: skip
    said: dict[tuple[int, str], list[int]] = defaultdict(list)
    for one in posted:
        said[groups[one["chat"]], one["text"]].append(one["message_id"])
    _compare(turns, said, found)
    _order(turns, posted, groups, found)
    _journal(found)
    found.reasons = dict(Counter(turn.reason for turn in turns if turn.state in ("skipped", "failed")))
    found.by_receipt = sum(turn.reason == "receipt" for turn in turns)
    found.resent = sum(turn.state == Turn.State.SENT and turn.sends > 1 for turn in turns)
    return found


def _compare(turns: list[Turn], said: dict[tuple[int, str], list[int]], found: Counts) -> None:
    meant = Counter((turn.chat_id, turn.text) for turn in turns if turn.text)
    found.duplicates = sum(max(0, len(ids) - meant[key]) for key, ids in said.items())
    for turn in turns:
        arrived = said.get((turn.chat_id, turn.text), [])
        if turn.state in Turn.OPEN or (turn.state in ("skipped", "failed") and not turn.reason):
            found.lost += 1
        elif turn.state == Turn.State.SENT and turn.sent_id not in arrived:
            found.false_sent += 1
        elif turn.state in ("skipped", "failed") and arrived and meant[turn.chat_id, turn.text] == 1:
            found.unsaid += 1


def _order(turns: list[Turn], posted: list[dict[str, Any]], groups: dict[int, int], found: Counts) -> None:
    """First arrivals of each chat against the places that the claims gave."""
    place = {(turn.chat_id, turn.sent_id): turn.chat_seq for turn in turns if turn.sent_id and turn.chat_seq}
    newest: dict[int, int] = defaultdict(int)
    for one in sorted(posted, key=lambda said: said["n"]):
        chat = groups[one["chat"]]
        seq = place.get((chat, one["message_id"]))
        if seq is None:
            continue
        found.inversions += seq < newest[chat]
        newest[chat] = max(newest[chat], seq)


def _journal(found: Counts) -> None:
    """Every move as the triggers of the part wrote it down, in the order of its commits within a chat."""
    sending: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute("SELECT turn, chat, came, went FROM chaos_journal ORDER BY id")
        for turn, chat, came, went in cursor.fetchall():
            found.illegal += went not in MOVES.get(came, set())
            if came == "sending":
                sending[chat].discard(turn)
            if went == "sending":
                found.two_at_once += bool(sending[chat])
                sending[chat].add(turn)
        cursor.execute(
            """
            SELECT count(*) FROM conversations_sendattempt attempt JOIN conversations_turn turn ON turn.id = turn_id
            WHERE attempt.outcome = 'sent' AND (attempt.gen <> turn.gen OR turn.state <> 'sent')
            """
        )
        found.fenced = int(cursor.fetchone()[0])


def open_attempts() -> int:
    return SendAttempt.objects.filter(outcome=SendAttempt.Outcome.OPEN).count()
