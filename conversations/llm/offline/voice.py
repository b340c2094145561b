"""One speaker with its topic and its dice: turns frames into fresh sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from conversations.llm.offline import grammar, names, phrasebook, topics, turkish
from conversations.llm.offline.character import Character
from conversations.llm.offline.grammar import Frame, Scope
from conversations.llm.offline.heard import Heard
from conversations.llm.offline.reading import Reading
from conversations.llm.offline.topics import Topic
from conversations.llm.offline.turkish import Noun

_TRIES = 6
_FRESH = 0.1
_HOPELESS = 9.0


@dataclass(frozen=True, slots=True)
class Voice:
    character: Character
    topic: Topic
    reading: Reading
    heard: Heard
    dice: Random
    shares: tuple[str, ...] = ()
    """What <s> and <s2> stand for."""

    def one_of(self, *sections: Sequence[Frame], also: Mapping[str, Noun] | None = None) -> str:
        """A sentence from one of these sections, as fresh as a few throws allow; empty when no frame suits."""
        slots = self._slots() | dict(also or {})
        frames = [frame for section in sections for frame in section if frame.suits(self.character.traits, slots)]
        best, least = "", _HOPELESS
        for _ in range(_TRIES if frames else 0):
            text = self._throw(frames, slots)
            staleness = self.heard.staleness(text)
            if staleness < least:
                best, least = text, staleness
            if staleness <= _FRESH:
                break
        return best

    def chance(self, probability: float) -> bool:
        return self.dice.random() < probability

    def _throw(self, frames: list[Frame], slots: Mapping[str, Noun]) -> str:
        # A frame made for somebody like this speaker is worth three that anybody could say.
        frame = self.dice.choices(frames, [3 if frame.wants else 1 for frame in frames])[0]
        about_share = "s" in frame.needs
        drivers = self._drivers(topics.sector(self.shares[0]) if about_share else self.topic)
        scope = Scope({**slots, **drivers}, phrasebook.general().sections, self.character.traits, self.character.formal)
        return turkish.capital(grammar.speak(frame, scope, self.dice))

    def _slots(self) -> dict[str, Noun]:
        brief = self.character.brief
        slots = {
            "t": self.topic.noun,
            "k": self.reading.keyword or self.topic.noun,
            "who": Noun(names.person(brief.mention)),
            "speaker": Noun(brief.speaker, apostrophe=True),
        }
        slots |= dict(zip(("s", "s2"), map(names.symbol, self.shares), strict=False))
        return slots | dict.fromkeys(("d", "d2"), self.topic.noun)

    def _drivers(self, topic: Topic) -> dict[str, Noun]:
        """Two different things to watch, neither of them the topic itself or the word that was picked up; where the
        line asks to choose between two, those."""
        if self.reading.kind == "either" and len(self.reading.options) > 1 and topic is self.topic:
            return dict(zip(("d", "d2"), self.dice.sample(self.reading.options, 2), strict=True))
        taken = {self.topic.noun.text, self.reading.keyword.text if self.reading.keyword else ""}
        others = [noun for noun in topic.drivers if noun.text not in taken]
        return dict(zip(("d", "d2"), self.dice.sample(others, 2), strict=True))
