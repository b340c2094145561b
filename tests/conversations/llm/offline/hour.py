"""An hour of rehearsal on paper: six bots of the demo cast, eight topics, replies, two guests who ask."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from conversations.llm.offline import OfflineVoice
from conversations.llm.offline.plans import Length
from conversations.llm.port import Brief, Line, Request

DEMO = Path(__file__).parents[4] / "bots" / "casts" / "demo.json"
TOPICS = ("BIST", "Dolar/TL", "Kripto", "Altın", "Bankacılık", "Enerji", "Teknoloji Hisseleri", "Makro Ekonomi")
GUESTS = {
    "Emre": (
        "altın için ne düşünüyorsunuz?", "bu faiz meselesi neden bu kadar önemli?", "selam millet",
        "THYAO mu PGSUS mu daha mantıklı?", "temettü nasıl takip ediliyor?", "kripto battım resmen moralim bozuk",
    ),
    "Zehra": (
        "GARAN alınır mı sizce?", "dolar ne olur?", "sen bot musun?", "teşekkürler hocam", "enflasyon ne zaman düşer?",
        "petrol düşünce TUPRS nasıl etkileniyor?",
    ),
}  # fmt: skip
LENGTHS: tuple[Length, ...] = ("short", "medium", "long")
SEEN = 30
"""Lines of the chat that a brief carries."""


@dataclass(frozen=True)
class Said:
    speaker: str
    text: str
    brief: Brief


def request(brief: Brief, seed: int) -> Request:
    return Request(messages=(), brief=brief, model="kulis-offline-1", seed=seed, deadline=0.0)


def persona(entry: dict[str, Any]) -> Brief:
    """What the engine would put into a brief of this bot."""
    sheet = entry["persona"]
    return Brief(
        speaker=sheet["name"], tone=sheet["tone"], risk=sheet["risk"], expertise=tuple(sheet["expertise"]),
        watchlist=tuple(sheet["watchlist"]), phrases=tuple(sheet["phrases"]), emoji=tuple(sheet["emoji"]),
        anecdotes=tuple(sheet["anecdotes"]), stances=tuple((item["topic"], item["text"]) for item in entry["stances"]),
        memories=tuple(item["text"] for item in entry["memories"][:4]), energy=sheet["energy"],
        empathy=sheet["empathy"], formality=sheet["formality"], session="seans açık",
    )  # fmt: skip


def demo_cast() -> list[tuple[Brief, float]]:
    bots = json.loads(DEMO.read_text(encoding="utf-8"))["bots"]
    return [(persona(bot), bot["talkativeness"]) for bot in bots]


def play(seed: int, messages: int = 180) -> Iterator[Said]:
    """Stretches of seven to fifteen messages a topic; the cast speaks by talkativeness, mostly as replies."""
    dice = Random(seed)
    cast = demo_cast()[:6]
    lines: list[Line] = []
    topic, left, last = TOPICS[0], 0, ""
    for _ in range(messages):
        if left == 0:
            topic, left = dice.choice([name for name in TOPICS if name != topic]), dice.randint(7, 15)
        left -= 1
        if dice.random() < 0.06:
            guest = dice.choice(sorted(GUESTS))
            lines.append(Line(guest, dice.choice(GUESTS[guest]), human=True))
        speakers = [(brief, weight) for brief, weight in cast if brief.speaker != last]
        brief = dice.choices([brief for brief, _ in speakers], [weight for _, weight in speakers])[0]
        said = _turn(brief, topic, lines, dice)
        last = said.speaker
        lines.append(Line(said.speaker, said.text))
        yield said


def _turn(brief: Brief, topic: str, lines: list[Line], dice: Random) -> Said:
    seen = tuple(replace(line, own=line.speaker == brief.speaker) for line in lines[-SEEN:])
    others = [line for line in seen[-8:] if not line.own]
    asked = next((line for line in seen[-1:] if line.human), None)
    target = asked or (dice.choice(others) if others and dice.random() < 0.55 else None)
    length = dice.choices(LENGTHS, (0.55, 0.35, 0.10))[0]
    untold = [story for story in brief.anecdotes if not any(story[:20].lower() in line.text.lower() for line in lines)]
    brief = replace(
        brief,
        # As the engine rations them: seldom, and no story twice.
        anecdotes=(dice.choice(untold),) if untold and dice.random() < 0.04 else (),
        phrases=(dice.choice(brief.phrases),) if brief.phrases and dice.random() < 0.1 else (),
        topic=topic,
        length=length,
        history=seen,
        reply_to=target,
        intent="message" if target is None else "answer" if target.human else "reply",
        mention=target.speaker if target and dice.random() < 0.35 else "",
    )
    completion = OfflineVoice().complete(request(brief, dice.getrandbits(48)))
    return Said(brief.speaker, completion.text, brief)
