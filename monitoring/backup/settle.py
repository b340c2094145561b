"""A restored database comes to rest: it knows the past, and nothing of it is said a second time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from bots import audit
from conversations.models import Chat, Engine, InboundUpdate, Membership, Process, Response, SendAttempt, Turn
from monitoring.models import Delivery, Session

REASON = "restored"
_IN_A_ROOM = Q(state=Turn.State.SENDING, chat__kind=Chat.Kind.REHEARSAL)


@dataclass(frozen=True, slots=True)
class Settled:
    skipped: int
    """Turns that were planned or written, and are never sent now."""
    uncertain: int
    """Turns that may have reached Telegram before the backup; evidence or a person decides, never a resend."""


def settle(using: str, *, by: audit.Actor) -> Settled:
    """Stop the engine, end what was open, and sign everybody out, in the database `using`."""
    now = timezone.now()
    with transaction.atomic(using=using):
        Engine.objects.using(using).update(
            running=False,
            restore_epoch=F("restore_epoch") + 1,
            changed_at=now,
            changed_by=audit.name(by),
            reason=REASON,
            ticked_at=None,
            listener="",
            listener_until=None,
        )
        settled = Settled(skipped=_skip(using, now), uncertain=_doubt(using, now))
        Chat.objects.using(using).update(next_due=None)
        # What Telegram brought since the backup is not on file, so nobody's sight proves that something is missing.
        Membership.objects.using(using).update(sees_bots_since=None, sees_bots_at=None)
        # They were answered, or passed by, in the life before. Their text stays for people to read.
        InboundUpdate.objects.using(using).filter(state=InboundUpdate.State.STORED).update(
            state=InboundUpdate.State.PARKED, outcome=REASON, done_at=now
        )
        # Answers to commands may have been given since. Where they went is forgotten, as always when one has ended.
        Response.objects.using(using).filter(state__in=Response.OPEN).update(
            state=Response.State.UNKNOWN, reason=REASON, lease_until=None, ended_at=now, chat_number=None,
            reply_to=None, person_number=None,
        )  # fmt: skip
        # Notices of the life before: what still goes on is noticed anew.
        Delivery.objects.using(using).filter(state__in=[Delivery.State.WAITING, Delivery.State.SENDING]).update(
            state=Delivery.State.DROPPED, gen=F("gen") + 1, error=REASON, ended_at=now
        )
        Process.objects.using(using).all().delete()  # none of them works on this database
        Session.objects.using(using).all().delete()  # one that was ended since would live again
        audit.record(
            "backup.restore", by=by, after={"skipped": settled.skipped, "uncertain": settled.uncertain}, using=using
        )
    return settled


def _skip(using: str, now: datetime) -> int:
    turns = Turn.objects.using(using)
    # Nothing leaves a room, so what was under way there was not sent.
    turns.filter(_IN_A_ROOM).update(state=Turn.State.COMPOSED, gen=F("gen") + 1, lease_owner="", lease_until=None)
    return turns.filter(state__in=Turn.UNSENT).update(
        state=Turn.State.SKIPPED, reason=REASON, gen=F("gen") + 1, lease_owner="", lease_until=None, ended_at=now
    )


def _doubt(using: str, now: datetime) -> int:
    """Turns under way become uncertain, and all uncertain ones stale: even proof of absence no longer sends them."""
    open_tries = SendAttempt.objects.using(using).filter(outcome=SendAttempt.Outcome.OPEN)
    open_tries.update(outcome=SendAttempt.Outcome.AMBIGUOUS, reason=REASON, ended_at=now)
    return (
        Turn.objects.using(using)
        .filter(state__in=[Turn.State.SENDING, Turn.State.UNCERTAIN])
        .update(
            state=Turn.State.UNCERTAIN,
            reason=REASON,
            gen=F("gen") + 1,
            lease_owner="",
            lease_until=None,
            uncertain_since=Coalesce("uncertain_since", now),
            expires_at=Greatest(F("due_at") + timedelta(milliseconds=1), Least("expires_at", now)),
        )
    )
