"""Writer: notices leave one by one. What was provably not taken is tried again; what perhaps was is sent again only
where whoever gets it can tell that it is the same (an e-mail by its Message-ID, a webhook by its id).
"""

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from bots import vault
from conversations import pool
from monitoring.incidents import carriers, telling, wording
from monitoring.incidents.models import Channel, Delivery, Lookout

LEASE = timedelta(seconds=60)
FIRST, LONGEST = 20.0, 3600.0
"""Seconds before the second try, and between two tries at most."""
GIVEN_UP = timedelta(hours=24)
TOGETHER = 20.0
"""Seconds of one go."""
TOO_SOON, LATE = timedelta(seconds=4), timedelta(seconds=30)
BATCH = 250
State, What = Delivery.State, Delivery.What
RESUMABLE = (Channel.Kind.EMAIL, Channel.Kind.WEBHOOK)
_dice = random.SystemRandom()
_log = logging.getLogger(__name__)


def carry(*, older: timedelta = TOO_SOON, going_on: Callable[[], bool] = lambda: True) -> int:
    """Send what waits, for a while. How many left; none where somebody else began within `older`."""
    due = Q(carried_at=None) | Q(carried_at__lt=Now() - older)
    if not Lookout.objects.filter(due, pk=1).update(carried_at=Now()):
        return 0
    recover()
    until, sent = time.monotonic() + TOGETHER, 0
    while going_on() and time.monotonic() < until and (delivery := _claim()):
        send(delivery)
        sent += 1
    return sent


def send(delivery: Delivery) -> None:
    """Hand over one that was claimed, and write what became of it."""
    try:
        note = wording.of(delivery)
        pool.give_back()
        carriers.carry(delivery, note)
    except carriers.Later as later:
        _again(delivery, str(later), later.seconds)
    except carriers.Unclear as unclear:
        _unclear(delivery, str(unclear))
    except (carriers.Refused, vault.VaultError) as refused:
        _ended(delivery, State.FAILED, str(refused))
    except DatabaseError:
        raise
    except Exception as fault:  # noqa: BLE001 - logged; a fault of ours: it is told once, and not tried for ever
        _log.exception("A notice could not be sent.")
        _ended(delivery, State.FAILED, type(fault).__name__)
    else:
        _ended(delivery, State.SENT)


def claim(delivery: Delivery) -> Delivery | None:
    """Take this one, for whoever wants it to leave now. None when somebody else has it."""
    with transaction.atomic():
        return _taken(Delivery.objects.filter(pk=delivery.pk, state=State.WAITING))


def recover() -> None:
    """Whoever held these is dead."""
    lost = Delivery.objects.filter(state=State.SENDING, lease_until__lt=Now())
    again = Q(channel__kind__in=RESUMABLE)
    ids = list(lost.filter(again).values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=ids, state=State.SENDING).update(state=State.WAITING, gen=F("gen") + 1)
    lost.exclude(again).update(state=State.UNKNOWN, gen=F("gen") + 1, ended_at=Now())


def _claim() -> Delivery | None:
    """The oldest that may leave. Of one incident a channel hears in order."""
    earlier = Delivery.objects.filter(
        channel=OuterRef("channel"), incident=OuterRef("incident"), pk__lt=OuterRef("pk"),
        state__in=[State.WAITING, State.SENDING],
    )  # fmt: skip
    ready = Delivery.objects.filter(state=State.WAITING, next_at__lte=Now()).exclude(Exists(earlier))
    while True:
        with transaction.atomic():
            delivery = _taken(ready.order_by("next_at", "pk"))
            if delivery is None or _is_wanted(delivery):
                return delivery
            _end(delivery, State.DROPPED)


def _taken(rows: "QuerySet[Delivery]") -> Delivery | None:
    picked = rows.select_for_update(skip_locked=True, of=("self",)).select_related(
        "channel__person", "channel__bot", "channel__steward", "incident__chat", "incident__bot", "report"
    )
    delivery = picked.first()
    if delivery is None:
        return None
    delivery.gen += 1
    Delivery.objects.filter(pk=delivery.pk).update(state=State.SENDING, gen=delivery.gen, lease_until=Now() + LEASE)
    return delivery


def _is_wanted(delivery: Delivery) -> bool:
    """Whether it still tells of something, to somebody who may know."""
    channel, incident = delivery.channel, delivery.incident
    if not channel.enabled or not telling.is_theirs(channel):
        return False
    if incident is None:
        return True
    if not telling.may_know(channel, incident):
        return False
    if delivery.what == What.CLOSED:  # to who was told that it began
        told = Delivery.objects.filter(channel=channel, incident=incident, pk__lt=delivery.pk)
        return told.exclude(state=State.DROPPED).exists()
    held_back = delivery.gen == 1 and incident.closed_at is not None  # by quiet hours, and over before they were
    return not held_back and incident.acknowledged_at is None and incident.silenced_until is None


# --- What became of it -----------------------------------------------------------------------------------------------
def _again(delivery: Delivery, why: str, seconds: float | None) -> None:
    wait = seconds or min(FIRST * 2 ** (delivery.gen - 1), LONGEST) * _dice.uniform(0.8, 1.2)
    young = _mine(delivery).filter(created_at__gt=Now() - GIVEN_UP)
    if young.update(state=State.WAITING, next_at=Now() + timedelta(seconds=wait), error=why[:300]):
        _note(delivery.channel, why)
    else:
        _ended(delivery, State.FAILED, why)


def _unclear(delivery: Delivery, why: str) -> None:
    if delivery.channel.kind in RESUMABLE:
        _again(delivery, why, None)
    else:
        _ended(delivery, State.UNKNOWN, why)


def _ended(delivery: Delivery, state: Delivery.State, why: str = "") -> None:
    if _end(delivery, state, why):
        _note(delivery.channel, why)


def _end(delivery: Delivery, state: Delivery.State, why: str = "") -> int:
    """Only whoever holds it writes its end: a late answer of an earlier try changes nothing."""
    delivery.state, delivery.error = state, why[:300]
    return _mine(delivery).update(state=state, error=delivery.error, ended_at=Now())


def _mine(delivery: Delivery) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, gen=delivery.gen)


def _note(channel: Channel, why: str) -> None:
    rows = Channel.objects.filter(pk=channel.pk)
    if why:
        rows.update(failures=F("failures") + 1, last_error=why[:300])
    else:
        rows.update(failures=0, last_error="", last_ok_at=Now())


def over(before: datetime) -> int:
    """How many have ended before that moment."""
    return Delivery.objects.filter(ended_at__lt=before).count()


def prune(before: datetime) -> int:
    """Drop a batch of what ended before that moment. How many; 0 when none is left."""
    old = Delivery.objects.filter(ended_at__lt=before).order_by("ended_at").values_list("pk", flat=True)[:BATCH]
    return Delivery.objects.filter(pk__in=list(old)).delete()[0]


def forgo(delivery: Delivery) -> None:
    """Let one that waits for its next try be: nobody needs it later."""
    Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(state=State.DROPPED, ended_at=Now())
