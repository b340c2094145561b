"""Users, bots and chats."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.inbox import Inbox

INSIDE = ("creator", "administrator", "member", "restricted")


@dataclass(slots=True)
class User:
    id: int
    name: str
    username: str = ""
    is_bot: bool = False
    language: str = ""

    def shown(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        shown |= {"username": self.username} if self.username else {}
        return shown | ({"language_code": self.language} if self.language else {})


@dataclass(slots=True)
class Chat:
    id: int
    kind: str
    title: str
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    """User id to status."""
    topics: dict[int, str] = field(default_factory=dict)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    next_message: int = 1
    pinned: int | None = None
    reactions: list[str] | None = None
    """What the chat allows; None is all of Telegram's."""
    reacted: dict[tuple[int, str], str] = field(default_factory=dict)
    """Message id and bot to emoji."""
    people_reacted: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    """Message id and person to emoji."""
    closed: bool = False
    closed_topics: frozenset[int] = frozenset()
    moved_to: int | None = None

    def shown(self) -> dict[str, Any]:
        name = "first_name" if self.kind == "private" else "title"
        shown: dict[str, Any] = {"id": self.id, "type": self.kind, name: self.title}
        return shown | ({"is_forum": True} if self.forum else {})

    def membership(self, user: User) -> dict[str, Any]:
        status = self.members.get(user.id, "left")
        shown: dict[str, Any] = {"user": user.shown(), "status": status}
        if status == "restricted":
            shown |= {"is_member": True, "can_send_messages": False}
        return shown | ({"can_pin_messages": True} if status == "administrator" else {})

    def holds(self, user: User) -> bool:
        return self.members.get(user.id) in INSIDE


@dataclass(slots=True)
class Bot:
    user: User
    token: str
    inbox: Inbox
    privacy: bool = True
    sees_bots: bool = False
    revoked: bool = False
    manages: bool = False
    manager: str = ""
    """The username of the bot that manages it."""
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """Language to the commands that are listed in it."""
    private: dict[int, Chat] = field(default_factory=dict)
    """Its conversations with people, by their ids."""
