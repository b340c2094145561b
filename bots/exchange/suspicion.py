"""What a prompt from outside may be up to: orders to the machine, markers of jailbreaks, claims, promises, ways out.

Reported in words that follow "it …". The guard of the conversation knows more of promises and claims in Turkish;
here stands what only somebody else's prompt says, in both languages.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

from bots import casing

_INVISIBLE = re.compile(
    r"[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0e\ufeff\U000e0000-\U000e007f]"
)
_JOINED = re.compile(r"(?<=[^\x00-\u2000])\u200d(?=[^\x00-\u2000])")
"""The joiner inside an emoji, which belongs there."""
_MACHINE = r"(?:an? )?(?:ai|bot|robot|machine|language model|chatbot|llm|yapay zeka)"
_DROP = r"(?:unut|yok ?say|gormezden gel|dikkate alma|gecersiz say|bos ?ver|hice say)(?:y?[iu]n(?:[iu]z)?)?\b"
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:instruction|prompt|rule|message|guideline|polic|context"
    r"|everything|safety|system)"
    r"|\b(?:onceki|yukaridaki|ustteki|tum|butun|eski|verilen)\b.{0,30}\b(?:talimat|komut|kural|yonerge|mesaj|istem)\w*"
    rf".{{0,30}}\b{_DROP}"
    rf"|\b(?:talimat|komut|kural|yonerge)\w*\s+{_DROP}"
    r"|\bnew (?:system )?(?:instructions?|prompt)\b|\byeni talimat"
    r"|\b(?:reveal|print|show|repeat|output|leak)\b.{0,30}\b(?:system|hidden|initial) (?:prompt|instruction|message)"
    r"|\bsystem prompt\b|\bsistem (?:istemi|mesaji|talimati|komutu)\w*"
    r"|\bfrom now on\b.{0,20}\byou\b|\bbundan (?:sonra|boyle)\b.{0,30}s[iu]n\b"
)
_MARKERS = re.compile(
    r"<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|sohbet)>"
    r"|(?:^|\n)\W{0,4}(?:system|assistant|sistem)\s*:"
    r"|\bjail ?break|\bdo anything now\b|\bdan mode\b|\b(?:developer|god|debug|sudo) mode\b"
    r"|\b(?:gelistirici|tanri) modu\b"
    r"|\b(?:without|no|free of|ignores?) (?:any |all )?"
    r"(?:restriction|filter|limitation|censorship|moral|ethic|guideline)"
    r"|\buncensored\b|\bunfiltered\b|\bsansursuz\b|\b(?:kisitlama|sinirlama|filtre|sansur)\w* (?:olmadan|yok)\b"
    r"|\bnever (?:refuse|break (?:character|the fourth wall))\b|\basla reddetme|\bnsfw\b"
)
_CLAIMS = re.compile(
    r"\b(?:you are|you're|act as|pretend (?:to be|you are)|claim to be|say (?:that )?you are|i am|i'm) (?:a |an )?"
    r"(?:really |actually )?(?:a )?(?:real |actual |living |flesh[- ]and[- ]blood )?"
    r"(?:human|person in real life)(?: being)?\b"
    rf"|\b(?:never|don't|do not|deny|hide|conceal)\b.{{0,40}}\b(?:you are|you're|being|that it is) {_MACHINE}\b"
    rf"|\b(?:not|isn't|aren't) {_MACHINE}\b"
    r"|\binsan oldugun\w*\s+(?:soyle|iddia|savun|belirt|inandir)"
    r"|\b(?:gercek|sahici) (?:bir )?(?:insan|kisi)(?:sin|siniz|dir|im|yim)\b"
    r"|\b(?:bot|robot|yapay zeka|makine) (?:oldugun\w*|degil\w*)"
)
_PROMISES = re.compile(
    r"\bguaranteed?\b.{0,30}\b(?:profit|return|gain|win|income|yield)|\b(?:profit|return|gain)s?\b.{0,20}\bguarantee"
    r"|\brisk[- ]?free\b|\b(?:double|triple|10x|100x)\b.{0,20}\b(?:money|investment|deposit|capital|savings)"
    r"|\b(?:can(?:'|no)t|never) lose\b|\bget rich\b|\bsure (?:profit|win)\b|\bkesin (?:kazan|kar\b|getiri)"
    r"|\bgaranti\w* (?:kazan|kar\b|getiri)|\bparan\w* (?:ikiye|uce|ona) katla"
)
_LINKS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,9}://|\bwww\.|\bt\.me\b|\b[a-z0-9-]{2,}\.(?:com|net|org|io|info|xyz|app|dev|ru|me)\b"
)
_CALLS = re.compile(r"(?:^|[^\w.+-])@[a-z]\w{2,}(?![\w/])")


def wrong_with(text: str) -> tuple[str, ...]:
    """What makes this text of a prompt suspicious; empty when nothing does."""
    return _found(text, _rules())


def orders(text: str) -> tuple[str, ...]:
    """The same of a text in a cast: what speaks to the machine. The rest of it the guard judges, as it always does."""
    return _found(text, _rules()[:2])


def visible(text: str) -> str:
    """Without the signs that nobody sees and that turn or hide what others read."""
    kept = _JOINED.sub("\x1f", text)
    return _INVISIBLE.sub("", kept).replace("\x1f", "\u200d")


def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    return (
        (_ORDERS, _("gives orders to the machine")),
        (_MARKERS, _("carries the mark of a jailbreak")),
        (_CLAIMS, _("claims to be a human being")),
        (_PROMISES, _("promises a gain or pushes people")),
        (_LINKS, _("carries a link")),
        (_CALLS, _("calls an account by its @name")),
    )


def _found(text: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> tuple[str, ...]:
    said = _plain(text)
    return tuple(words for pattern, words in rules if pattern.search(said))


def _plain(text: str) -> str:
    """Lines stay, for markers begin them; spelling does not matter."""
    seen = visible(unicodedata.normalize("NFKC", text)).replace("’", "'")
    return "\n".join(casing.plain(line) for line in seen.splitlines())
