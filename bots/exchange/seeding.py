"""First memories of a bot that brings none: made from its own sheet, filled up with habits that suit it.

The same sheet remembers the same things every time. Its words stand where no Turkish ending must be hung on them.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from bots import daytime
from bots.sheet import BotSheet, Horizon, MemoryKind, MemorySheet, PersonaSheet, Risk

ENOUGH = 10
MOST = 16
_VOW = re.compile(r"m[ae]m\W*$")
"""Of what a persona never does only "panik satış yapmam" is a promise to itself; others write what they never say."""

_RISK = {
    Risk.VERY_LOW: "Paramın azalmasındansa hiç artmamasına razıyım; huyum böyle.",
    Risk.LOW: "Uykumu kaçıracak bir şeye para bağlamam.",
    Risk.MEDIUM: "Ne her şeyi tek yere koyarım ne de kenarda beklerim; ortasını ararım.",
    Risk.HIGH: "Dalgalanma beni korkutmaz; asıl sakin günlerde sıkılırım.",
}
_HORIZON = {
    Horizon.SHORT: "Günü gününe yaşarım piyasada; akşama ne kaldığına bakarım.",
    Horizon.MEDIUM: "Bir işe girince birkaç ay beklemeyi göze alırım.",
    Horizon.LONG: "Aldığımı yıllarca unutabilirim; acelem yok.",
}
_HABITS = (
    (MemoryKind.ROUTINE, "Sabah ilk iş haber başlıklarına göz gezdiririm."),
    (MemoryKind.ROUTINE, "Akşam kapanıştan sonra günün notunu deftere düşerim."),
    (MemoryKind.ROUTINE, "Hafta sonu grafikleri açmam; kafamı dinlerim."),
    (MemoryKind.ROUTINE, "Öğle arasında sohbeti baştan okurum."),
    (MemoryKind.ROUTINE, "Çay demlenmeden ekranı açmam."),
    (MemoryKind.PAST_EVENT, "İlk zararımı kimseye söyleyememiştim; sonra içim rahatladı."),
    (MemoryKind.PAST_EVENT, "Bir kere aceleyle karar verdim, dersini uzun süre unutmadım."),
    (MemoryKind.PAST_EVENT, "Eski defterimde kendi yanlışlarımı okuyup gülmüştüm."),
    (MemoryKind.PREFERENCE, "Uzun yazıdansa kısa ve açık anlatanı severim."),
    (MemoryKind.PREFERENCE, "Kaynağı belli olmayan habere güvenmem."),
    (MemoryKind.PREFERENCE, "Tartışmayı severim ama kırıcı olmasını istemem."),
    (MemoryKind.REFLECTION, "En zor iş, bir şey yapmadan beklemekmiş."),
    (MemoryKind.REFLECTION, "Herkesin aynı şeyi söylediği günlerde daha dikkatli olurum."),
    (MemoryKind.REFLECTION, "Yanıldığımı söylemek zamanla kolaylaştı."),
    (MemoryKind.RELATIONSHIP, "Yeni gelenlerin sorularını küçümsemem; ben de sormuştum."),
    (MemoryKind.RELATIONSHIP, "Benim gibi düşünmeyenlerle konuşmak bana iyi gelir."),
    (MemoryKind.PERSONAL_FACT, "Bu işe merakım bir arkadaşın anlattıklarıyla başladı."),
    (MemoryKind.PERSONAL_FACT, "Hesabı kâğıt üstünde yapmayı hâlâ bırakamadım."),
)


def seeded(sheet: BotSheet) -> BotSheet:
    """The sheet with ten memories or more; with ten already, as it is."""
    if len(sheet.memories) >= ENOUGH:
        return sheet
    known = {memory.text: memory for memory in sheet.memories}
    for memory in _own(sheet):
        if len(known) < MOST:
            known.setdefault(memory.text, memory)
    habits = list(_HABITS)
    Random(sheet.username).shuffle(habits)
    for kind, text in habits:
        if len(known) < ENOUGH:
            known.setdefault(text, MemorySheet(kind, text, 0.3))
    return replace(sheet, memories=tuple(known.values()))


def _own(sheet: BotSheet) -> Iterator[MemorySheet]:
    """What the sheet itself gives to remember, what matters most first."""
    persona = sheet.persona
    yield from _character(persona)
    for stance in sheet.stances[:3]:
        yield MemorySheet(
            MemoryKind.REFLECTION, _sentence(f"{stance.topic} üstüne hep böyle düşündüm: {stance.text}"), 0.6
        )
    for anecdote in persona.anecdotes[:3]:
        yield MemorySheet(MemoryKind.PAST_EVENT, anecdote, 0.6)
    for vow in filter(_VOW.search, persona.never_do[:3]):
        yield MemorySheet(MemoryKind.PREFERENCE, _sentence(f"Kendime verdiğim söz: {vow}"), 0.7)
    for holding in sheet.holdings[:2]:
        yield MemorySheet(MemoryKind.PERSONAL_FACT, _sentence(f"{holding.symbol} bende duruyor. {holding.note}"), 0.6)
    if persona.watchlist:
        yield MemorySheet(MemoryKind.ROUTINE, f"Her gün şunlara bakarım: {'; '.join(persona.watchlist[:5])}.", 0.5)
    if sheet.hours:
        awake = ", ".join(daytime.text(hours) for hours in sheet.hours)
        yield MemorySheet(MemoryKind.ROUTINE, f"Ekran başında olduğum saatler: {awake}.", 0.3)
    if persona.phrases:
        yield MemorySheet(MemoryKind.PERSONAL_FACT, f"“{persona.phrases[0]}” lafımla tanırlar beni.", 0.3)


def _character(persona: PersonaSheet) -> Iterator[MemorySheet]:
    if persona.hint:
        yield MemorySheet(MemoryKind.PERSONAL_FACT, _sentence(f"Beni kısaca anlat deseler: {persona.hint}"), 0.8)
    yield MemorySheet(MemoryKind.PREFERENCE, _RISK[persona.risk], 0.6)
    yield MemorySheet(MemoryKind.PREFERENCE, _HORIZON[persona.horizon], 0.5)
    if persona.tone:
        yield MemorySheet(MemoryKind.PERSONAL_FACT, _sentence(f"Sesimi böyle tarif ederler: {persona.tone}"), 0.4)
    if persona.interests:
        yield MemorySheet(
            MemoryKind.PREFERENCE, f"Laf lafı açınca döndüğüm konular: {', '.join(persona.interests[:4])}.", 0.4
        )


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
