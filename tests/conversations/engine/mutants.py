"""Rules broken on purpose. Each takes the place of one step of the walk; the walk has to notice."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from hypothesis.stateful import rule

from bots.telegram import port
from conversations.engine import claims, deliver, policy, record
from conversations.models import Turn
from tests.conversations.engine.walk import Sender, Walk


class Short(Walk):
    """Without the steps that have nothing to do with sending, so that a broken rule is met soon."""

    opens_alone = a_writer_claims = a_writer_ends = the_chat_is = what_is_held_goes = None  # type: ignore[assignment]
    rights_change = the_switch = a_person_decides = None  # type: ignore[assignment]

    @rule()
    def a_sender_sleeps_while_another_takes_over(self) -> None:
        self.open(named=True, speaker=0)
        if turn := claims.claim_to_compose("writer"):
            self.write(turn)
        self.a_sender_claims()
        self.time_passes(seconds=95)
        self.recover()
        self.a_person_speaks()
        self.telegram_brings(read=True, most=9)
        self.recover()
        self.a_sender_claims()


class SendsInsideTheClaim(Short):
    """The message leaves before the claim is committed, and the worker dies in between."""

    def claim(self) -> Turn | None:
        with transaction.atomic():
            turn = deliver._claim("sender")
            if turn is not None and turn.pk % 2:
                self.land(Sender(turn, self.now), next(self.numbers))
                transaction.set_rollback(True)
                return None
        return turn


class MarksFirst(Short):
    """The turn counts as sent before it is; the worker that should send it may die."""

    def claim(self) -> Turn | None:
        turn = deliver._claim("sender")
        if turn is not None:
            record.said(turn, port.Sent(next(self.numbers), timezone.now()), rules=policy.current(turn.chat))
        return turn


class SendsAgainByTheClock(Short):
    """What is uncertain for a while is sent again, without proof."""

    def recover(self) -> None:
        super().recover()
        late = Turn.objects.filter(state="uncertain", uncertain_since__lt=Now() - timedelta(seconds=30))
        late.update(state="composed", send_after=Now(), expires_at=Now() + timedelta(minutes=5))


class ForgetsTheFence(Short):
    """A worker speaks in the name of whoever holds the turn now."""

    def claim_number(self, sender: Sender) -> int:
        return Turn.objects.values_list("gen", flat=True).get(pk=sender.turn.pk)


class WritesLate(Short):
    """The clock is not read before the write."""

    def may_write(self, sender: Sender) -> bool:
        return True


class TrustsTheBlind(Short):
    """Any later message counts as proof of absence, whoever saw it and whatever it can see."""

    def recover(self) -> None:
        super().recover()
        for turn in Turn.objects.filter(state="uncertain", expires_at__gt=Now()):
            if any(said.get("from") == 55 for said in self.line):
                Turn.objects.filter(pk=turn.pk).update(state="composed", send_after=Now())


ALL = (SendsInsideTheClaim, MarksFirst, SendsAgainByTheClock, ForgetsTheFence, WritesLate, TrustsTheBlind)
