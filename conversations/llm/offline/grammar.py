"""The little language of the phrase files.

{a|b|c}          one of these; an empty one is allowed; may be nested
<t> <t.loc>      a slot, in a case of `turkish.CASES`
@kim @kim.gen    something from a pool of that name
[siz/sen]        the formal form or the familiar one
:elder !bold: …  only for speakers with the first trait and without the second
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random

from conversations.llm.offline import turkish
from conversations.llm.offline.turkish import Noun

_TOKEN = re.compile(r"[{}|]|<\w+(?:\.\w+)?>|@\w+(?:\.[a-z]{2,3}\b)?|\[[^\]/]*/[^\]]*\]|[^{}|<@\[]+")
_TIE = re.compile(r"(\d)=")
_GUARD = re.compile(r"^:([^:]*):\s*")
_TIDY = ((re.compile(r"\s+"), " "), (re.compile(r" ([,.;:!?…])"), r"\1"), (re.compile(r"([,;:])\1+"), r"\1"))


class Malformed(ValueError):
    """A line of a phrase file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    case: str


@dataclass(frozen=True, slots=True)
class Pool:
    name: str
    case: str


@dataclass(frozen=True, slots=True)
class Register:
    formal: str
    familiar: str


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple["Sequence", ...]
    tie: str = ""


Part = str | Slot | Pool | Register | Choice
Sequence = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    parts: Sequence
    wants: frozenset[str] = frozenset()
    shuns: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    """Slots that must be filled, outside of any alternative."""

    def suits(self, traits: frozenset[str], slots: Mapping[str, Noun]) -> bool:
        return self.wants <= traits and not (self.shuns & traits) and all(name in slots for name in self.needs)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a frame is spoken with."""

    slots: Mapping[str, Noun]
    pools: Mapping[str, tuple[Frame, ...]]
    traits: frozenset[str]
    formal: bool
    ties: dict[str, int] = field(default_factory=dict)
    """Which option a tied choice has taken, within one sentence."""


@cache
def parse(line: str) -> Frame:
    guard = _GUARD.match(line)
    words = guard[1].split() if guard else []
    tokens = _TOKEN.findall(line[guard.end() :] if guard else line)
    options, end = _alternatives(tokens, 0)
    if len(options) != 1 or end != len(tokens):
        raise Malformed(f"the braces do not match in: {line}")
    parts = options[0]
    return Frame(
        parts=parts,
        wants=frozenset(word for word in words if not word.startswith("!")),
        shuns=frozenset(word[1:] for word in words if word.startswith("!")),
        needs=frozenset(part.name for part in parts if isinstance(part, Slot)),
    )


def speak(frame: Frame, scope: Scope, dice: Random) -> str:
    text = _say(frame.parts, scope, dice)
    for pattern, replacement in _TIDY:
        text = pattern.sub(replacement, text)
    return turkish.harmonise(text.lstrip(" ,;").rstrip(" ;"))


def _alternatives(tokens: list[str], start: int) -> tuple[tuple[Sequence, ...], int]:
    """Read up to the closing brace, or to the end on the outermost level."""
    options: list[Sequence] = []
    current: list[Part] = []
    index = start
    while index < len(tokens) and tokens[index] != "}":
        if tokens[index] == "|":
            options.append(tuple(current))
            current = []
        elif tokens[index] == "{":
            inner, index = _alternatives(tokens, index + 1)
            if index == len(tokens):
                raise Malformed(f"a brace is left open in: {''.join(tokens)}")
            current.append(_choice(inner))
        else:
            current.append(_atom(tokens[index]))
        index += 1
    return (*options, tuple(current)), index


def _choice(options: tuple[Sequence, ...]) -> Choice:
    """A number and an equals sign at its beginning tie it to others."""
    first = options[0]
    tie = _TIE.match(first[0]) if first and isinstance(first[0], str) else None
    if not tie or not isinstance(first[0], str):
        return Choice(options)
    return Choice(((first[0][tie.end() :], *first[1:]), *options[1:]), tie[1])


def _atom(token: str) -> Part:
    if token[0] == "[":
        return Register(*token[1:-1].split("/", 1))
    if token[0] in "<@":
        name, _, case = token.strip("<>@").partition(".")
        if case and case not in turkish.CASES:
            raise Malformed(f"no such case: {token}")
        return Slot(name, case) if token[0] == "<" else Pool(name, case)
    return token


def _say(parts: Sequence, scope: Scope, dice: Random) -> str:
    return "".join(part if isinstance(part, str) else _fill(part, scope, dice) for part in parts)


def _fill(part: Slot | Pool | Register | Choice, scope: Scope, dice: Random) -> str:
    match part:
        case Register(formal, familiar):
            return formal if scope.formal else familiar
        case Slot(name, case):
            return _cased(scope.slots[name], case)
        case Pool(name, case):
            frame = dice.choice([item for item in scope.pools[name] if item.suits(scope.traits, scope.slots)])
            return _cased(Noun(_say(frame.parts, scope, dice)), case)
        case Choice(options, ""):
            return _say(dice.choice([option for option in options if _fits(option, scope)]), scope, dice)
        case Choice(options, tie):
            return _say(options[scope.ties.setdefault(tie, dice.randrange(len(options)))], scope, dice)


def _cased(noun: Noun, case: str) -> str:
    return turkish.inflect(noun, case) if case else noun.text


def _fits(option: Sequence, scope: Scope) -> bool:
    return all(part.name in scope.slots for part in option if isinstance(part, Slot))
