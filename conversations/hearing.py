"""What a person's message asks of the cast: whose answer, and how many."""

from dataclasses import asdict
from random import SystemRandom

from bots.models import Bot
from conversations import affairs, asks
from conversations.engine import asking, course, policy, turns, words
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Message, Turn

_dice = SystemRandom()
Asked = list[tuple[Turn.Trigger, Bot | None]]


def heard(message: Message, *, foreign_tags: bool = False) -> Asked:
    """Open the answers that a new message asks for; returns them. Inside the transaction that stores the message.

    `foreign_tags` says that the message mentions somebody who is not of the cast, beyond what its text shows.
    """
    rules = policy.current(message.chat)
    bots = {
        bot.pk: bot
        for bot in Bot.objects.filter(memberships__chat=message.chat, memberships__ended_at=None).select_related(
            "persona"
        )
    }
    roster = [asking.Named(bot.pk, bot.username, bot.name) for bot in bots.values()]
    what = _what(message, foreign_tags=foreign_tags)
    asked: Asked = [(Turn.Trigger(how), bots[bot_id]) for how, bot_id in asking.called(what, roster)]
    aside = not asked and asking.is_between_people(what, [bot.username for bot in roster])
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


def _what(message: Message, *, foreign_tags: bool) -> asking.Heard:
    parent = message.reply_to
    to_person = bool(parent and not parent.bot_id and parent.participant_id != message.participant_id)
    return asking.Heard(message.text, parent.bot_id if parent else None, to_person, foreign_tags)


def _notice(message: Message, rules: Policy, *, joins: bool) -> None:
    """A person is here: rows of bot messages end, and who speaks to all does not sit through their break alone."""
    chat = Chat.objects.select_for_update(no_key=True).get(pk=message.chat_id)
    heard = course.person_spoke(course.of(chat), message.said_at)
    next_due = turns.hasten(chat, heard, rules) if joins else chat.next_due
    Chat.objects.filter(pk=chat.pk).update(**asdict(heard), next_due=next_due)
