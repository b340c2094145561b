"""Who plays where: a generated cast spread over rooms, as the values that the engine reads."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random

from bots.casts.generate import generate
from bots.sheet import BotSheet
from conversations.engine import character, course
from conversations.engine.rulebook import Policy
from conversations.engine.values import Feelings, Member, Position, Said
from conversations.simulation.recent import Recent
from conversations.simulation.setup import Setup

HOUR = timedelta(hours=1)
TOPICS = (
    ("BIST", "Bankalar", "Temettü", "Teknik analiz", "Halka arz"),
    ("Dolar", "Euro", "Faiz", "Enflasyon", "Merkez Bankası"),
    ("Kripto", "Bitcoin", "Ethereum", "Altcoin", "Cüzdan"),
    ("Altın", "Gümüş", "Petrol", "Emtia", "Enerji"),
    ("BIST", "Sanayi", "Havacılık", "İhracat", "Bilanço"),
    ("Faiz", "Mevduat", "Tahvil", "Emeklilik", "Fon"),
)
_TITLES = ("Seans Arkası", "Döviz Köşesi", "Zincir", "Emtia Masası", "Bilanço Saati", "Sabır Kulübü")
CHATS_OF_A_BOT = (1, 2, 2, 3)


@dataclass(slots=True)
class Player:
    """A bot through the day."""

    member: Member
    memories: tuple[str, ...]
    said: deque[datetime] = field(default_factory=deque)
    phrased: int = 0
    """Own messages since the last signature phrase."""

    def said_last_hour(self, now: datetime) -> int:
        while self.said and self.said[0] <= now - HOUR:
            self.said.popleft()
        return len(self.said)


@dataclass(slots=True)
class Room:
    number: int
    title: str
    topics: tuple[str, ...]
    players: dict[int, Player]
    weights: dict[int, float]
    setting: course.Setting
    rules: Policy
    history: deque[Said]
    recent: Recent
    talk: course.Course = field(default_factory=course.Course)
    next_due: datetime | None = None
    due: int = 0
    """Which of the due moments drawn for it holds; an earlier one is void."""
    last_said: dict[int, datetime] = field(default_factory=dict)
    windows: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    """Typing under way, by turn."""
    under_way: dict[int, int] = field(default_factory=dict)
    """Turns that are open, with the bot that writes them or 0."""
    chatter: set[int] = field(default_factory=set)
    minute: deque[datetime] = field(default_factory=deque)
    rests: dict[int, datetime] = field(default_factory=dict)
    """Stances that rest, until when."""
    told: dict[int, set[str]] = field(default_factory=dict)
    headlines: set[int] = field(default_factory=set)
    answers: dict[int, int] = field(default_factory=dict)
    """How often each message was answered by a bot."""
    reacted: dict[int, set[int]] = field(default_factory=dict)

    def members(self, now: datetime) -> Iterator[Member]:
        busy = set(self.under_way.values())
        for bot_id, player in self.players.items():
            member = player.member
            yield replace(
                member,
                weight=self.weights[bot_id],
                said_last_hour=player.said_last_hour(now),
                last_said_at=self.last_said.get(bot_id),
                positions=tuple(self._position(one, now) for one in member.positions),
                blocked="busy" if bot_id in busy else "",
                told=frozenset(self.told.get(bot_id, ())),
            )

    def _position(self, position: Position, now: datetime) -> Position:
        rests = self.rests.get(position.id)
        return replace(position, rests=True) if rests and rests > now else position


def build(setup: Setup) -> list[Room]:
    return rooms(setup, players(setup))


def players(setup: Setup) -> list[Player]:
    dice = Random(f"{setup.seed}:cast")
    stances = count(1)
    return [_player(number, sheet, stances, dice) for number, sheet in enumerate(generate(setup.bots, setup.seed), 1)]


def _player(number: int, sheet: BotSheet, stances: Iterator[int], dice: Random) -> Player:
    member = Member(
        bot_id=number,
        username=sheet.username,
        character=character.of(sheet.persona),
        weight=1.0,
        talkativeness=sheet.talkativeness,
        pace=sheet.pace,
        hourly_cap=sheet.hourly_cap,
        said_last_hour=0,
        last_said_at=None,
        hours=sheet.hours,
        positions=tuple(Position(next(stances), s.topic, s.text, s.confidence, rests=False) for s in sheet.stances),
        latency=round(dice.lognormvariate(2.0, 0.5), 1),
        feelings=Feelings(*(min(100, max(0, round(dice.gauss(start, 12)))) for start in (50, 50, 50, 10, 50, 50, 50))),
    )
    return Player(member, tuple(memory.text for memory in sheet.memories))


def rooms(setup: Setup, cast: list[Player]) -> list[Room]:
    """Every bot in one to three rooms; no room without bots as long as there are bots enough."""
    dice = Random(f"{setup.seed}:rooms")
    seats: list[dict[int, Player]] = [{} for _ in range(setup.chats)]
    for number, player in enumerate(cast):
        taken = {number % setup.chats, *dice.sample(range(setup.chats), min(dice.choice(CHATS_OF_A_BOT), setup.chats))}
        for room in taken:
            seats[room][player.member.bot_id] = player
    return [_room(number, seated, setup, dice) for number, seated in enumerate(seats, 1)]


def _room(number: int, seated: dict[int, Player], setup: Setup, dice: Random) -> Room:
    kind = (number - 1) % len(TOPICS)
    return Room(
        number=number,
        title=f"{_TITLES[kind]} {1 + (number - 1) // len(TOPICS)}",
        topics=TOPICS[kind],
        players=seated,
        weights={bot_id: round(dice.uniform(0.6, 1.4), 2) for bot_id in seated},
        setting=course.Setting(tempo=round(dice.lognormvariate(0, 0.25), 2)),
        rules=setup.rules,
        history=deque(maxlen=setup.rules.history_length),
        recent=Recent(setup.rules.duplicate_hours),
    )
