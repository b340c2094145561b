"""What must never leave: the voice's own last look at its text, and at what personas bring along.

The guard of the engine judges every voice; this one merely refuses to speak what it already knows to be wrong.
"""

import re

from conversations.llm.offline import turkish

_FIGURE = re.compile(
    r"%\s*\d|\d\s*%|yüzde\s+(?:\d|bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz)"
    r"|yüzde\s+(?:on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan|yüz)\b"
    r"|\d[\d.,]*\s*(?:tl|₺|\$|€|lira|dolar|usd|euro|avro|kuruş|puan|baz|bin|milyon|milyar|seviye|direnç|destek|hedef|bandı)"
    r"|[₺$€]\s*\d|\d+[.,]\d+|\b(?!19\d\d\b|20\d\d\b)\d{4,}\b"
)
_PROMISE = re.compile(
    r"garanti|kesin\s+(?:kazan|kâr|kar\b|getiri|yüksel|çıkar)|kaçırma|kaçmaz\s+fırsat|tam zamanı|risksiz|alev alev"
    r"|patla[dry]|uçacak|uçuyor|zengin (?:ol|ed)|katla(?:r|yacak|nacak)|kazandırır|tavan yap|hedef fiyat"
)
_CALL = re.compile(
    r"\b(?:al|sat|alın|satın|alsın|satsın|alınız|satınız|girin|girelim|toplayın|alımda kal|satışta kal)\b"
)
_HUMAN = re.compile(r"\binsanım\b|\bgerçek (?:bir )?(?:insan|kişi)yim\b|bot değilim|yapay zeka değilim|robot değilim")


def broken(text: str) -> str:
    """The name of the rule that the text breaks, or an empty string."""
    folded = turkish.lower(text)
    for name, pattern in (("figure", _FIGURE), ("promise", _PROMISE), ("call", _CALL), ("human", _HUMAN)):
        if pattern.search(folded):
            return name
    return ""


def speakable(texts: tuple[str, ...], *, longest: int = 220) -> tuple[str, ...]:
    """Of a persona's own texts those that may be said aloud, tidied."""
    clean = (" ".join(text.split()) for text in texts)
    return tuple(text for text in clean if 2 < len(text) <= longest and not broken(text))
