"""The last steps of a simulated message: limits and second thoughts as `gates` has them, then its place in the talk."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from conversations.engine import course, pace
from conversations.engine.course import ANSWERS, MOVED_ON
from conversations.engine.rulebook import Policy
from conversations.engine.values import Plan, Said
from conversations.realism.utterance import Kind, Utterance
from conversations.simulation.setup import Outcome
from conversations.simulation.stage import Room

if TYPE_CHECKING:
    from conversations.simulation.day import Wanted

MINUTE = timedelta(minutes=1)


class Desk:
    """What every message of the day passes; the limits over all rooms are kept here."""

    def __init__(self, rules: Policy, outcome: Outcome) -> None:
        self.rules, self.outcome = rules, outcome
        self.minute: deque[datetime] = deque()

    def held_until(self, room: Room, chosen: Plan, now: datetime) -> datetime | None:
        """When a limit lets the next message go; None for now."""
        if chosen.intent == "reaction":
            return None
        for name, sent, most in (
            ("max_per_minute", self.minute, self.rules.max_per_minute),
            ("chat_max_per_minute", room.minute, room.rules.chat_max_per_minute),
        ):
            while sent and sent[0] <= now - MINUTE:
                sent.popleft()
            if len(sent) >= most:
                self.outcome.limits[name] += 1
                return sent[0] + MINUTE
        return None

    def passed(self, wanted: "Wanted", chosen: Plan, now: datetime) -> str:
        """Why the moment of a message has passed, or nothing."""
        room, bot = wanted.room, chosen.speaker
        if room.players[bot.bot_id].said_last_hour(now) >= bot.hourly_cap:
            return "hourly_cap"
        if wanted.trigger == "question" and wanted.cause:
            return "answered" if room.answers.get(wanted.cause.id, 0) >= ANSWERS else ""
        if wanted.cause:
            return ""
        if reason := course.passed(room.talk, room.setting, room.rules, now):
            return reason
        if room.setting.observes_hours and not pace.awake(bot.hours, now):
            return "outside_hours"
        since = sum(said.said_at > wanted.opened_at for said in room.history)
        return "superseded" if since >= MOVED_ON else ""

    def send(self, wanted: "Wanted", chosen: Plan, text: str, now: datetime) -> None:
        if chosen.intent == "reaction":
            self._react(wanted, chosen, text, now)
        else:
            self._say(wanted, chosen, text, now)

    def _react(self, wanted: "Wanted", chosen: Plan, emoji: str, now: datetime) -> None:
        assert chosen.target is not None  # noqa: S101 - a reaction has its message
        wanted.room.reacted.setdefault(chosen.target.id, set()).add(chosen.speaker.bot_id)
        self._note(wanted, chosen, emoji, now, Kind.REACTION, None)

    def _say(self, wanted: "Wanted", chosen: Plan, text: str, now: datetime) -> None:
        room, bot_id = wanted.room, chosen.speaker.bot_id
        news = wanted.trigger == "news"
        rest = pace.rest(room.rules, room.setting.tempo)
        room.talk = course.bot_spoke(room.talk, now, news=news, rest=rest)
        self.outcome.longest_row = max(self.outcome.longest_row, room.talk.chain)
        target = chosen.target.id if chosen.target else None
        number = wanted.number
        said = Said(number, chosen.speaker.name, text, now, bot_id, None, target, topic=chosen.topic)
        room.history.append(said)
        room.recent.add(text, now)
        room.last_said[bot_id] = now
        room.players[bot_id].said.append(now)
        self.minute.append(now)
        room.minute.append(now)
        self._follow(room, chosen, now)
        typed = room.windows.get(number)
        seconds = (typed[1] - typed[0]).total_seconds() if typed else None
        self._note(wanted, chosen, text, now, Kind.MESSAGE, seconds)

    def _follow(self, room: Room, chosen: Plan, now: datetime) -> None:
        """What a message leaves behind: an answered message, a stance that rests, a headline that is used up."""
        if chosen.target:
            room.answers[chosen.target.id] = room.answers.get(chosen.target.id, 0) + 1
        if chosen.position:
            room.rests[chosen.position.id] = now + timedelta(minutes=room.rules.stance_cooldown_minutes)
        if chosen.anecdote:
            room.told.setdefault(chosen.speaker.bot_id, set()).add(chosen.anecdote)
        if chosen.headline:
            self.outcome.headlines[chosen.headline.id] += 1
            self.outcome.headlines_in_a_chat[room.number, chosen.headline.id] += 1

    def person(self, room: Room, said: Said, called: Iterable[str]) -> None:
        """A person's line; `called` are the usernames of the bots that it names."""
        room.history.append(said)
        room.recent.add(said.text, said.said_at)
        self.outcome.utterances.append(
            Utterance(
                said.id,
                room.title,
                said.said_at,
                f"person-{said.participant_id}",
                is_bot=False,
                text=said.text,
                reply_to=said.reply_to_id,
                mentions=tuple(called),
                aside=said.mentions_other,
            )
        )

    def _note(self, wanted: "Wanted", chosen: Plan, text: str, now: datetime, kind: Kind, typing: float | None) -> None:
        points = chosen.target is not None and (chosen.quotes or kind is Kind.REACTION)
        self.outcome.utterances.append(
            Utterance(
                wanted.number,
                wanted.room.title,
                now,
                chosen.speaker.username,
                is_bot=True,
                text=text,
                reply_to=chosen.target.id if chosen.target and points else None,
                kind=kind,
                trigger=wanted.trigger,
                typing=typing,
            )
        )
