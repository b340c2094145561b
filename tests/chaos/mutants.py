"""The engine with one promise broken, to show that the harness sees it. A nursery breaks it before it forks workers.

Nowhere else is the product replaced by anything.
"""

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from bots import deadline
from bots.telegram import port
from conversations.engine import deliver, record, settled, turns
from conversations.models import Turn


def send_inside() -> None:
    """The message leaves inside the transaction of its claim: who dies gives the claim back, and it leaves again."""

    def one(owner: str) -> bool:
        try:
            with transaction.atomic():
                turn = deliver._claim(owner)
                if turn is None:
                    return False
                sent = deliver._send(turn)
                record.said(turn, sent, rules=settled.of(turn.chat_id, turn.revision or 0).policy)
        except (DatabaseError, port.TelegramError):
            return False
        return True

    _deliver_by(one)


def mark_first() -> None:
    """The message is recorded as sent, then sent."""

    def one(owner: str) -> bool:
        turn = deliver._claim(owner)
        if turn is None:
            return False
        rules = settled.of(turn.chat_id, turn.revision or 0).policy
        record.said(turn, port.Sent(message_id=1_000_000_000 + turn.pk, date=timezone.now()), rules=rules)
        try:
            sent = deliver._send(turn)
        except port.TelegramError:
            return True
        Turn.objects.filter(pk=turn.pk).update(sent_id=sent.message_id)
        return True

    _deliver_by(one)


def no_check() -> None:
    """The clock is not read before the write: who was held up for minutes still writes."""
    _replace(deadline._Exchange, "left", lambda _exchange: 20.0)


def timer() -> None:
    """A lease that ran out means "send it again"."""
    recover = turns.recover

    def again() -> dict[str, int]:
        late = Turn.objects.filter(state=Turn.State.SENDING, lease_until__lt=Now())
        late.update(state=Turn.State.COMPOSED, gen=F("gen") + 1, lease_owner="", lease_until=None)
        return recover()

    _replace(turns, "recover", again)


def _deliver_by(one: Callable[[str], bool]) -> None:
    """Senders look for several at a time; a broken one looks for each anew."""

    def some(owner: str, *, going_on: Callable[[], bool] = lambda: True) -> bool:
        return going_on() and one(owner)

    _replace(deliver, "one", one)
    _replace(deliver, "some", some)


def _replace(where: Any, name: str, what: Callable[..., Any]) -> None:
    if not hasattr(where, name):
        raise AttributeError(f"{where} has no {name} to break")
    setattr(where, name, what)


BREAK: dict[str, Callable[[], None]] = {
    "send-inside": send_inside,
    "mark-first": mark_first,
    "no-check": no_check,
    "timer": timer,
}
