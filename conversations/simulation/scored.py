"""How alive a simulated day was."""

from datetime import datetime, timedelta

from conversations.engine import pace
from conversations.realism import scorecard
from conversations.realism.scorecard import Scorecard
from conversations.realism.utterance import Context
from conversations.simulation.setup import ZONE, Outcome
from conversations.simulation.stage import Room


def card(outcome: Outcome) -> Scorecard:
    return scorecard.card(outcome.utterances, outcome.context)


def context(outcome: Outcome, rooms: list[Room]) -> Context:
    """News, members, who was awake when, and the silence that ends a row of bot messages."""
    hours = {player.member.username: player.member.hours for room in rooms for player in room.players.values()}
    rests = [pace.rest(room.rules, room.setting.tempo) for room in rooms]
    people = not any(room.setting.observes_hours for room in rooms)

    def awake(speaker: str, at: datetime) -> bool:
        return people or pace.awake(hours.get(speaker, ()), at.astimezone(ZONE))

    return Context(
        zone=ZONE,
        news=[(said.chat, said.at) for said in outcome.utterances if said.trigger == "news"],
        members={room.title: frozenset(p.member.username for p in room.players.values()) for room in rooms},
        awake=awake,
        chain_rest=timedelta(seconds=min(rests, default=0.0)),
        refused_reactions=0,
    )
