"""What a person's message asks of the cast: whose answer, and how many."""

from random import SystemRandom

from bots.models import Bot
from conversations.engine import policy, turns, words
from conversations.models import Message, Turn

SECOND_ANSWER = 0.35
MOST_NAMED = 2
_dice = SystemRandom()
Asked = list[tuple[Turn.Trigger, Bot | None]]


def heard(message: Message, *, foreign_tags: bool = False) -> Asked:
    """Open the answers that a new message asks for; returns them. Inside the transaction that stores the message.

    `foreign_tags` says that the message mentions somebody who is not of the cast, beyond what its text shows.
    """
    roster = list(
        Bot.objects.filter(memberships__chat=message.chat, memberships__ended_at=None).select_related("persona")
    )
    asked = _asked(message, roster)
    others = foreign_tags or _speaks_to_others(message, roster)
    if not asked and others:
        Message.objects.filter(pk=message.pk).update(mentions_other=True)
    elif not asked and words.is_question(message.text):
        asked = [(Turn.Trigger.QUESTION, None)] * (1 + (_dice.random() < SECOND_ANSWER))
    turns.open_answers(message, asked, rules=policy.current(message.chat))
    return asked


def _asked(message: Message, roster: list[Bot]) -> Asked:
    """The bots that a message names, by @mention, by reply, or by first name."""
    by_name = {bot.username: bot for bot in roster}
    tagged = [by_name[name] for name in words.addressed(message.text, by_name)]
    replied = [bot for bot in roster if message.reply_to and bot.pk == message.reply_to.bot_id]
    called = [bot for bot in roster if words.called(message.text, bot.name)]
    named: dict[int, tuple[Turn.Trigger, Bot | None]] = {}
    for trigger, bots in (
        (Turn.Trigger.MENTION, tagged),
        (Turn.Trigger.REPLY, replied),
        (Turn.Trigger.MENTION, called),
    ):
        for bot in bots:
            named.setdefault(bot.pk, (trigger, bot))
    return list(named.values())[:MOST_NAMED]


def _speaks_to_others(message: Message, roster: list[Bot]) -> bool:
    """A reply to a person, or a mention of somebody outside the cast: a talk between two, left alone."""
    ours = {bot.username.lower() for bot in roster}
    to_person = bool(
        message.reply_to and message.reply_to.participant_id != message.participant_id and not message.reply_to.bot_id
    )
    return to_person or any(tag not in ours for tag in words.tags(message.text))
