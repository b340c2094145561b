"""Reader: what was said in chats, as utterances. Five queries, whatever was said."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from bots.models import ActiveHours
from bots.sheet import Hours
from conversations.engine import pace, policy, words
from conversations.models import Chat, Membership, Message, Reaction, Turn
from conversations.realism.utterance import Context, Kind, Utterance

MOST = 100_000
"""Messages; of a longer period the newest."""


def read(chats: list[Chat], since: datetime, until: datetime, *, most: int = MOST) -> tuple[list[Utterance], Context]:
    """Messages and reactions of these chats within a period, oldest first, and what has to be known around them."""
    members = _members(chats)
    names = sorted({username for each in members.values() for username in each})
    said = _messages(chats, since, until, names, most)
    begins = said[0].at if len(said) == most else since
    return [*said, *_reactions(chats, begins, until)], _context(chats, members, said)


_TOLD = (
    "pk", "chat", "said_at", "bot__username", "participant", "text", "reply_to", "mentions_other",
    "turn__trigger", "turn__typing_from", "turn__send_after",
)  # fmt: skip


def _messages(chats: list[Chat], since: datetime, until: datetime, names: list[str], most: int) -> list[Utterance]:
    rows = Message.objects.filter(chat__in=chats, said_at__gte=since, said_at__lt=until)
    newest = list(rows.order_by("-said_at", "-id").values_list(*_TOLD)[:most])
    return [_utterance(row, names) for row in reversed(newest)]


def _utterance(row: Any, names: list[str]) -> Utterance:
    number, chat, at, username, participant, text, reply_to, aside, trigger, typing_from, send_after = row
    return Utterance(
        number,
        str(chat),
        at,
        username or f"person-{participant}",
        is_bot=username is not None,
        text=text,
        reply_to=reply_to,
        trigger=trigger or "",
        mentions=() if username else words.addressed(text, names),
        aside=aside,
        typing=None if trigger in Turn.ANSWERS else _typed(typing_from, send_after),
    )


def _typed(typing_from: datetime | None, send_after: datetime | None) -> float | None:
    if not typing_from or not send_after:
        return None
    return (send_after - typing_from).total_seconds() or None


def _reactions(chats: list[Chat], since: datetime, until: datetime) -> list[Utterance]:
    rows = Reaction.objects.filter(message__chat__in=chats, reacted_at__gte=since, reacted_at__lt=until)
    return [
        Utterance(
            row.pk,
            str(row.message.chat_id),
            row.reacted_at,
            row.bot.username if row.bot else f"person-{row.participant_id}",
            is_bot=row.bot_id is not None,
            text=row.emoji,
            reply_to=row.message_id,
            kind=Kind.REACTION,
        )
        for row in rows.select_related("message", "bot").order_by("reacted_at")[:MOST]
    ]


def _members(chats: list[Chat]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows = Membership.objects.filter(chat__in=chats, ended_at=None).values_list("chat", "bot__username")
    for chat, username in rows:
        found[str(chat)].add(username)
    return {chat: frozenset(names) for chat, names in found.items()}


def _context(chats: list[Chat], members: dict[str, frozenset[str]], said: list[Utterance]) -> Context:
    zone = chats[0].zone if chats else timezone.get_current_timezone()
    hours: defaultdict[str, list[Hours]] = defaultdict(list)
    everybody = {username for each in members.values() for username in each}
    for row in ActiveHours.objects.filter(bot__username__in=everybody).select_related("bot"):
        hours[row.bot.username].append(row.sheet())
    keeps_hours = any(chat.observes_hours for chat in chats)

    def awake(speaker: str, at: datetime) -> bool:
        return not keeps_hours or pace.awake(hours.get(speaker, ()), at.astimezone(zone))

    rules = policy.for_chats(chat.pk for chat in chats)
    rests = [pace.rest(rules[chat.pk], chat.tempo) for chat in chats]
    return Context(
        zone=zone,
        news=[(one.chat, one.at) for one in said if one.trigger == Turn.Trigger.NEWS],
        members=members,
        awake=awake,
        chain_rest=min((timedelta(seconds=rest) for rest in rests if rest), default=Context().chain_rest),
    )
