"""Turns walked through everything that can happen to them, beside a Telegram that knows what really arrived.

Workers are objects that may stop at any point and never finish; time passes by moving every row back; the steps are the
product's own verbs on real PostgreSQL. After each step the promises are checked against the ground truth.
"""

import itertools
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bots.models import Bot
from bots.telegram import port
from conversations import control, decisions, inbox
from conversations.engine import by_hand, claims, deliver, moves, policy, reconcile, record, turns
from conversations.models import Chat, Membership, SendAttempt, Turn
from tests import stagehands
from tests.conversations.engine import hours

State = Turn.State
TRANSIT = 55.0
"""Telegram may take so many seconds to show what it was handed."""
WRITE_SECONDS = 20.0


@dataclass
class Post:
    """What really stands in the chat."""

    number: int
    turn: int
    seq: int
    bot: int
    text: str
    at: float


@dataclass
class Sender:
    """A worker that has claimed a turn: what it holds, and what Telegram told it, if anything."""

    turn: Turn
    since: float
    answer: port.Sent | port.TelegramError | None = None
    wrote: bool = False


class Walk(RuleBasedStateMachine):
    steps = 0
    noticed: ClassVar[set[str]] = set()
    """The promises that this walk has seen broken."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = transaction.atomic()
        self.kept.__enter__()
        self.drift, self.numbers = 0.0, itertools.count(1000)
        self.posts: list[Post] = []
        self.transit: list[tuple[float, Sender, int]] = []
        self.writers: list[Turn] = []
        self.senders: list[Sender] = []
        self.line: list[dict[str, Any]] = []
        self.sighted, self.said = True, itertools.count(1)
        self.chat, self.cast = Chat.objects.get(kind=Chat.Kind.TELEGRAM), list(Bot.objects.order_by("pk"))
        control.start(by="tests")
        since = timezone.now() - timedelta(hours=2)
        Membership.objects.filter(bot=self.cast[-1]).update(sees_bots_since=since, sees_bots_at=timezone.now())

    def teardown(self) -> None:
        try:
            self.in_the_end_everything_is_settled()
        finally:
            transaction.set_rollback(True)
            self.kept.__exit__(None, None, None)

    # --- Time --------------------------------------------------------------------------------------------------------
    @property
    def now(self) -> float:
        return time.time() + self.drift

    def date(self, moment: float) -> datetime:
        """A moment as the database would tell it now."""
        return datetime.fromtimestamp(moment - self.drift, UTC)

    @rule(seconds=st.sampled_from([1, 4, 19, 25, 62, 95, 100, 700, 1300]))
    def time_passes(self, seconds: int) -> None:
        for moment, sender, number in [*self.transit]:
            if moment + seconds > sender.since + WRITE_SECONDS + TRANSIT:
                self.land(sender, number)
        self.drift += seconds
        hours.pass_by(seconds)

    # --- Opening and writing -----------------------------------------------------------------------------------------
    @rule(named=st.booleans(), speaker=st.integers(0, 1))
    def opens_alone(self, named: bool, speaker: int) -> None:
        self.open(named=named, speaker=speaker)

    def open(self, *, named: bool, speaker: int) -> None:
        trigger = Turn.Trigger.MENTION if named else Turn.Trigger.SCHEDULE
        bot = self.cast[speaker] if named else None
        stagehands.turn(self.chat, trigger=trigger, bot=bot, priority=0 if named else 5)

    @rule()
    def a_writer_claims(self) -> None:
        if turn := claims.claim_to_compose("writer"):
            assert control.is_running()
            self.writers.append(turn)

    @precondition(lambda self: self.writers)
    @rule(data=st.data(), how=st.sampled_from(["composed", "composed", "composed", "back", "skipped", "dies"]))
    def a_writer_ends(self, data: st.DataObject, how: str) -> None:
        turn = data.draw(st.sampled_from(self.writers))
        self.writers.remove(turn)
        if how == "back":
            turns.move_back(turn)
        elif how == "skipped":
            turns.end(turn, State.SKIPPED, "no_candidate", came=[State.COMPOSING])
        elif how == "composed":
            self.write(turn)

    def write(self, turn: Turn) -> None:
        if claims.assign(turn, turn.bot_id or self.cast[turn.pk % 2].pk):
            timing = claims.Timing(wait=0, typing=0, fresh=600 if turn.answers_a_person else 90)
            words, rules = f"Söz {next(self.said)}.", policy.current(self.chat)
            claims.composed(turn, text=words, timing=timing, rules=rules, next_due=None)

    @rule(named=st.booleans(), speaker=st.integers(0, 1))
    def a_turn_is_ready(self, named: bool, speaker: int) -> None:
        """The three steps above in one, so that many walks get as far as sending."""
        self.open(named=named, speaker=speaker)
        if turn := claims.claim_to_compose("writer"):
            self.write(turn)

    @rule(mode=st.sampled_from([Chat.Mode.LIVE, Chat.Mode.LIVE, Chat.Mode.APPROVAL]))
    def the_chat_is(self, mode: Chat.Mode) -> None:
        control.set_mode(self.chat, mode, by="tests")

    @rule(other=st.booleans())
    def what_is_held_goes(self, other: bool) -> None:
        held = Turn.objects.filter(state=State.HELD).first()
        if held and other:
            decisions.reword(held, f"Başka söz {next(self.said)}.", by="tests")
        elif held:
            control.approve(held, by="tests")
        elif other and (waits := Turn.objects.filter(state=State.COMPOSED).first()):
            by_hand.take_back(waits)

    # --- Sending -----------------------------------------------------------------------------------------------------
    def claim(self) -> Turn | None:
        return deliver._claim("sender")

    @rule()
    def a_sender_claims(self) -> None:
        stagehands.breathe()
        if turn := self.claim():
            assert control.is_running()
            self.senders.append(Sender(turn, self.now))

    def may_write(self, sender: Sender) -> bool:
        return self.now - sender.since < WRITE_SECONDS

    @precondition(lambda self: any(one.answer is None and not one.wrote for one in self.senders))
    @rule(data=st.data(), how=st.sampled_from(["ok", "ok", "lost", "slow", "gone", "429", "away", "refused", "reply"]))
    def a_sender_writes(self, data: st.DataObject, how: str) -> None:
        sender = data.draw(st.sampled_from([one for one in self.senders if one.answer is None and not one.wrote]))
        if how == "away" or not self.may_write(sender):
            sender.answer = port.Unreachable("nothing left")
            return
        sender.wrote = True
        number = next(self.numbers)
        if how in {"ok", "lost"}:
            self.land(sender, number)
        elif how == "slow":
            self.transit.append((self.now, sender, number))
        told: dict[str, port.Sent | port.TelegramError] = {
            "ok": port.Sent(number, self.date(self.now)),
            "429": port.RetryAfter("slow down", seconds=3),
            "refused": port.BadRequest("no"),
            "reply": port.ReplyGone("gone"),
        }
        sender.answer = told.get(how, port.Ambiguous("lost"))

    def land(self, sender: Sender, number: int) -> None:
        """Telegram shows it, and tells the observer in its turn."""
        self.transit = [one for one in self.transit if one[2] != number]
        turn = sender.turn
        assert turn.bot_id is not None and turn.chat_seq is not None  # noqa: PT018
        self.posts.append(Post(number, turn.pk, turn.chat_seq, turn.bot_id, turn.text, self.now))
        if self.sighted:
            bot = next(one for one in self.cast if one.pk == turn.bot_id)
            self.line.append({"id": number, "from": bot.telegram_id, "text": turn.text, "at": self.now})

    @precondition(lambda self: self.transit)
    @rule()
    def telegram_catches_up(self) -> None:
        self.land(*self.transit[0][1:])

    def claim_number(self, sender: Sender) -> int:
        """The fence: a worker speaks in the name of its own claim."""
        return sender.turn.gen

    @precondition(lambda self: any(one.answer is not None for one in self.senders))
    @rule(data=st.data())
    def a_sender_reports(self, data: st.DataObject) -> None:
        sender = data.draw(st.sampled_from([one for one in self.senders if one.answer is not None]))
        self.senders.remove(sender)
        row = Turn.objects.filter(pk=sender.turn.pk).values("gen", "state", "sent_id", "reason", "copies")
        before = row.get()
        overtaken = before["gen"] != sender.turn.gen
        sender.turn.gen = self.claim_number(sender)
        self.report(sender)
        after = row.all().get()
        if overtaken and after != before:  # that what it tells stands in the chat counts as a receipt
            seen = before["state"] in moves.EVIDENCE and after["state"] == State.SENT
            self.promise(seen, "I7: a worker that was overtaken changes nothing")

    def report(self, sender: Sender) -> None:
        turn, answer = sender.turn, sender.answer
        if isinstance(answer, port.Sent):
            at = next(post.at for post in self.posts if post.number == answer.message_id)
            record.said(turn, port.Sent(answer.message_id, self.date(at)), rules=policy.current(turn.chat))
        elif isinstance(answer, port.NotSent):
            record.not_sent(turn, answer, again_at=timezone.now())
        elif isinstance(answer, port.Rejected):
            record.rejected(turn, answer)
        elif isinstance(answer, port.Ambiguous):
            record.ambiguous(turn, answer)

    @precondition(lambda self: self.senders)
    @rule(data=st.data())
    def a_sender_dies(self, data: st.DataObject) -> None:
        self.senders.remove(data.draw(st.sampled_from(self.senders)))

    # --- Putting right -----------------------------------------------------------------------------------------------
    @rule()
    def recovers(self) -> None:
        self.recover()

    def recover(self) -> None:
        turns.recover()
        reconcile.decide()

    # --- The observer, people ----------------------------------------------------------------------------------------
    @rule(read=st.booleans(), most=st.integers(1, 4))
    def telegram_brings(self, read: bool, most: int) -> None:
        """In the order of the chat, as far as Telegram has got. Stored at once, read perhaps later."""
        brought, self.line = self.line[:most], self.line[most:]
        for said in brought:
            number = next(self.numbers)
            inbox.store(self.cast[-1], port.Update(number, self.update(said)))
        while read and inbox.process_one():
            pass

    def update(self, said: dict[str, Any]) -> dict[str, Any]:
        place = {"id": self.chat.telegram_id, "type": "supergroup", "title": "x"}
        if "rights" in said:
            return {"my_chat_member": {"chat": place, "new_chat_member": {"status": "member"}}}
        author = {"id": said["from"], "is_bot": said["from"] >= 7000, "first_name": "x"}
        date = int(said["at"] - self.drift)
        told = {"message_id": said["id"], "chat": place, "from": author, "text": said["text"], "date": date}
        return {"message": told}

    @rule()
    def a_person_speaks(self) -> None:
        self.line.append({"id": next(self.numbers), "from": 55, "text": "Günaydın herkese.", "at": self.now})

    @rule(sighted=st.booleans())
    def rights_change(self, sighted: bool) -> None:
        if sighted != self.sighted:
            self.sighted = sighted
            self.line.append({"rights": sighted})

    @rule()
    def a_person_decides(self) -> None:
        """Somebody honest looks into the chat: what stands there was delivered, the rest goes again."""
        turn = Turn.objects.filter(state__in=decisions.DOUBTFUL).select_related("chat").order_by("-pk").first()
        if turn is None or any(one.turn.pk == turn.pk for _, one, _ in self.transit):
            return
        there = [post for post in self.posts if post.turn == turn.pk]
        try:
            if there:
                decisions.delivered(turn, by="tests", reason="gördüm", number=there[0].number)
            else:
                decisions.send_again(turn, by="tests", reason="yok")
        except ValidationError:
            return  # too early, or already decided

    @rule(on=st.sampled_from([True, True, False]))
    def the_switch(self, on: bool) -> None:
        (control.start if on else control.stop)(by="tests")

    # --- The promises ------------------------------------------------------------------------------------------------
    def promise(self, kept: bool, what: str) -> None:
        if not kept:
            type(self).noticed.add(what)
            raise AssertionError(what)

    @invariant()
    def the_promises_hold(self) -> None:
        type(self).steps += 1
        rows = list(Turn.objects.values_list("pk", "state", "sent_id", "copies"))
        told = [post.turn for post in self.posts]
        self.promise(len(told) == len(set(told)), "I1: nothing stands there twice")
        self.promise(not any(copies for *_, copies in rows), "I1: no turn says that it stands there twice")
        sent = {(pk, number) for pk, state, number, _ in rows if state == State.SENT}
        self.promise(sent <= {(post.turn, post.number) for post in self.posts}, "I3: what counts as sent is there")
        given_up = {pk for pk, state, *_ in rows if state in {State.SKIPPED, State.FAILED}}
        self.promise(not given_up & set(told), "I3: what counts as undelivered is not there")
        places = [post.seq for post in self.posts]
        self.promise(places == sorted(places), "I5: the talk keeps its order")
        self.promise([state for _, state, *_ in rows].count(State.SENDING) <= 1, "I6: one at a time")

    def in_the_end_everything_is_settled(self) -> None:
        """I2: whatever died, every turn reaches one end, with a reason, and every try is closed."""
        for _time in range(3):
            self.time_passes(seconds=1300)
            self.recover()
        ends = Turn.objects.values_list("state", "reason")
        self.promise(all(moves.terminal(state) for state, _reason in ends), "I2: every turn comes to its end")
        self.promise(all(reason or state == State.SENT for state, reason in ends), "I2: with its reason")
        opened = SendAttempt.objects.filter(outcome=SendAttempt.Outcome.OPEN)
        self.promise(not opened.exists(), "I2: every try is closed")
        self.the_promises_hold()
