"""What the cast does when people are there: answers them, leaves them room, ends its own rows. Rows 18 to 20."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from conversations.engine import words
from conversations.realism import measure
from conversations.realism.measure import Found
from conversations.realism.talk import Talk
from conversations.realism.utterance import Utterance

SOON = timedelta(minutes=2)
AFTER = timedelta(minutes=10)


def found(of: Talk) -> dict[str, Found]:
    answered = [any(reply.at - asked.at <= SOON for reply in replies) for asked, replies in _questions(of)]
    right = list(_right(of))
    chains = [length for chat in of.chats.values() for length in _chains(of, chat)]
    return {
        "questions_answered": measure.share(sum(answered), len(answered), least=5),
        "right_bot": measure.share(sum(right), len(right), least=5),
        "bots_per_human": measure.mean([ratio for chat in of.chats.values() for ratio in ratios(chat)], least=5),
        "longest_chain": measure.exact(max(chains, default=None) if len(of) >= 30 else None, len(chains)),
    }


def ratios(said: list[Utterance]) -> Iterator[float]:
    """After each message of a person: bot messages for one of people, itself included."""
    times = [each.at for each in said]
    if not any(each.is_bot for each in said):
        return
    for number, each in enumerate(said):
        if not each.is_bot:
            window = said[number : bisect_right(times, each.at + AFTER)]
            bots = sum(other.is_bot for other in window)
            yield bots / (len(window) - bots)


def _chains(of: Talk, said: list[Utterance]) -> Iterator[int]:
    """Lengths of the rows of bot messages in one chat."""
    length, last = 0, None
    for each in said:
        if not each.is_bot:
            length = 0
        elif each.trigger == "news" or (last is not None and each.at - last.at >= of.context.chain_rest):
            length = 1
        else:
            length += 1
        if each.is_bot:
            yield length
        last = each


def _answers(of: Talk) -> dict[tuple[str, int], list[Utterance]]:
    """The bots' replies to each message of a person."""
    answers: defaultdict[tuple[str, int], list[Utterance]] = defaultdict(list)
    for said, parent in of.replies():
        if said.is_bot and not parent.is_bot:
            answers[parent.chat, parent.id].append(said)
    return answers


def _questions(of: Talk) -> Iterator[tuple[Utterance, list[Utterance]]]:
    """Questions that people put to the cast while somebody of it could answer, with what bots replied."""
    answers = _answers(of)
    for said in of:
        if said.is_bot or said.aside or not of.has_bots or not words.is_question(said.text):
            continue
        parent = of.parent(said)
        if parent is not None and not parent.is_bot:
            continue  # between two people: not for the cast
        if _anybody(of, said):
            yield said, answers.get((said.chat, said.id), [])


def _anybody(of: Talk, asked: Utterance) -> bool:
    awake, members = of.context.awake, of.context.members.get(asked.chat)
    return awake is None or members is None or any(awake(member, asked.at) for member in members)


def _right(of: Talk) -> Iterator[bool]:
    """For each answer to a message that names its bot, whether that bot gave it."""
    for key, replies in _answers(of).items():
        asked = of.messages[key]
        parent = of.parent(asked)
        named = set(asked.mentions) or ({parent.speaker} if parent and parent.is_bot else set())
        if named:
            yield from (reply.speaker in named for reply in replies)
