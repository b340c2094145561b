"""What kind of line is being answered. The first kind that fits wins: honesty before advice, advice before opinion."""

import re

from conversations.llm.offline import turkish

_SIGNS: dict[str, tuple[str, ...]] = {
    "bot": (
        r"\bbot\s*(?:mu|musun|musunuz|sun\b|sunuz|değil mi)", r"\bbotsun", r"robot\s*mu", r"insan\s*mı",
        r"gerçek\s*(?:mi\s?(?:sin|siniz)|kişi|insan|biri)", r"yapay\s*zek[aâ]\s*m[ıi]", r"yapay\s*zek[aâ]sın",
        r"\b(?:ai|chatgpt|gpt)\s*m[ıiuü]", r"program\s*mı", r"simülasyon\s*mu",
    ),
    "who": (r"\bkimsin", r"\bsiz kimsiniz", r"kendini(?:zi)? tanıt", r"adın(?:ız)? ne\b"),
    "advice": (
        r"\b(?:al|sat|tut|gir|çık|yatır|değerlendir|bekle)(?:a|e)?y[aeıi]m\b",
        r"\b(?:al|sat|tut|gir|çık|yatır)s[ae][mk]\b",
        r"\b(?:alalım|satalım|alınır|satılır|girilir)\b", r"ne al(?:malı|abilir)", r"tavsiye", r"önerir|önerin|öneri\b",
        r"ne yapmalı", r"hangi (?:hisse|coin|fon)\w* (?:iyi|al)",
    ),
    "price": (
        r"\bkaç\s*(?:tl|lira|dolar|olur|olacak|para|a gider)", r"\bkaça\b", r"hedef", r"nereye (?:gider|kadar)",
        r"ne kadar (?:olur|olacak|eder|yükselir|düşer)", r"fiyatı ne\b", r"seviye bekli", r"ne olur\b", r"ne olacak",
    ),
    "loss": (
        r"\bbattım", r"\bzarar(?:dayım| ?ettim|daydım)", r"kaybettim", r"eridi\b", r"moralim", r"üzgünüm", r"mahvoldum",
        r"canım sıkkın", r"pişmanım", r"kötüyüm",
    ),
    "gain": (r"kazandım", r"k[aâ]ra geçtim", r"artıdayım", r"kârdayım", r"çok sevindim", r"mutluyum"),
    "anyone": (
        r"\w[ea]n(?:lar|ler)?\s.{0,20}\b(?:var mı|oldu mu|kaldı mı|çıkar mı)", r"\b(?:kim|hanginiz)\b.*\?",
        r"(?:bakan|izleyen|okuyan|bilen)\b[^.!]*\?", r"ben m?i?\s?miyim.*\?|(?:bir tek|sadece) ben mi",
    ),
    "source": (r"\bnereden\s+(?:\w+\s+)?(?:oku|öğren|takip|izl|bul|bak)", r"\bkayna[kğ]\w*\b[^.!]*\?"),
    "either": (r"\bm[ıiuü]\b[^?.!]{2,40}\bm[ıiuü]\b",),
    "why": (r"\bneden\b", r"\bniye\b", r"\bniçin\b", r"sebebi ne", r"nasıl (?:etkile|gider)"),
    "how": (
        r"\bnasıl (?:\w+ )?(?:yap|bak|oku|öğren|anla|seç|takip|başla|hesap|ayır|oluyor)", r"\bnasıl\b.*\?",
    ),
    "when": (r"ne zaman", r"\bvakti\b", r"kaçta\b", r"hangi gün"),
    "opinion": (
        r"ne (?:düşün|diyor|dersin)", r"fikr", r"görüş", r"yorum(?:un|unuz|ları)", r"\bsence\b", r"\bsizce\b",
    ),
    "yes_no": (
        r"\bm[ıiuü](?:y?d[ıiuü]|s[ıiuü]n(?:[ıiuü]z)?|y[ıiuü]z)?\b[^?]*\?", r"\bm[ıiuü]\s*$",
    ),
    "thanks": (r"teşekkür", r"sağ\s?ol", r"eyvallah", r"eline sağlık", r"minnettar"),
    "greet": (r"^\W*(?:selam|merhaba|günaydın|iyi (?:günler|akşamlar|sabahlar|geceler)|naber|slm|mrb|hey\b)",),
    "joke": (r"(?:ha){2,}", r"😂|🤣|😅"),
    "question": (r"\?\s*$",),
}  # fmt: skip
_PATTERNS = {kind: re.compile("|".join(signs)) for kind, signs in _SIGNS.items()}

KINDS = (*_PATTERNS, "statement")


def kind(text: str) -> str:
    folded = turkish.lower(text)
    return next((name for name, pattern in _PATTERNS.items() if pattern.search(folded)), "statement")
