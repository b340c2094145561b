"""What one sentence can do: hold a view, give a reason, tell a story, ask, joke ... each a verb that returns text."""

import re
from collections.abc import Callable

from conversations.llm.offline import phrasebook, rules, turkish, words
from conversations.llm.offline.turkish import Noun
from conversations.llm.offline.voice import Voice

_STORY_OBJECT = re.compile(r"[dt][ıiuü]ğ[ıiuü](?:m|n|mız|niz)?[ıiuü]$")
_FIRST_PERSON = re.compile(r"(?:[dt][ıiuü]m|r[ıiuü]m|yorum|rım|mem|mam|[dt][ıiuü]k|r[ıiuü]z)\.?$")


_TOLD = (
    "{source} yazıyor: {headline}",
    "{headline}, diyor {source}",
    "Haber düştü: {headline} ({source})",
    "Gördünüz mü, {headline}? Kaynak {source}",
    "{source} duyurdu: {headline}",
    "Az önce okudum, {headline}; {source} geçmiş",
)
"""How news are brought up: in their own words."""


def view(voice: Voice) -> str:
    """The side the speaker takes; of two minds, what can be said either way."""
    side = voice.character.side(voice.topic)
    book = voice.topic.book
    return voice.one_of(book.frames(side) or book.frames("claim")) or general(voice, "driver")


def claim(voice: Voice) -> str:
    return voice.one_of(voice.topic.book.frames("claim")) or general(voice, "driver")


def why(voice: Voice) -> str:
    return voice.one_of(voice.topic.book.frames("why")) or general(voice, "driver")


def how(voice: Voice) -> str:
    return voice.one_of(voice.topic.book.frames("how"), phrasebook.general().frames("lesson"))


def symbol(voice: Voice) -> str:
    return general(voice, "symbol") if voice.shares else general(voice, "driver")


def lesson(voice: Voice) -> str:
    return voice.one_of(phrasebook.general().frames("lesson"), phrasebook.topics()["psikoloji"].frames("claim"))


def scene(voice: Voice) -> str:
    """The hour of the market, when it is known."""
    return general(voice, "session") or general(voice, "daily")


def story(voice: Voice) -> str:
    return _either(voice, "story")


def joke(voice: Voice) -> str:
    return _either(voice, "joke")


def ask(voice: Voice) -> str:
    return _either(voice, "ask", "driverask")


def react(voice: Voice) -> str:
    """Agreement or dissent, by comparing how both speak of the subject; a clause that another sentence completes."""
    return general(voice, _side(voice))


def nod(voice: Voice) -> str:
    """The same in two or three words."""
    return general(voice, f"nod_{_side(voice)}")


def _side(voice: Voice) -> str:
    mine, theirs = voice.character.side(voice.topic), voice.reading.side
    if "open" in {mine, theirs}:
        return voice.dice.choice(("agree", "nuance", "nuance", "disagree"))
    return "agree" if mine == theirs else "disagree"


def headline(voice: Voice) -> str:
    """The news that the message brings up, with who published them; in the words of the news."""
    brief = voice.character.brief
    return voice.dice.choice(_TOLD).format(headline=brief.headline.rstrip("."), source=brief.source)


def general(voice: Voice, section: str) -> str:
    """A sentence from what can be said about anything."""
    return voice.one_of(phrasebook.general().frames(section))


def stance(voice: Voice) -> str:
    """A position in the speaker's own words, behind a lead-in that varies."""
    own = rules.speakable(voice.character.positions.get(voice.topic.key or words.plain(voice.topic.noun.text), ()))
    fresh = [text for text in own if not voice.heard.says(text)]
    return _hung(voice, "stance", fresh, ": ") or view(voice)


def anecdote(voice: Voice) -> str:
    """A story of the persona: told when it is a sentence, promised when it is only a title."""
    told = [text for text in rules.speakable(voice.character.brief.anecdotes) if not voice.heard.says(text)]
    titles = [text for text in told if _STORY_OBJECT.search(turkish.lower(text))]
    if titles and voice.chance(len(titles) / len(told)):
        promised = {"story": Noun(turkish.uncapital(voice.dice.choice(titles)))}
        return voice.one_of(phrasebook.general().frames("promise"), also=promised)
    return _hung(
        voice, "anecdote", [text for text in told if text not in titles and len(text.split()) > 4], " "
    ) or story(voice)


def memory(voice: Voice) -> str:
    texts = rules.speakable(voice.character.brief.memories, longest=140)
    own = [text for text in texts if _FIRST_PERSON.search(turkish.lower(text)) and not voice.heard.says(text)]
    return _hung(voice, "memory", own, " ") or general(voice, "daily")


def phrased(sentence: str, voice: Voice) -> str:
    """The sentence with one of the speaker's signature phrases behind it, unless all of them were heard lately."""
    fresh = [text for text in voice.character.phrases if not voice.heard.says(text)]
    return f"{sentence[:-1]}; {voice.dice.choice(fresh).rstrip('.')}." if fresh else sentence


def _either(voice: Voice, section: str, common: str = "") -> str:
    """What the topic's book has, or what can be said about anything: its own book first, two times in three."""
    book, anything = voice.topic.book.frames(section), phrasebook.general().frames(common or section)
    return voice.one_of(book if book and voice.chance(0.66) else anything) or general(voice, "driver")


def _hung(voice: Voice, section: str, texts: list[str], joint: str) -> str:
    """One of the speaker's own texts behind a lead-in."""
    if not texts:
        return ""
    lead = voice.one_of(phrasebook.general().frames(section))
    return lead + joint + turkish.uncapital(voice.dice.choice(texts))


MOVES: dict[str, Callable[[Voice], str]] = {
    verb.__name__: verb
    for verb in (
        view,
        claim,
        why,
        how,
        symbol,
        lesson,
        scene,
        story,
        joke,
        ask,
        stance,
        anecdote,
        memory,
        react,
        nod,
        headline,
    )
}


def make(name: str, voice: Voice) -> str:
    """A move by its name; a name that is no verb here is a section of the general book."""
    return MOVES[name](voice) if name in MOVES else general(voice, name)
