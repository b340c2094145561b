"""What is said changes how bots feel and how they stand with each other: from messages to events of the mind.

Inside the transaction that writes the message, before anything is published. Rows of two bots are taken in the order
of their numbers, so that no two messages wait for each other.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Left

from bots import bonds, feelings
from bots.models import Bot
from bots.models.mind import MoodChange
from conversations.engine import reactions, sentiment
from conversations.engine.rulebook import Policy
from conversations.models import Chat, Membership, Message, Reaction

MOVED = 0.4
"""From this mood of a text on, it praises or hurts whom it answers."""
QUOTED = 120
"""Letters of a message that its cause keeps."""
LOOKED_BACK = timedelta(minutes=20)


def spoke(messages: Sequence[Message]) -> None:
    """These messages of bots are in their chats, in the order in which they were said."""
    times = Counter(message.bot_id for message in messages if message.bot_id)
    feelings.hold(sorted(times))
    for count in sorted(set(times.values())):
        bots = [bot_id for bot_id, said in times.items() if said == count]
        feelings.felt(bots, "spoke", at=max(message.said_at for message in messages), times=count)
    bonds.moved_all([move for message in messages for move in _moves(message)])


def _moves(message: Message) -> list[bonds.Move]:
    """What a bot's message does between it and whom it answers."""
    parent = message.reply_to
    if message.bot_id is None or parent is None or parent.bot_id == message.bot_id:
        return []
    event = _between(message.text, parent.text)
    pairs = [(message.bot_id, _author(parent))]
    if parent.bot_id:
        pairs.append((parent.bot_id, ("bot", message.bot_id)))
    return [bonds.Move(bot_id, other, event, message.said_at, _about(message)) for bot_id, other in pairs]


def heard(message: Message, named: list[int]) -> None:
    """A person's message is in the chat; `named` are the bots that it calls."""
    parent = message.reply_to
    if named and parent and parent.bot_id:
        feelings.hold({*named, parent.bot_id})
    feelings.felt(sorted(named), "mentioned", at=message.said_at, about=_about(message))
    if parent is None or parent.bot_id is None or message.participant_id is None:
        return
    tone = sentiment.mood(message.text)
    event = "praise" if tone >= MOVED else "criticism" if tone <= -MOVED else _between(message.text, parent.text)
    if event in {"praise", "criticism"}:
        _touched(parent.bot_id, message.said_at, _about(message), pleased=event == "praise")
    bonds.moved(parent.bot_id, ("person", message.participant_id), event, at=message.said_at, about=_about(message))


def reacted(reaction: Reaction) -> None:
    """An emoji was hung on a message; those of bots please and hurt as well as those of people."""
    author, tone = reaction.message.bot_id, reactions.tone(reaction.emoji)
    if author is None or not tone or author == reaction.bot_id:
        return
    other: bonds.Other = ("bot", reaction.bot_id) if reaction.bot_id else ("person", reaction.participant_id or 0)
    event, about = ("praise" if tone > 0 else "criticism"), f"{reaction.emoji} {_about(reaction.message)}"
    if bonds.moved_by(author, other, event, about=about):
        return  # taken off and hung there again, it does not please twice
    _touched(author, reaction.reacted_at, about, pleased=tone > 0)
    bonds.moved(author, other, event, at=reaction.reacted_at, about=about)


def neglected(rules: Policy, now: datetime) -> int:
    """Who got no reply and no reaction for so long is hurt by it, once a message. Returns how many."""
    until = now - timedelta(minutes=rules.ignored_minutes)
    told = MoodChange.objects.filter(bot=OuterRef("bot"), event="ignored", about=Left(OuterRef("text"), QUOTED))
    lonely = (
        Message.objects.filter(bot__isnull=False, said_at__gt=until - LOOKED_BACK, said_at__lte=until)
        .filter(replies=None, reactions=None)
        .exclude(Exists(told))
        .order_by("bot_id", "said_at")
    )
    found = list(lonely)
    for message in found:
        feelings.felt([message.bot_id or 0], "ignored", at=now, about=_about(message))
    return len(found)


def fallen_silent(rules: Policy, now: datetime) -> int:
    """Who has not spoken for so long grows curious, once in as long. Returns how many."""
    since = now - timedelta(minutes=rules.silence_minutes)
    told = MoodChange.objects.filter(bot=OuterRef("pk"), event="silent", happened_at__gt=since)
    playing = Membership.objects.filter(bot=OuterRef("pk"), ended_at=None, chat__in=Chat.objects.talking())
    quiet = (
        Bot.objects.able(now)
        .filter(Exists(playing))
        .annotate(last=Max("memberships__last_said_at"))
        .filter(Q(last__lt=since))
        .exclude(Exists(told))
    )
    found = sorted(quiet.values_list("pk", flat=True))
    feelings.felt(found, "silent", at=now)
    return len(found)


def _touched(bot_id: int, at: datetime, about: str, *, pleased: bool) -> None:
    feelings.felt([bot_id], "pleased" if pleased else "hurt", at=at, about=about)


def _between(text: str, parent: str) -> str:
    side = sentiment.agrees(text, parent)
    return "agreement" if side > 0 else "disagreement" if side < 0 else "talk"


def _author(message: Message) -> bonds.Other:
    return ("bot", message.bot_id) if message.bot_id else ("person", message.participant_id or 0)


def _about(message: Message) -> str:
    return message.text[:QUOTED]
