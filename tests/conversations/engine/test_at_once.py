"""Several workers at the same moment, each on a connection of its own."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from bots.models import Bot
from conversations import control, revision
from conversations.engine import claims, deliver, heads, reconcile, settled, turns
from conversations.engine import typing as signs
from conversations.models import Event, InboundUpdate, Membership, SendAttempt, Turn
from tests import stagehands
from tests.conversations import apart

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("committed")]


def claiming(name: str) -> Callable[[], int | None]:
    def claim() -> int | None:
        turn = claims.claim_to_compose(name)
        return turn.pk if turn else None

    return claim


def test_two_workers_never_claim_the_same_turn() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.crowd(1))
    first, second = stagehands.turn(room), stagehands.turn(room)
    with apart.unfinished(claiming("biri")) as claimed:
        assert claimed == first.pk
        assert claiming("öteki")() == second.pk
        assert claiming("üçüncü")() is None
    found = apart.at_once(*[claiming(f"işçi {number}") for number in range(4)])
    assert found == [None] * 4


def test_however_many_workers_try_each_turn_is_claimed_once() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.crowd(1))
    waiting = {stagehands.turn(room).pk for _ in range(3)}
    claimed = [pk for pk in apart.at_once(*[claiming(f"işçi {n}") for n in range(6)]) if pk]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= waiting


def test_three_beats_open_one_turn() -> None:
    control.start(by="tests")
    stagehands.room(stagehands.crowd(1))
    now = timezone.now()
    assert sum(apart.at_once(*[lambda: turns.open_due(now)] * 3)) == 1
    assert Turn.objects.count() == 1


def test_the_limit_of_a_minute_is_exact_however_many_send() -> None:
    control.start(by="tests")
    control.revise(by="tests", max_per_minute=3)
    cast = stagehands.crowd(6)
    rooms = [stagehands.room([bot], title=f"Oda {number}") for number, bot in enumerate(cast)]
    for room, bot in zip(rooms, cast, strict=True):
        stagehands.turn_in("composed", room, bot)
    apart.at_once(*[lambda: deliver.one("tests")] * 6)
    assert Turn.objects.filter(state=Turn.State.SENT).count() == 3


def test_a_chat_sends_one_message_at_a_time_however_many_workers_try() -> None:
    control.start(by="tests")
    cast = stagehands.crowd(3)
    room = stagehands.room(cast)
    for bot in cast:
        stagehands.turn_in("composed", room, bot)
    with apart.unfinished(lambda: deliver._claim("biri")) as claimed:
        assert claimed is not None
        other = apart.kept_waiting(lambda: deliver._claim("öteki"))
    assert other.result() is None
    assert Turn.objects.filter(state=Turn.State.SENDING).count() == 1


def test_a_stop_waits_for_the_claim_under_way_and_nothing_is_claimed_after_it() -> None:
    control.start(by="tests")
    room = stagehands.room(stagehands.crowd(1))
    first, second = stagehands.turn(room), stagehands.turn(room)
    with apart.unfinished(claiming("biri")) as claimed:
        stop = apart.kept_waiting(lambda: control.stop(by="tests"))
    stop.result()
    assert claimed == first.pk
    assert claiming("öteki")() is None
    reasons = Turn.objects.order_by("pk").values_list("pk", "state", "reason")
    assert list(reasons) == [(one.pk, Turn.State.SKIPPED, "engine_stopped") for one in (first, second)]


def test_a_claim_waits_for_the_stop_under_way_and_takes_nothing() -> None:
    control.start(by="tests")
    stagehands.turn(stagehands.room(stagehands.crowd(1)))
    with apart.unfinished(lambda: control.stop(by="tests")):
        waiting = apart.kept_waiting(claiming("biri"))
    assert waiting.result() is None


def test_typing_is_shown_once_however_many_workers_try() -> None:
    control.start(by="tests")
    bot, now = stagehands.crowd(1)[0], timezone.now()
    later = now + timedelta(seconds=8)
    stagehands.turn_in("composed", stagehands.room([bot]), bot, typing_from=now, send_after=later)
    apart.at_once(*[signs.some] * 3)
    assert Event.objects.filter(kind=Event.Kind.TYPING).count() == 1


def test_however_many_put_things_right_the_end_is_the_same() -> None:
    control.start(by="tests")
    speaker, observer = stagehands.crowd(2)
    Bot.objects.filter(pk=speaker.pk).update(telegram_id=7000)
    now = timezone.now()
    since = now - timedelta(hours=1)
    ends: dict[int, tuple[str, str, str]] = {}
    for number in range(1, 5):
        group = stagehands.group([speaker, observer], telegram_id=-number, title=f"Grup {number}")
        stale = {"due_at": since, "expires_at": now - timedelta(minutes=11)}
        old = stale if number > 2 else {}
        turn = stagehands.turn_in("uncertain", group, speaker, **old)
        stagehands.tried(turn, ago=100)
        if number == 1:
            stagehands.message(group, turn.text, bot=speaker, at=now - timedelta(seconds=99))
        if number in {2, 3}:
            Membership.objects.filter(chat=group, bot=observer).update(sees_bots_since=since, sees_bots_at=since)
            payload = {"message": {"chat": {"id": -number}, "date": int(now.timestamp()) - 5}}
            InboundUpdate.objects.create(bot=observer, update_id=number, payload=payload, state="done")
        ends[turn.pk] = [
            ("sent", "receipt", "sent"),
            ("composed", "", "not_sent"),
            ("skipped", "expired_undelivered", "not_sent"),
            ("unresolved", "no_proof", "ambiguous"),
        ][number - 1]
    lost = stagehands.turn_in("composing", group, speaker, lease_until=since)
    counts = apart.at_once(*[_put_right] * 4)
    assert sum(counts, Counter()) == Counter(arrived=1, again=1, too_late=1, unresolved=1, planned_again=1)
    found = SendAttempt.objects.values_list("turn", "turn__state", "turn__reason", "outcome")
    assert {pk: (state, reason, outcome) for pk, state, reason, outcome in found} == ends
    lost.refresh_from_db()
    assert (lost.state, lost.gen) == (Turn.State.PLANNED, 4)


def _put_right() -> Counter[str]:
    return Counter(turns.recover()) + Counter(reconcile.decide())


def test_threads_of_a_sender_look_at_chats_of_their_own_while_a_look_lasts() -> None:
    control.start(by="tests")
    for number, bot in enumerate(stagehands.crowd(3)):
        stagehands.turn_in("composed", stagehands.room([bot], title=f"Oda {number}"), bot)

    def in_sight() -> int:
        with heads.apart() as chats:
            return len(chats)

    with heads.apart() as mine:
        assert len(mine) == 3
        assert apart.elsewhere(in_sight) == 0
        time.sleep(heads.LASTS)  # who waits for Telegram keeps nobody else from speaking
        assert apart.elsewhere(in_sight) == 3
    assert in_sight() == 3


def test_threads_that_miss_the_same_chat_at_the_same_time_read_it_once() -> None:
    room, at = stagehands.room(stagehands.crowd(3)), revision.current()
    before = settled.counts().misses
    apart.at_once(*[lambda: settled.of(room.pk, at).chat.pk] * 6)
    assert settled.counts().misses - before == 1
