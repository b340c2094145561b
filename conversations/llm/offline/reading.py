"""What the line being answered says: what kind of line it is, which words can be taken up, which way it leans."""

import re
from dataclasses import dataclass

from conversations.llm.offline import character, phrasebook, rules, topics, turkish, words
from conversations.llm.offline.turkish import Noun
from conversations.llm.port import Line

# The first kind that fits wins: honesty before advice, advice before opinion.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("bot", r"\bbot\s*(?:mu|musun|musunuz|sun\b|sunuz|değil mi)|\bbotsun|robot\s*mu|insan\s*mı|gerçek\s*(?:mi|kişi|insan|biri)"
                r"|yapay\s*zek[aâ]\s*m[ıi]|yapay\s*zek[aâ]sın|\b(?:ai|chatgpt|gpt)\s*m[ıiuü]|program\s*mı(?:sın)?|simülasyon\s*mu"),
        ("who", r"\bkimsin|\bsiz kimsiniz|kendini(?:zi)? tanıt|adın ne\b|adınız ne\b"),
        ("advice", r"\b(?:alayım|satayım|alsam|satsam|alalım|satalım|alınır|satılır|alsak|tutayım|tutsam|gireyim|girsem|çıkayım|çıksam|girilir|alayim|satayim)\b"
                   r"|ne al(?:sam|malı|ayım|abilir)|tavsiye|önerir|önerin|öneri\b|ne yapmalı|ne yapayım|hangi (?:hisse|coin|fon)\w* (?:iyi|alı)|yatırayım|yatırsam|değerlendireyim"),
        ("price", r"\bkaç\s*(?:tl|lira|dolar|olur|olacak|para|a gider)|\bkaça\b|hedef|nereye (?:gider|kadar)|ne kadar (?:olur|olacak|eder|yükselir|düşer)|kaç olur|fiyatı ne\b|seviye bekli|ne olur\b|ne olacak"),
        ("loss", r"\bbattım|\bzarar(?:dayım|ettim| ettim|daydım)|kaybettim|eridi\b|ekside|moralim|üzgünüm|mahvoldum|canım sıkkın|pişmanım|kötüyüm"),
        ("gain", r"kazandım|kâra geçtim|kara geçtim|artıdayım|kârdayım|çok sevindim|mutluyum"),
        ("why", r"\bneden\b|\bniye\b|\bniçin\b|sebebi ne"),
        ("how", r"\bnasıl (?:\w+ )?(?:yap|bak|oku|öğren|anla|seç|takip|başla|hesap|ayır|yor|oluyor|olur)|\bnasıl\b.*\?"),
        ("when", r"ne zaman|\bvakti\b|kaçta\b|hangi gün"),
        ("opinion", r"ne (?:düşün|diyor|dersin|dersiniz)|fikr|görüş|yorum(?:un|unuz|ları)|sence|sizce|bakış"),
        ("yes_no", r"\bm[ıiuü](?:s[ıiuü]n|s[ıiuü]n[ıiuü]z|y[ıiuü]z|yd[ıiuü])?\b[^?]*\?|\bm[ıiuü]\s*$"),
        ("thanks", r"teşekkür|sağ\s?ol|eyvallah|eline sağlık|minnettar"),
        ("greet", r"^\W*(?:selam|merhaba|günaydın|iyi (?:günler|akşamlar|sabahlar|geceler)|naber|slm|mrb|hey\b|selamün)"),
        ("joke", r"(?:ha){2,}|\b(?:sj|qw)|jajaja|😂|🤣|😅"),
        ("opinion", r"\?\s*$"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    kind: str = "statement"
    topic: str = ""
    """The book its words belong to, or empty."""
    symbol: str = ""
    keyword: Noun | None = None
    side: character.Side = "open"
    """How it speaks of its subject."""


def read(line: Line) -> Reading:
    """Numbers and wishes in the line are heard, never repeated: only nouns of our own books are taken up."""
    text = " ".join(line.text.split())[:600]
    key = topics.best(text)
    symbol = _symbol(text)
    return Reading(
        kind=_kind(text),
        topic=topics.sector(symbol).key if symbol and not key else key,
        symbol=symbol,
        keyword=_keyword(text, key, symbol),
        side=character.leaning(text),
    )


def _kind(text: str) -> str:
    folded = turkish.lower(text)
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), "statement")


def _symbol(text: str) -> str:
    known = topics.tickers()
    return next((word for word in re.findall(r"\b[A-Z]{4,5}\b", text) if word in known), "")


def _keyword(text: str, key: str, symbol: str) -> Noun | None:
    if symbol:
        return topics.display(symbol)
    if not key:
        return None
    book = phrasebook.topics()[key]
    drivers = tuple(value.rstrip("+") for value in book.facts["drivers"])
    spoken = words.mentions(text, drivers) or words.mentions(text, book.facts["words"])
    longest = max(spoken, key=len)
    marked = f"{longest}+" in book.facts["drivers"]
    noun = Noun(longest, possessed=True) if marked else topics.display(longest)
    return None if rules.broken(noun.text) else noun
