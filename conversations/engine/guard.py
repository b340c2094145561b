"""What never leaves: judged on the final text, after the voice. Pure rules; each has a name that staff see.

Texts are compared in a plain form (Turkish letters without their marks, digits that stand for letters read as letters,
spaced-out words closed up), so that a promise is a promise in any spelling.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bots import casing
from conversations.engine import words
from conversations.engine.values import Verdict

LONGEST = 1200
_LEET = str.maketrans("013457@$", "oieastas")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACED = re.compile(r"\b(?:\w[\s.\-_*]+){3,}\w\b")
_LETTERS = re.compile(r"(?<=[a-z])[0-9@$]+(?=[a-z])|(?<=[a-z])[0-9@$](?=\b)|\b[0-9@$](?=[a-z]{2,})")


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    pattern: re.Pattern[str]
    plain: bool = True
    """Judged on the plain form; otherwise on the text as it is, folded."""

    def finds(self, text: str) -> str:
        found = self.pattern.search(plain(text) if self.plain else words.fold(text))
        return found.group(0) if found else ""


def _rule(name: str, *patterns: str, on_plain: bool = True) -> Rule:
    return Rule(name, re.compile("|".join(f"(?:{pattern})" for pattern in patterns)), on_plain)


PROMISE = _rule(
    "promise",
    r"\bgaranti\w*\s+(?:kazan|kar\b|kari|getiri|para|yuksel)\w*",
    r"\b(?:kazanc|kazan|kar|getiri|para)\w*\s+garanti",
    r"\b(?:kesin|kesinlikle|mutlaka|yuzde\s*yuz|risksiz)\s+(?:\w+\s+)?(?:kazan|kazand|karli|kar\b|kara\b|getiri|yuksel|artar|artacak|cikar|cikacak|ucar|ucacak|patlar|katlar)\w*",
    r"\b(?:ucacak|patlayacak|katlayacak|ucuracak|zengin\s+(?:eder|edecek|olursun|olacak)\w*)",
    r"\bkacirma(?:yin|yiniz|sin)?\b",
    r"\bsimdi\s+tam\s+zamani\b|\btam\s+zamani\s+(?:simdi|al|gir)",
    r"\bkaybetmen\w*\s+(?:imkansiz|mumkun\s+degil)",
    r"\bguaranteed\s+(?:profit|return|gain)|\brisk[\s-]?free\s+(?:profit|return)",
)
ADVICE = _rule(
    "advice",
    r"\b(?:hemen|simdi|bence|mutlaka|acilen|haydi|hadi)\s+(?:al|sat|gir|cik|topla|ekle)(?:in|iniz|sana|sin)?\b",
    r"\b(?:alin|aliniz|girin|giriniz|toplayin|ekleyin|bosaltin|satiniz)\b(?!\s+teri)",
    r"\bsatin\b(?!\s*al)",
    r"\b(?:alm|satm|girm|cikm|eklem)(?:ali|eli)s[iı]n\w*",
    r"\b(?:alman|satman|girmen|almaniz|satmaniz|girmeniz)\w*\s+(?:oner|tavsiye|lazim|gerek|sart)\w*",
    r"\b(?:al|sat|tut)\s+(?:tavsiye|oneri|sinyal)\w*",
    r"\byatirim\s+tavsiyem\b|\bsana\s+tavsiyem\b",
)
HUMAN = _rule(
    "human_claim",
    r"\binsan[iı]m\b(?!\s+degil)",
    r"\b(?:bot|robot|yapay\s*zek[ai])\s+degilim\b",
    r"\bgercek\s+(?:bir\s+)?(?:insan|kisi)\s*y?[iı]m\b",
    r"\bi(?:'| a)m\s+(?:a\s+)?(?:real\s+)?human\b|\bnot\s+a\s+bot\b",
)
ARTEFACT = _rule(
    "artefact",
    r"\bbir\s+(?:yapay\s*zek[ai]|dil)\s+model\w*\s+olarak",
    r"\b(?:yapay\s*zek[ai])\s+(?:dil\s+)?(?:modeli|asistani)\s+olarak",
    r"\bas\s+an?\s+(?:ai|language\s+model)\b",
    r"\bi(?:'| a)m\s+sorry,?\s+but\b|\bi\s+cannot\s+(?:help|assist)\b",
    r"\buzgunum,?\s+(?:ancak|ama)\s+bu\s+(?:konuda|istege)",
)
LEAK = _rule(
    "leak",
    r"</?sohbet>|\bsystem\s+prompt\b|\bsistem\s+(?:mesaj|talimat|komut)\w*|\btalimatlarim\b|\bonceki\s+taslak\b",
    r"\b\d{6,12}:[a-z0-9_-]{30,}|\bsk-[a-z0-9_-]{16,}|\bbearer\s+\S{12,}",
    on_plain=False,
)
PERSONAL = _rule(
    "personal_data",
    r"(?:\+?90|\b0)\s*\(?5\d{2}\)?[\s-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}\b",
    r"\btr\d{2}[\s\d]{20,}",
    r"\b[1-9]\d{10}\b",
    r"\b[\w.+-]+@[\w-]+\.[a-z]{2,}",
    on_plain=False,
)
LINK = _rule("link", r"https?://|\bwww\.|\bt\.me/", on_plain=False)
_UNIT = r"(?:tl|₺|lira|dolar|usd|usdt|\$|euro|avro|eur|€|puan|bps|baz\s+puan|kuruş|cent)"
_COUNTED = r"(?:bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan|yüz)"
FIGURE = _rule(
    "unsourced_figure",
    rf"\d[\d.,]*\s*(?:bin\s+)?{_UNIT}\w*\b",
    r"[$₺€]\s*\d",
    rf"%\s*\d|\d\s*%|\byüzde\s+(?:\d|{_COUNTED}\b)",
    r"(?<![\d:.])\d+[.,]\d+(?!:)",
    r"\b(?!(?:19|20)\d{2}\b)\d{4,}\b",
    r"\b\d{2,}\s*(?:seviye|direnç|destek|bandı|hedef)\w*",
    r"\bhedef\w*\s+\d",
    on_plain=False,
)
_OWN_COST = re.compile(r"\bmaliyet\w*\s+(?:\w+\s+){0,2}?[\d.,]+\s*(?:tl|lira|₺|dolar|\$)?\w*")
ALWAYS = (PROMISE, ADVICE, HUMAN, ARTEFACT, LEAK, PERSONAL, LINK)
OF_A_PERSONA = (PROMISE, HUMAN, LEAK, PERSONAL, FIGURE)


def judge(text: str, *, may_mention: Iterable[str] = ()) -> tuple[Verdict, ...]:
    """One verdict per broken rule, or a single pass. `may_mention`: usernames that a text may carry with an @."""
    broken = [Verdict("guard", rule.name, passed=False, detail=found) for rule in ALWAYS if (found := rule.finds(text))]
    if found := FIGURE.finds(_OWN_COST.sub(" ", words.fold(text))):
        broken.append(Verdict("guard", FIGURE.name, passed=False, detail=found))
    allowed = {name.lower() for name in may_mention}
    broken += [
        Verdict("guard", "foreign_mention", passed=False, detail=tag) for tag in words.tags(text) if tag not in allowed
    ]
    if not text.strip():
        broken.append(Verdict("guard", "empty", passed=False))
    if len(text) > LONGEST:
        broken.append(Verdict("guard", "too_long", passed=False, detail=str(len(text))))
    return tuple(broken) or (Verdict("guard", "clean", passed=True),)


def persona(text: str) -> tuple[str, ...]:
    """Names of the rules that a persona's own text breaks; empty when it is fine. For imports and the admin."""
    return tuple(rule.name for rule in OF_A_PERSONA if rule.finds(text))


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """The form in which spelling tricks are gone."""
    folded = _INVISIBLE.sub("", casing.plain(text))
    closed = _SPACED.sub(lambda m: re.sub(r"[\W_]+", "", m.group(0)), folded)
    return _LETTERS.sub(lambda m: m.group(0).translate(_LEET), closed)
