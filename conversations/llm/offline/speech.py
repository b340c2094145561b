"""From a brief to a message: read the line before, choose the moves, make and join the sentences."""

import re
from dataclasses import replace
from random import Random

from conversations.llm.offline import moves, names, plans, reading, rules, shares, topics, turkish, words
from conversations.llm.offline.character import Character
from conversations.llm.offline.heard import Heard
from conversations.llm.offline.voice import Voice
from conversations.llm.port import Brief

_DRAFTS = 7
_TOO_LIKE = 55
# How the clause of a reply is joined to what follows it.
_GOES_ON = re.compile(r"(?:\b(?:ama|de|da|ya)|[:?])$")
_ANNOUNCES = re.compile(r"(?:\b(?:şu|böyle|şöyle|basit|belli|sade|usulüm|alışkanlığım)|[ae]y[ıi]m)$")
_WANTS_COMMA = re.compile(r"ken$")
_SHORT_CLAUSE = 5
_BECAUSE = "Çünkü "
_PHRASE_RATE = 0.15
_EMOJI_RATE = 0.12


def compose(brief: Brief, dice: Random) -> str:
    """The freshest of a few drafts; the first that is unlike everything just said ends the search."""
    brief = _presentable(brief)
    heard = Heard((*brief.history, *((brief.reply_to,) if brief.reply_to else ())))
    best, least = "", 101.0
    for _ in range(_DRAFTS):
        text = _draft(brief, heard, dice)
        likeness = heard.likeness(text)
        if text and likeness < least and not rules.broken(text):
            best, least = text, likeness
        if least < _TOO_LIKE:
            break
    return best


def _presentable(brief: Brief) -> Brief:
    """Names are the only words of others that are spoken as they come: they obey the rules too."""
    named = "" if rules.broken(brief.mention) else brief.mention
    return replace(brief, mention=named, speaker="bu karakter" if rules.broken(brief.speaker) else brief.speaker)


def _draft(brief: Brief, heard: Heard, dice: Random) -> str:
    voice = _voice(brief, heard, dice)
    plan = plans.choose(brief, voice.reading.kind, voice.character.traits, dice)
    text = _joined(_sentences(plan, voice, plans.MOST[brief.length]), voice)
    return _finished(text, voice, short=plan in plans.FEW_WORDS)


def _voice(brief: Brief, heard: Heard, dice: Random) -> Voice:
    """The speaker on the subject of the line it answers, or on the topic of the chat."""
    read = reading.read(None if brief.intent == "message" else brief.reply_to)
    topic = topics.of(read.symbol or topics.label(read.topic) or brief.topic)
    known = shares.own(brief, topic, dice) or shares.near(topic, read, dice)
    return Voice(Character(brief), topic, read, heard.fork(), dice, known)


def _sentences(plan: plans.Plan, voice: Voice, most: int) -> list[str]:
    """The moves one after another, as long as there is room; a clause is completed by the move behind it."""
    said: list[str] = []
    clause = ""
    for name in plan:
        text = moves.make(name, voice)
        if name in plans.CLAUSES:
            clause = text
            continue
        text = _completed(clause, text, voice.dice) if clause else _resumed(text, first=not said)
        clause = ""
        if said and sum(len(words.sentences(part)) for part in (*said, text)) > most:
            continue
        voice.heard.add(text)
        said.append(text)
    return said


def _completed(clause: str, text: str, dice: Random) -> str:
    if _GOES_ON.search(clause):
        return f"{clause} {turkish.uncapital(text)}"
    if _WANTS_COMMA.search(clause) or text.startswith(_BECAUSE):
        return f"{clause}, {turkish.uncapital(text)}"
    if _ANNOUNCES.search(clause):
        return f"{clause}: {turkish.uncapital(text)}"
    stands_alone = len(clause.split()) > _SHORT_CLAUSE
    joint = dice.choices((", ", "; ", ": ", ". "), (5, 2, 2, 2 * stands_alone))[0]
    return f"{clause}{joint}{text if joint == '. ' else turkish.uncapital(text)}"


def _resumed(text: str, *, first: bool) -> str:
    """A reason in the middle of a message needs no "because": nothing asked for it."""
    return text if first else turkish.capital(text.removeprefix(_BECAUSE).lstrip())


def _joined(said: list[str], voice: Voice) -> str:
    parts = [_stopped(text, voice) for text in said if text]
    if len(parts) > 1 and voice.chance(0.12) and not parts[1].endswith("?"):
        parts[1] = f"{moves.general(voice, 'second')} {turkish.uncapital(parts[1])}"
    if parts and parts[-1].endswith(".") and voice.chance(_PHRASE_RATE):
        parts[-1] = moves.phrased(parts[-1], voice)
    return " ".join(parts)


def _stopped(text: str, voice: Voice) -> str:
    if not text or text[-1] in ".!?…":
        return text
    return text + ("!" if "lively" in voice.character.traits and voice.chance(0.2) else ".")


def _finished(text: str, voice: Voice, *, short: bool) -> str:
    """The name that was to be called, the looseness of the register, now and then an emoji."""
    brief = voice.character.brief
    name = names.person(brief.mention)
    if name and name not in text:
        text = f"{name}, {turkish.uncapital(text)}"
    casual = max(0.0, 0.6 - brief.formality)
    if text.endswith(".") and voice.chance(0.8 if short else casual):
        text = text[:-1]
    if "street" in voice.character.traits and voice.chance(casual) and not text.startswith(name or "@"):
        text = turkish.uncapital(text)
    if brief.emoji and not short and voice.chance(_EMOJI_RATE * brief.energy):
        text = f"{text} {voice.dice.choice(brief.emoji)}"
    return text
