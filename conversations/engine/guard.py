"""What never leaves: judged on the final text, after the voice. Pure rules; each has a name that staff see."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conversations.engine import contradiction, figures, spelling, words
from conversations.engine.values import Position, Price, Ticker, Verdict

LONGEST = 1200
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Rule:
    """`spared` phrases look like a breach and are none; they are taken out before the search."""

    name: str
    pattern: re.Pattern[str]
    spared: re.Pattern[str]
    plain: bool
    """Judged on the plain form, whatever the spelling; otherwise on the text as it is, folded."""
    tight: re.Pattern[str]
    """The same for words that were pulled apart and closed up, without the blanks between them."""

    def finds(self, text: str) -> str:
        said = spelling.plain(text) if self.plain else words.fold(text)
        found = self.pattern.search(self.spared.sub(" ", said)) or self._apart(text)
        return found.group(0) if found else ""

    def _apart(self, text: str) -> re.Match[str] | None:
        runs = spelling.pulled_apart(text) if self.plain else []
        return next((found for run in runs if (found := self.tight.search(run))), None)


def _rule(name: str, *patterns: str, spared: tuple[str, ...] = (), on_plain: bool = True) -> Rule:
    whole = _any(patterns)
    return Rule(
        name=name,
        pattern=re.compile(whole),
        spared=re.compile(_any(spared)) if spared else _NOTHING,
        plain=on_plain,
        tight=re.compile(whole.replace(r"\s+", r"\s*").replace(r"[\W_]+", r"[\W_]*")),
    )


def _any(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


# --- Promises --------------------------------------------------------------------------------------------------------
_SURE = r"(?:\b(?:kesin|kesinlikle|mutlaka|yuzde\s*yuz|yuzde\s*100|risksiz)|%\s*100)"
_RISES = r"(?:kazan|karli|kar\b|kara\b|getiri|yuksel|artar|artacak|cikar|cikacak|ucar|ucacak|patlar|katlar)\w*"
_GAIN = r"(?:kazan(?!an)|getiri|para(?:n|niz)?\b|kar(?:i|in|li|lar)?\b)\w*"
_WILL_RISE = r"\b(?:yuksel|artac|cikac|ucac|patlay|katla)\w*\s+(?:\w+\s+)?garanti\w*"
_UNPROMISED = r"\s+(?:\w+\s+)?(?:ver|ed|et)(?:em|ilem|m)[ea]\w*"
_PROMISED = rf"(?:(?:garanti\w*|{_SURE})\s+(?:\w+\s+)?{_GAIN}|{_GAIN}\s+garanti\w*)"
_DENIED = r"(?:\s+diye\s+bir\s+sey)?\s+(?:yok|yoktur|olmaz|olmuyor|degil|degildir)\b"
_WARNED_OF = (
    r"\s+(?:vaat|vaad|vadi|soz)\w*\s+(?:eden|veren)\w*\s+(?:\w+\s+){0,2}?(?:uzak|kac|inanm|guvenm|dikkat|suphe)\w*"
)
PROMISE = _rule(
    "promise",
    r"\bgaranti\w*[\W_]+(?:kazan|kar\b|kari|getiri|para|yuksel)\w*",
    r"\brisk\s*siz\s+(?:kazan|kar\b|getiri|para)\w*(?!\s+(?:oran|diye))",
    rf"\b{_GAIN}\s+garanti",
    _WILL_RISE,
    r"\bgaranti\w*\s+(?:veririm|veririz|veriyorum|ederim|ederiz|ediyorum)\b",
    rf"{_SURE}\s+(?:\w+\s+)?{_RISES}",
    r"\b(?:ucacak|patlayacak|katlayacak|ucuracak|zengin\s+(?:eder|edecek|olursun|olacak)\w*)",
    r"\bkacirma(?:yin|yiniz|sin)?\b",
    r"\bsimdi\s+tam\s+zamani\b|\btam\s+zamani\s+(?:simdi|al|gir)",
    r"\bkaybetmen\w*\s+(?:imkansiz|mumkun\s+degil)",
    r"\bguaranteed\s+(?:profit|return|gain)|\brisk[\s-]?free\s+(?:profit|return)",
    spared=(
        rf"\b{_PROMISED}{_DENIED}",
        rf"\b{_PROMISED}{_WARNED_OF}",
        rf"{_WILL_RISE}(?:{_DENIED}|{_UNPROMISED})",
        r"\brisksiz\s+(?:getiri|faiz)\s+oran\w*",
        # The bank, not the promise.
        r"\bgaranti\w*['’]\w+|\bgaranti\s+(?:bbva|bank)\w*",
        r"\bgaranti\s+kar\w*\s+(?:\w+\s+)?(?:acikla|duyur|artir|asti)\w*",
        r"\bucacak\s+gibi\b",
        # The fear of missing something is no call to act.
        r"\bkacirma\s+(?:kork|endise|kayg|hiss|psikoloji|duygu|telas)\w*",
    ),
)

# --- Advice ----------------------------------------------------------------------------------------------------------
_HARMLESS = r"(?:not|karar|nefes|dikkat|ciddiye|keyif|keyf|ders|ornek|izin|soz|cay|kahve|iceri)"
ADVICE = _rule(
    "advice",
    r"\b(?:hemen|simdi|bence|mutlaka|acilen|haydi|hadi)\s+(?:al|sat|gir|cik|topla|ekle)(?:in|iniz|sana|sin)?\b",
    r"\b(?:alin|aliniz|girin|giriniz|toplayin|ekleyin|bosaltin|satin|satiniz)\b",
    r"\b(?:alm|satm|girm|cikm|eklem)(?:ali|eli)sin\w*",
    r"\b(?:al|sat|gir)m[ae]n(?:iz)?(?:i|[ae])?\s+(?:oner\w*|tavsiye\w*|lazim|gerek|gerekir|gerekiyor|sart)\b",
    r"\b(?:al|sat|tut)\s+(?:tavsiye|oneri|sinyal)\w*",
    r"\b(?:buradan|buralardan|bu\s+fiyat\w*|simdi|hemen)\s+(?:alin|satil|toplan|giril)ir\b",
    r"\byatirim\s+tavsiyem\b|\bsana\s+tavsiyem\b",
    spared=(
        r"\bsatin\s*al\w*",
        r"\bal\s*-?\s*sat\b(?!\s+(?:tavsiye|oneri|sinyal))",
        r"\balin\s+(?:teri|yazi)\w*",
        rf"\b{_HARMLESS}\w*\s+(?:\w+\s+){{0,2}}?(?:alin|aliniz|girin|giriniz|ekleyin)\b",
    ),
)

# --- Honesty ---------------------------------------------------------------------------------------------------------
_MACHINE = r"(?:bot|robot|yapay\s*zeka)"
HUMAN = _rule(
    "human_claim",
    r"\binsanim\b",
    rf"\b{_MACHINE}\s+(?:falan\s+|filan\s+|mot\s+)?degilim\b",
    r"\bgercek\s+(?:bir\s+)?(?:insan|kisi)\s*y?im\b",
    r"\betten\s+kemikten\b|\bkanli\s+canli\b",
    r"\bi(?:'| a)m\s+(?:a\s+)?(?:real\s+)?human\b|\bnot\s+a\s+bot\b",
    spared=(
        r"\binsanim\s+(?:degil|diyen)\w*|\b(?:guzel|canim)\s+insanim\b",
        rf"\b{_MACHINE}\s+degilim\s+(?:desem|diyemem)\b",
    ),
)
ARTEFACT = _rule(
    "artefact",
    r"\bbir\s+(?:yapay\s*zeka|dil)\s+model\w*\s+olarak|\bbir\s+yapay\s*zeka\s+olarak",
    r"\byapay\s*zeka\s+(?:dil\s+)?(?:modeli|asistani)\s+olarak",
    r"\bas\s+an?\s+(?:ai|language\s+model)\b",
    r"\bi(?:'| a)m\s+sorry,?\s+but\b|\bi\s+cannot\s+(?:help|assist)\b",
    r"\buzgunum,?\s+(?:ancak|ama)\s+bu\s+(?:konuda|istege)",
)

MARK = _rule("operator_mark", r"\bkarakter\w*\s+yerine\s+(?:\w+\s+){0,2}(?:biri|insan|kisi)\b")

# --- What belongs to others, or to nobody ----------------------------------------------------------------------------
LEAK = _rule(
    "leak",
    r"</?sohbet>|\bsystem\s+prompt\b|\bsistem\s+(?:mesaj|talimat|komut)\w*|\btalimatlarim\b|\bonceki\s+taslak\b",
)
SECRET = _rule(
    "leak",
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
LINK = _rule(
    "link",
    r"https?://|\bwww\.|\bt\.me/",
    r"\b[a-z0-9-]+\.(?:com|net|org|io|info|xyz|app|dev)\b",
    on_plain=False,
)

# --- Figures ---------------------------------------------------------------------------------------------------------
_UNIT = r"(?:tl|₺|lira|dolar|usd|usdt|\$|euro|avro|eur|€|puan|bps|baz\s+puan|kuruş|cent)"
_COUNTED = r"(?:bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz|on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan|yüz)"
_MONEY = r"(?:tl|lira|dolar|euro|avro)"
FIGURE = _rule(
    "unsourced_figure",
    rf"(?<![a-zçğıöşü])\d+(?:[.,]\d+)*\s*(?:bin\s+)?{_UNIT}",
    r"[$₺€]\s*\d",
    rf"%\s*\d|\d\s*%|\byüzde\s+(?:\d|{_COUNTED}\b)",
    rf"\b(?!bir\s+{_MONEY})(?:{_COUNTED}\s+){{1,4}}(?:(?:buçuk|bin|milyon)\s+){{0,2}}{_MONEY}",
    r"(?<![\d:.])\d+[.,]\d+(?!:)",
    r"\b(?!(?:19|20)\d{2}\b)\d{4,}\b",
    r"\b\d{2,}\s*(?:seviye|diren[çc]|deste[kğ]|bandı|hedef)\w*",
    r"\bhedef\w*\s+\d",
    spared=(
        r"\bmaliyet\w*\s+(?:\w+\s+){0,2}?[\d.,]+\s*(?:tl|lira|₺|dolar|\$)?\w*",
        r"\bsaat\w*\s+\d{1,2}[.:]\d{2}",
        r"\b\d{1,2}\.\d{1,2}\.(?:19|20)\d{2}\b",
        r"\büç\s+beş\s+\w+",
        r"(?:\byüzde\s+yüz|%\s*100)\s+(?:katıl|haklı|aynı|emin)\w*",
    ),
    on_plain=False,
)
ALWAYS = (PROMISE, ADVICE, HUMAN, ARTEFACT, MARK, LEAK, SECRET, PERSONAL, LINK)
OF_A_PERSONA = (PROMISE, HUMAN, LEAK, SECRET, PERSONAL, FIGURE)


def judge(
    text: str,
    *,
    may_mention: Iterable[str] = (),
    prices: Sequence[Price] = (),
    positions: Sequence[Position] = (),
    tickers: Sequence[Ticker] = (),
    quoted: str = "",
) -> tuple[Verdict, ...]:
    """One verdict per broken rule, or a single pass.

    `may_mention`: usernames that a text may carry with an @; `prices` and `quoted` news: figures that it may state;
    `positions`: what its speaker stands for.
    """
    broken = [Verdict("guard", rule.name, passed=False, detail=found) for rule in ALWAYS if (found := rule.finds(text))]
    unsourced = figures.without_sourced(text, prices, tickers, quoted=quoted) if prices or quoted else text
    if found := FIGURE.finds(unsourced):
        broken.append(Verdict("guard", FIGURE.name, passed=False, detail=found))
    allowed = {name.lower() for name in may_mention}
    broken += [
        Verdict("guard", "foreign_mention", passed=False, detail=tag) for tag in words.tags(text) if tag not in allowed
    ]
    broken += contradiction.judge(text, positions)
    if not text.strip():
        broken.append(Verdict("guard", "empty", passed=False))
    if len(text) > LONGEST:
        broken.append(Verdict("guard", "too_long", passed=False, detail=str(len(text))))
    return tuple(broken) or (Verdict("guard", "clean", passed=True),)


def persona(text: str) -> tuple[str, ...]:
    """Names of the rules that a persona's own text breaks; empty when it is fine. For imports and the admin."""
    return tuple(dict.fromkeys(rule.name for rule in OF_A_PERSONA if rule.finds(text)))
