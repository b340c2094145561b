"""The day itself: one queue of moments, worked off in order."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from random import Random

from conversations.engine import asking, course, pace, plan, words
from conversations.engine.values import News, Plan, Said, Scene, Silence, Trigger
from conversations.simulation import people, scored, sending, stage, wire, writing
from conversations.simulation.setup import ZONE, Outcome, Setup
from conversations.simulation.stage import Room

MODEL_SECONDS = 1.5
"""Median time that a model takes."""
Step = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A turn that has been opened."""

    number: int
    room: Room
    trigger: Trigger
    opened_at: datetime
    bot_id: int | None = None
    cause: Said | None = None
    news: News | None = None
    due: int = 0
    """The due moment that it was opened at; 0 for none."""


def run(setup: Setup, rooms: list[Room] | None = None) -> Outcome:
    """Simulate a day in these rooms, or in made-up ones; the same setup gives the same outcome."""
    day = Day(setup, rooms)
    day.play()
    return day.outcome


class Day:
    def __init__(self, setup: Setup, rooms: list[Room] | None = None) -> None:
        self.setup = setup
        self.dice = Random(f"{setup.seed}:day")
        self.outcome = Outcome(setup)
        self.rooms = stage.build(setup) if rooms is None else rooms
        self.starts = datetime.combine(setup.day, time(), ZONE)
        self.numbers, self.order = count(1), count()
        self.queue: list[tuple[datetime, int, Step]] = []
        self.desk = sending.Desk(setup.rules, self.outcome)
        self.bulletins: list[News] = []
        self.taken: Counter[int] = Counter()
        """How often each headline is used up in the cast, turns under way included."""

    def at(self, moment: datetime, step: Step) -> None:
        heapq.heappush(self.queue, (moment, next(self.order), step))

    def play(self) -> None:
        ends = self.starts + timedelta(hours=self.setup.hours)
        for room in self.rooms:
            self._schedule(room, self.starts + timedelta(seconds=self.dice.uniform(0, 600)))
        for visit in people.day(self.setup):
            self.at(visit.at, partial(self._person, visit))
        for bulletin in wire.day(self.setup):
            self.at(bulletin.at, partial(self._news, bulletin.news))
        while self.queue and self.queue[0][0] < ends:
            moment, _, step = heapq.heappop(self.queue)
            step(moment)
        self.outcome.context = scored.context(self.outcome, self.rooms)

    # --- What opens a turn -------------------------------------------------------------------------------------------
    def _schedule(self, room: Room, moment: datetime) -> None:
        room.due += 1
        room.next_due = moment
        self.at(moment, partial(self._due, room, room.due))

    def _due(self, room: Room, due: int, now: datetime) -> None:
        if due != room.due:
            return
        found = course.due(room.talk, room.setting, room.rules, under_way=len(room.chatter), local=now, dice=self.dice)
        self._schedule(room, found.next_due)
        if found.opens:
            self._open(Wanted(next(self.numbers), room, "schedule", now, due=room.due), now)

    def _person(self, visit: people.Visit, now: datetime) -> None:
        room = self.rooms[visit.person.room - 1]
        said, heard = self._line(visit, room, now)
        roster = [asking.Named(i, p.member.username, p.member.name) for i, p in room.players.items()]
        called = asking.called(heard, roster)
        self.desk.person(room, said, [room.players[bot_id].member.username for _, bot_id in called])
        room.talk = course.person_spoke(room.talk, now)
        aside = not called and asking.is_between_people(heard, [bot.username for bot in roster])
        for how, bot_id in called:
            trigger: Trigger = "mention" if how == "mention" else "reply"
            self._open(Wanted(next(self.numbers), room, trigger, now, bot_id, said), now)
        if not called and not aside and words.is_question(said.text):
            for _ in range(1 + (self.dice.random() < room.rules.second_answer)):
                self._open(Wanted(next(self.numbers), room, "question", now, None, said), now)
        if not aside:
            self._hasten(room, now)

    def _hasten(self, room: Room, now: datetime) -> None:
        """A chat that a person or news have stirred does not wait out its break."""
        soon = course.welcome(room.talk, room.setting, room.rules, local=now, dice=self.dice)
        if room.next_due is None or soon < room.next_due:
            self._schedule(room, soon)

    def _line(self, visit: people.Visit, room: Room, now: datetime) -> tuple[Said, asking.Heard]:
        dice = self.dice
        parent = next((said for said in reversed(room.history) if said.bot_id), None) if visit.kind == "reply" else None
        called = dice.choice(list(room.players.values())).member.username if visit.kind == "mention" else "bir_arkadas"
        text = people.line(visit.kind, room.topics, called, dice)
        said = Said(
            id=next(self.numbers),
            speaker=visit.person.name,
            text=text,
            said_at=now,
            participant_id=visit.person.id,
            reply_to_id=parent.id if parent else None,
            mentions_other=visit.kind == "aside",
        )
        return said, asking.Heard(text, parent.bot_id if parent else None)

    def _news(self, news: News, now: datetime) -> None:
        """A headline reaches rooms whose topics it fits, as often as the cast may take it up."""
        self.bulletins.append(news)
        fitting = [room for room in self.rooms if words.hits(news.title, room.topics)]
        self.dice.shuffle(fitting)
        for room in fitting[: self.setup.rules.news_per_cast]:
            self._take(room, news)
            self._open(Wanted(next(self.numbers), room, "news", now, news=news), now)

    def _take(self, room: Room, news: News) -> None:
        room.headlines.add(news.id)
        self.taken[news.id] += 1

    def _fresh_news(self, room: Room, now: datetime) -> tuple[News, ...]:
        """What a new thought in a room may still take up."""
        since = now - timedelta(minutes=room.rules.news_minutes)
        return tuple(
            news
            for news in reversed(self.bulletins)
            if news.published_at > since
            and news.id not in room.headlines
            and self.taken[news.id] < room.rules.news_per_cast
            and words.hits(news.title, room.topics)
        )

    # --- From a turn to words ----------------------------------------------------------------------------------------
    def _open(self, wanted: Wanted, now: datetime) -> None:
        room = wanted.room
        room.under_way[wanted.number] = wanted.bot_id or 0
        if wanted.trigger in {"schedule", "news"}:
            room.chatter.add(wanted.number)
        seconds = MODEL_SECONDS * self.dice.lognormvariate(0, 0.5)
        self.at(now + timedelta(seconds=0.5), partial(self._compose, wanted, seconds))

    def _compose(self, wanted: Wanted, model: float, now: datetime) -> None:
        room = wanted.room
        room.under_way.pop(wanted.number, None)
        scene = self._scene(wanted, now)
        chosen = plan.choose(scene, Random(self.dice.getrandbits(62)))
        if isinstance(chosen, Silence):
            self._end(wanted, chosen.reason)
            return
        room.under_way[wanted.number] = chosen.speaker.bot_id
        if chosen.headline and wanted.news is None:
            self._take(room, chosen.headline)
        text, reason = self._text(wanted, scene, chosen)
        if reason:
            self._end(wanted, reason)
            return
        self._stretch(wanted, chosen)
        self._give_moment(wanted, chosen, text, now + timedelta(seconds=model))

    def _scene(self, wanted: Wanted, now: datetime) -> Scene:
        room = wanted.room
        return Scene(
            chat_id=room.number,
            title=room.title,
            now=now,
            observes_hours=room.setting.observes_hours,
            topics=room.topics,
            policy=room.rules,
            trigger=wanted.trigger,
            named_bot_id=wanted.bot_id,
            cause=wanted.cause,
            members=tuple(room.members(now)),
            history=tuple(self._known(said, room) for said in room.history),
            news=(wanted.news,) if wanted.news else self._fresh_news(room, now),
        )

    def _known(self, said: Said, room: Room) -> Said:
        """A message with what became of it since."""
        replies, reacted = room.answers.get(said.id, 0), room.reacted.get(said.id)
        return replace(said, replies=replies, reacted=frozenset(reacted or ())) if replies or reacted else said

    def _text(self, wanted: Wanted, scene: Scene, chosen: Plan) -> tuple[str, str]:
        if chosen.intent == "reaction":
            return chosen.emoji, ""
        if not self.setup.words:
            return f"#{wanted.number}", ""
        player = wanted.room.players[chosen.speaker.bot_id]
        seed = self.dice.getrandbits(62)
        return writing.write(wanted.room, player, scene, chosen, seed=seed, outcome=self.outcome)

    def _stretch(self, wanted: Wanted, chosen: Plan) -> None:
        """The speaker's own pace and mood stretch the wait that the chat drew for the next turn."""
        room = wanted.room
        if wanted.due and wanted.due == room.due and room.next_due:
            drawn = (room.next_due - wanted.opened_at).total_seconds()
            by = pace.own_factor(chosen.speaker)
            waits = timedelta(seconds=pace.stretched(drawn, by=by, policy=room.rules))
            self._schedule(room, wanted.opened_at + waits)

    def _give_moment(self, wanted: Wanted, chosen: Plan, text: str, ready: datetime) -> None:
        room, dice = wanted.room, self.dice
        if wanted.cause is not None:
            typing = pace.answer_typing(len(text), wpm=chosen.speaker.character.wpm)
            waited = (ready - wanted.cause.said_at).total_seconds()
            after = ready + timedelta(seconds=max(0.0, typing - waited))
        else:
            wait, typing = pace.chatter(chosen.speaker, len(text), dice)
            starts = ready + timedelta(seconds=wait - typing)
            starts = pace.floor(room.windows.values(), starts, typing, seats=room.rules.typing_at_once)
            after = starts + timedelta(seconds=typing)
            room.windows[wanted.number] = (starts, after)
        self.at(after, partial(self._send, wanted, chosen, text))

    def _send(self, wanted: Wanted, chosen: Plan, text: str, now: datetime) -> None:
        again = self.desk.held_until(wanted.room, chosen, now)
        if again is not None:
            self.at(again, partial(self._send, wanted, chosen, text))
            return
        reason = self.desk.passed(wanted, chosen, now)
        if not reason:
            self.desk.send(wanted, chosen, text, now)
            if wanted.news:
                self._hasten(wanted.room, now)
        self._end(wanted, reason or "sent")

    def _end(self, wanted: Wanted, reason: str) -> None:
        room = wanted.room
        room.under_way.pop(wanted.number, None)
        room.windows.pop(wanted.number, None)
        room.chatter.discard(wanted.number)
        self.outcome.ended[reason] += 1
