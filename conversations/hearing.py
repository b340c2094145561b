"""What a person's message asks of the cast: whose answer, and how many."""

from dataclasses import asdict
from random import SystemRandom

from bots.models import Bot
from conversations import affairs, asks
from conversations.engine import asking, course, policy, switch, turns, words
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Message, Turn

_dice = SystemRandom()
Asked = list[tuple[Turn.Trigger, Bot | None]]


def heard(message: Message, *, foreign_tags: bool = False, spoken: str | None = None) -> Asked:
    """Open the answers that a new message asks for; returns them. Inside the transaction that stores the message.

    `foreign_tags` says that the message mentions somebody who is not of the cast, beyond what its text shows; `spoken`
    is what of its text may call somebody, if not all. A picture without words is noticed, and asks for nothing.
    """
    switch.runs()  # held before the chat is: whoever presses it takes chats after it, too
    rules = policy.current(message.chat)
    if not message.text:
        _notice(message, rules, joins=True)
        return []
    bots = _present(message)
    what = _what(message, foreign_tags=foreign_tags, spoken=spoken)
    asked = _called(what, bots)
    aside = not asked and asking.is_between_people(what, [bot.username for bot in bots])
    if aside:
        Message.objects.filter(pk=message.pk).update(mentions_other=True)
    elif not asked and words.is_question(message.text):
        asked = [(Turn.Trigger.QUESTION, None)] * (1 + (_dice.random() < rules.second_answer))
    _notice(message, rules, joins=not aside)
    affairs.heard(message, [bot.pk for _, bot in asked if bot])
    if asked and asks.are_over(message, rules):
        asks.decline(message, asked, rules=rules)
        return []
    turns.open_answers(message, asked, rules=rules)
    return asked


def reheard(message: Message, *, foreign_tags: bool = False, spoken: str | None = None) -> Asked:
    """Open the answers that a changed message asks for: only if it calls a bot now, and nothing was opened before."""
    if Turn.objects.filter(cause=message).exists():
        return []
    bots = _present(message)
    asked = _called(_what(message, foreign_tags=foreign_tags, spoken=spoken), bots)
    if asked:
        affairs.heard(message, [bot.pk for _, bot in asked if bot])
        turns.open_answers(message, asked, rules=policy.current(message.chat))
    return asked


def _present(message: Message) -> list[Bot]:
    playing = Bot.objects.filter(memberships__chat=message.chat, memberships__ended_at=None)
    return list(playing.select_related("persona"))


def _called(what: asking.Heard, bots: list[Bot]) -> Asked:
    named = {bot.pk: bot for bot in bots}
    roster = [asking.Named(bot.pk, bot.username, bot.name) for bot in bots]
    return [(Turn.Trigger(how), named[bot_id]) for how, bot_id in asking.called(what, roster)]


def _what(message: Message, *, foreign_tags: bool, spoken: str | None) -> asking.Heard:
    parent = message.reply_to
    to_person = bool(parent and not parent.bot_id and parent.participant_id != message.participant_id)
    text = message.text if spoken is None else spoken
    return asking.Heard(text, parent.bot_id if parent else None, to_person, foreign_tags)


def _notice(message: Message, rules: Policy, *, joins: bool) -> None:
    """A person is here: rows of bot messages end, and who speaks to all does not sit through their break alone."""
    chat = Chat.objects.select_for_update(no_key=True).get(pk=message.chat_id)
    heard = course.person_spoke(course.of(chat), message.said_at)
    next_due = turns.hasten(chat, heard, rules) if joins else chat.next_due
    Chat.objects.filter(pk=chat.pk).update(**asdict(heard), next_due=next_due)
