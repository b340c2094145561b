import pytest
from django.db.models import Q

from conversations import control, events
from conversations.models import Chat, Engine, Event
from monitoring import live
from monitoring.live import Mark
from tests import stagehands

pytestmark = pytest.mark.django_db

EVERYTHING = Q()


def happen(count: int, chat: Chat | None = None) -> None:
    for _ in range(count):
        events.publish(Event.Kind.CHAT, chat=chat)


def test_a_page_that_missed_nothing_goes_on() -> None:
    happen(3)
    assert live.can_resume(live.mark(), EVERYTHING)


def test_a_page_is_told_what_it_missed_in_order() -> None:
    seen = live.mark()
    happen(3)
    assert live.can_resume(seen, EVERYTHING)
    told = [event.pk for event in live.after(seen.last_id, concerns=EVERYTHING)]
    assert told == sorted(told)
    assert len(told) == 3


def test_a_page_from_before_the_first_event_goes_on() -> None:
    seen = live.mark()
    assert seen.last_id == 0
    happen(2)
    assert live.can_resume(seen, EVERYTHING)


def test_too_much_missed_is_loaded_anew() -> None:
    happen(1)
    seen = live.mark()
    happen(live.MOST_REPLAYED)
    assert live.can_resume(seen, EVERYTHING)
    happen(1)
    assert not live.can_resume(seen, EVERYTHING)


def test_what_happens_elsewhere_is_not_missed() -> None:
    room, other = stagehands.room([], title="a"), stagehands.room([], title="b")
    seen = live.mark()
    happen(live.MOST_REPLAYED + 1, other)
    happen(1, room)
    here = Q(chat=room) | Q(chat=None)
    assert live.can_resume(seen, here)
    assert [event.chat_id for event in live.after(seen.last_id, concerns=here)] == [room.pk]


def test_after_a_restore_old_marks_mean_nothing() -> None:
    happen(1)
    seen = live.mark()
    Engine.objects.update(restore_epoch=1)
    assert not live.can_resume(seen, EVERYTHING)


def test_a_mark_from_the_future_means_nothing() -> None:
    happen(1)
    now = live.mark()
    assert not live.can_resume(Mark(now.epoch, now.last_id + 1), EVERYTHING)


def test_pruned_history_is_loaded_anew() -> None:
    happen(5)
    first, *_others, last = Event.objects.order_by("pk")
    Event.objects.filter(pk__lt=last.pk).delete()
    assert not live.can_resume(Mark(0, first.pk), EVERYTHING)
    assert live.can_resume(Mark(0, last.pk), EVERYTHING)


def test_every_switch_is_an_event() -> None:
    seen = live.mark()
    control.start(by="tests")
    control.stop(by="tests")
    kinds = [event.kind for event in live.after(seen.last_id, concerns=Q(chat=None))]
    assert kinds == [Event.Kind.ENGINE, Event.Kind.ENGINE]
