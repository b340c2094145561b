"""Who is speaking, read from the brief: traits that frames ask for, the register, the side taken on a topic."""

import re
import zlib
from dataclasses import dataclass
from functools import cached_property

from conversations.llm.offline import rules, topics, turkish, words
from conversations.llm.port import Brief

Side = str
"""for, against or open."""

_KINDS = {
    "novice": ("yeni başla", "öğreniyor", "öğrenmeye", "meraklı", "acemi", "öğrenci", "stajyer"),
    "chartist": ("teknik", "grafik", "chart", "formasyon"),
    "macro": ("ekonomist", "makro", "iktisat", "para politikası"),
    "elder": ("emekli", "torun", "babacan", "anaç", "nine", "dede"),
    "coder": ("yazılım", "mühendis", "kod"),
    "crypto": ("kripto", "bitcoin", "zincir"),
}
_FOND = re.compile(
    r"güveniyor|güvenir|güven veri|severim|seviyor|sevdi|huzur|sağlam|mantıklı|kıymet|değerli|umut|inanıyor|inanır|liman|şart\b|olmalı|vazgeçmem"
    r"|vazgeçilmez|gerekli|fırsat|tutuyorum|biriktir|mükemmel|gelecek|işe yar|yalan söyleme|önemli kriter|rahat|kalkan|omurga|heyecan|güzel|denge|doğru yer"
    r"|öğretti|besler|büyüt|en iyi|disiplin|dürüst|net göster|ayak izi|iyimser|düzenli gelir"
)
_COOL = re.compile(
    r"riskli|uzak|kork|balon|kumar|pahalı|şüphe|güvenmi|sevmi|sevmem\b|inanmı|inanmam|abart|yanılt|yorucu|tuzak|sorun|anlamıyor|tarzım değil|gereksiz"
    r"|hayal|bıktı|soğu[kğ]|mesafe|temkin|yetmez|yetmiyor|\bfal\b|bana göre değil|boşuna|karamsar|sıkıcı|işim olmaz|girmem|masal|uyutuyor|uyuyan|gürültü|aldatıcı"
    r"|yapışkan|yorgun|oyalan|aldan|piyango|körlük|volatil|zor\b|eksik|ağır"
)
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
            "closed": "kapalı" in brief.session,
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
        """What its stance says; without one what its appetite for risk suggests, and always the same for one speaker."""
        own = self.positions.get(topic.key or words.plain(topic.noun.text))
        if own:
            return leaning(" ".join(own))
        if topic.key in _RISKY and self.brief.risk != "medium":
            return "for" if self.brief.risk == "high" else "against"
        if topic.key in _QUIET and self.brief.risk != "medium":
            return "against" if self.brief.risk == "high" else "for"
        return ("for", "against", "open")[zlib.crc32(f"{self.brief.speaker} {topic.key}".encode()) % 3]

    @cached_property
    def phrases(self) -> tuple[str, ...]:
        return rules.speakable(self.brief.phrases, longest=60)


def leaning(text: str) -> Side:
    """Whether a text speaks well or ill of its subject."""
    folded = turkish.lower(text)
    fond, cool = len(_FOND.findall(folded)), len(_COOL.findall(folded))
    if fond == cool:
        return "open"
    return "for" if fond > cool else "against"
