"""Who is limited to which chats, and what of every table belongs to those."""

from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import models, transaction
from django.db.models import Q, QuerySet

from bots import audit
from bots.models import Memory
from conversations.models import Chat, Remit

M = TypeVar("M", bound=models.Model)
Person = AbstractBaseUser | AnonymousUser | None
"""None: the house itself, which is not limited."""

PATHS: dict[str, tuple[str, ...]] = {
    "conversations.chat": ("pk",),
    "conversations.membership": ("chat",),
    "conversations.message": ("chat",),
    "conversations.turn": ("chat",),
    "conversations.event": ("chat",),
    "conversations.llmcall": ("chat",),
    "conversations.sendattempt": ("turn__chat",),
    "conversations.participant": ("messages__chat",),
    "conversations.rules": ("chat",),
    "conversations.budget": ("chat",),
    "conversations.inboundupdate": (),
    "conversations.response": (),
    "conversations.breaker": ("bot__memberships__chat",),
    "monitoring.channel": (),
    "bots.bot": ("memberships__chat",),
    "bots.persona": ("bots__memberships__chat",),
    "bots.activehours": ("bot__memberships__chat",),
    "bots.stance": ("bot__memberships__chat",),
    "bots.holding": ("bot__memberships__chat",),
    "bots.memory": ("bot__memberships__chat",),
    "bots.mood": ("bot__memberships__chat",),
    "bots.relationship": ("bot__memberships__chat",),
    "bots.origin": ("bot__memberships__chat",),
    "bots.version": ("bot__memberships__chat",),
}
"""How a row leads to the chats that it is about. Of bots and what hangs on them: the chats in which the bot plays.
Where no way leads there, whoever is limited sees none."""
OPEN_TOO = {
    "conversations.breaker": Q(bot=None),
    "conversations.event": Q(chat=None),
    "conversations.rules": Q(chat=None),
    "conversations.budget": Q(chat=None),
}
"""Rows that are about no chat, in tables where others are."""

NOT_TOLD = {"bots.memory": Q(message_id=None)}
"""What bots learned from people may come from any chat: who is limited sees what staff wrote."""


def ids(user: Person) -> list[int] | None:
    """The chats of this person; None for who is not limited. Admins never are. One query for a request."""
    if not isinstance(user, User) or user.is_superuser:
        return None
    if not hasattr(user, "_remit"):
        remit = Remit.objects.filter(user=user).prefetch_related("chats").first()
        user._remit = None if remit is None else [chat.pk for chat in remit.chats.all()]  # type: ignore[attr-defined]
    return user._remit  # type: ignore[attr-defined, no-any-return]


def within(user: Person, rows: "QuerySet[M]") -> "QuerySet[M]":
    """Of these rows those that this person has to do with. Tables that know no chat are everybody's."""
    mine, label = ids(user), rows.model._meta.label_lower
    paths = PATHS.get(label)
    if mine is None or paths is None:
        return rows
    wanted = OPEN_TOO.get(label, Q(pk=None))
    for path in paths:
        plays = {f"{path.removesuffix('chat')}ended_at": None} if path.endswith("memberships__chat") else {}
        wanted |= Q(pk__in=rows.model._base_manager.filter(**{f"{path}__in": mine}, **plays).values("pk"))
    if label in NOT_TOLD:
        wanted &= NOT_TOLD[label]
    return rows.filter(wanted)


def reads_prompt(user: Person, memories: Iterable[int]) -> bool:
    """Whether a prompt with these memories tells this person nothing that a bot learned elsewhere."""
    wanted = set(memories)
    return ids(user) is None or within(user, Memory.objects.filter(pk__in=wanted)).count() == len(wanted)


def holds(user: Person, chat_id: int | None) -> bool:
    """Whether this chat is among them."""
    mine = ids(user)
    return mine is None or chat_id in mine


@transaction.atomic
def limit(user: User, chats: Iterable[Chat], *, by: audit.Actor) -> None:
    """Limit an account to `chats`; none of them lifts every limit."""
    before, wanted = _titles(user), list(chats)
    if wanted:
        remit, _new = Remit.objects.get_or_create(user=user)
        remit.chats.set(wanted)
    else:
        Remit.objects.filter(user=user).delete()
    audit.record(
        "account.chats", by=by, subject=user, before={"chats": before}, after={"chats": [chat.title for chat in wanted]}
    )


def of(user: User) -> QuerySet[Chat]:
    """The chats that an account is limited to; none for who is not limited."""
    return Chat.objects.filter(pk__in=Remit.chats.through.objects.filter(remit=user.pk).values("chat"))


def _titles(user: User) -> list[str]:
    return list(of(user).order_by("title").values_list("title", flat=True))
