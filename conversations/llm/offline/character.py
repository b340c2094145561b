"""Who is speaking, read from the brief: traits that frames ask for, the register, the side taken on a topic."""

import zlib
from dataclasses import dataclass
from functools import cached_property

from conversations.llm.offline import leaning, rules, topics, turkish, words
from conversations.llm.offline.leaning import Side
from conversations.llm.port import Brief

_KINDS = {
    "novice": ("yeni başla", "öğreniyor", "öğrenmeye", "meraklı", "acemi", "öğrenci", "stajyer"),
    "chartist": ("teknik", "grafik", "chart", "formasyon"),
    "macro": ("ekonomist", "makro", "iktisat", "para politikası"),
    "elder": ("emekli", "torun", "babacan", "anaç", "nine", "dede"),
    "coder": ("yazılım", "mühendis", "kod"),
    "crypto": ("kripto", "bitcoin", "zincir"),
}
_RISKY = {"kripto", "halka_arz", "teknoloji", "teknik", "borsa"}
_QUIET = {"altin", "temettu", "faiz", "fon", "risk", "dolar"}


@dataclass(frozen=True)
class Character:
    brief: Brief

    @cached_property
    def traits(self) -> frozenset[str]:
        brief = self.brief
        measured = {
            "careful": brief.risk in {"very_low", "low"},
            "bold": brief.risk == "high",
            "lively": brief.energy >= 0.65,
            "calm": brief.energy <= 0.4,
            "warm": brief.empathy >= 0.65,
            "formal": brief.formality >= 0.65,
            "street": brief.formality <= 0.25,
            "open": "açık" in brief.session,
            "closed": bool(brief.session) and "açık" not in brief.session,
        }
        return frozenset(name for name, is_so in measured.items() if is_so) | self._kinds()

    def _kinds(self) -> frozenset[str]:
        about = turkish.lower(
            " ".join((self.brief.tone, *self.brief.expertise, *self.brief.memories, *self.brief.phrases))
        )
        narrow = turkish.lower(" ".join((self.brief.tone, *self.brief.expertise)))
        return frozenset(
            kind
            for kind, signs in _KINDS.items()
            if any(sign in (about if kind == "elder" else narrow) for sign in signs)
        )

    @property
    def formal(self) -> bool:
        """Whether it says siz to one person."""
        return self.brief.formality >= (0.4 if self.brief.intent == "answer" else 0.55)

    @cached_property
    def positions(self) -> dict[str, tuple[str, ...]]:
        """Its positions by the book of their topic."""
        found: dict[str, tuple[str, ...]] = {}
        for label, text in self.brief.stances:
            key = topics.of(label).key or words.plain(label)
            found[key] = (*found.get(key, ()), text)
        return found

    def side(self, topic: topics.Topic) -> Side:
        """What its stance says; else what its appetite for risk suggests; always the same for one speaker."""
        own = self.positions.get(topic.key or words.plain(topic.noun.text))
        if own:
            return leaning.of(" ".join(own))
        if topic.key in _RISKY and self.brief.risk != "medium":
            return "for" if self.brief.risk == "high" else "against"
        if topic.key in _QUIET and self.brief.risk != "medium":
            return "against" if self.brief.risk == "high" else "for"
        sides: tuple[Side, ...] = ("for", "against", "open")
        return sides[zlib.crc32(f"{self.brief.speaker} {topic.key}".encode()) % 3]

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        return rules.speakable(self.brief.phrases, longest=60)
