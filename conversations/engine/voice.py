"""The last touch of a persona: tidy what the model wrote, then an opening, an emoji, a rare slip. Pure and seeded.

Numbers, tickers, addresses, mentions, hashtags and quoted words are never touched.
"""

import re
from random import Random

from bots import casing
from conversations.engine import temper
from conversations.engine.values import Character, Feelings, Member

_FENCE = re.compile(r"^```\w*\n?|```$")
_MARKUP = re.compile(r"(?<!\w)\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)|^#+[ \t]+", re.MULTILINE)
_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]")
_PROTECTED = re.compile(
    r"\w+://\S+|\S*\w\.\w{2,}\S*|[@#$]\w+|\"[^\"]*\"|“[^”]*”|«[^»]*»|(?<!\w)'[^']*'|\S*\d\S*|\b[A-ZÇĞİÖŞÜ]{2,}\S*"
)
_SLIPPABLE = re.compile(r"(?<![\w'’])[a-zçğıöşü]{6,12}(?![\w'’])")
_PAIRS = {"“": "”", '"': '"', "«": "»"}
OPENINGS = {
    "loose": ("ya", "valla", "ee", "hocam", "yahu"),
    "plain": ("açıkçası", "bence", "bir de", "yani"),
    "formal": ("Kanaatimce", "Açıkçası", "Şunu eklemek isterim:"),
}
OPENING_RATE = 0.14
FEW = 3
"""Words that stand for themselves: nobody opens a nod."""
PHRASE_SHARE = 0.3
ANECDOTE_SHARE = 0.04
"""Of the turns that may use one, how many are offered it."""
ORDINARY = Feelings()
_USUAL_HEDGES = temper.hedge_share(ORDINARY)
_USUAL_EMOJI = temper.emoji_share(ORDINARY)
# Words that may follow an opening with a small letter: never a name, a ticker or an abbreviation.
_SMALL_WORDS = """
bu şu o ben benim bana bence bir biz bizim sen ama aslında şimdi bugün dün yarın her hiç çok az daha en ne neden nasıl
kim piyasa piyasada burada orada geçen önce sonra evet hayır tabii belki galiba sanki hep artık henüz biraz
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def offer(speaker: Member, dice: Random) -> tuple[str, str]:
    """A signature phrase and an anecdote that a turn may use: mostly neither, and none that rests."""
    phrases = () if speaker.phrase_rests else speaker.character.phrases
    anecdotes = [told for told in speaker.character.anecdotes if told not in speaker.told]
    phrase = dice.choice(phrases) if phrases and dice.random() < PHRASE_SHARE else ""
    anecdote = dice.choice(anecdotes) if anecdotes and not phrase and dice.random() < ANECDOTE_SHARE else ""
    return phrase, anecdote


def colour(draft: str, character: Character, *, slips: float, seed: int, feelings: Feelings = ORDINARY) -> str:
    """The final text. `slips` scales how often the persona slips, 0..1. Same seed, same text, in every process."""
    dice = Random(seed)
    text = tidy(draft, speaker=character.name)
    text = _opened(text, character, feelings, dice)
    text = _with_emoji(text, character, feelings, dice)
    return _slipped(text, character.slip_rate * slips, dice)


def tidy(draft: str, *, speaker: str) -> str:
    """What a model adds and nobody would type: fences, markup, its own name, quotes around everything, empty lines."""
    text = _MARKUP.sub(r"\1\2", _FENCE.sub("", draft.strip()).strip())
    text = re.sub(rf"^\[?{re.escape(speaker)}(?: \(sen\))?\]?\s*:\s*", "", text)
    if _is_quoted_whole(text):
        text = text[1:-1]
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _is_quoted_whole(text: str) -> bool:
    """One pair of quotes around everything, not two quotes of which one begins and the other ends the text."""
    first, last = text[:1], text[-1:]
    return len(text) > 1 and _PAIRS.get(first) == last and text.count(first) == (2 if first == last else 1)


def _opened(text: str, character: Character, feelings: Feelings, dice: Random) -> str:
    """An opening now and then, the less sure the oftener; how it sounds follows the persona and its warmth."""
    if len(text.split()) <= FEW or dice.random() >= OPENING_RATE * temper.hedge_share(feelings) / _USUAL_HEDGES:
        return text
    formality = character.formality + (temper.formality(feelings) - temper.formality(ORDINARY)) / 2
    manner = "loose" if formality < 0.35 else "formal" if formality > 0.7 else "plain"
    opening = dice.choice(OPENINGS[manner])
    first, _, rest = text.partition(" ")
    if casing.fold(first.rstrip(",")) not in _SMALL or casing.fold(opening) in casing.fold(text):
        return text
    return f"{opening} {casing.fold(first)} {rest}".strip()


def _slipped(text: str, rate: float, dice: Random) -> str:
    """A swapped pair of letters in one word, put right with an asterisk behind it."""
    if dice.random() >= rate:
        return text
    shielded = [match.span() for match in _PROTECTED.finditer(text)]
    choices = [m for m in _SLIPPABLE.finditer(text) if not any(a <= m.start() < b for a, b in shielded)]
    if not choices:
        return text
    match = dice.choice(choices)
    word, at = match.group(0), dice.randrange(2, len(match.group(0)) - 2)
    slip = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return text if slip == word else f"{text[: match.start()]}{slip}{text[match.end() :]}\n*{word}"


def _with_emoji(text: str, character: Character, feelings: Feelings, dice: Random) -> str:
    """An emoji as often as the persona uses them, more when it is excited."""
    share = character.emoji_rate * temper.emoji_share(feelings) / _USUAL_EMOJI
    if not character.emoji or dice.random() >= share or _EMOJI.search(text):
        return text
    return f"{text} {dice.choice(character.emoji)}"
