"""Who sent a message: a person, a bot, or somebody in the name of a group or a channel."""

from dataclasses import dataclass
from typing import Any

from conversations.inbound.envelope import clean
from conversations.models import Participant


@dataclass(frozen=True, slots=True)
class Sender:
    number: int
    """Of the account; of the group or channel, below zero, when it was sent in its name."""
    name: str
    username: str = ""
    language: str = "tr"
    is_admin: bool = False
    """Writes in the name of the very group: only its administrators can."""
    posts: bool = False
    """A channel's own post, carried into its discussion group by Telegram: said to nobody."""

    @property
    def is_collective(self) -> bool:
        return self.number < 0


def of(data: dict[str, Any]) -> Sender | None:
    """The sender of a message, unless that is a bot in its own name, or nobody."""
    if place := data.get("sender_chat"):
        return Sender(
            number=place["id"],
            name=clean(place.get("title") or str(place["id"])),
            username=place.get("username", ""),
            is_admin=place["id"] == data["chat"]["id"],
            posts=data.get("is_automatic_forward") is True,
        )
    return person(data.get("from") or {})


def person(user: dict[str, Any]) -> Sender | None:
    if not user or user.get("is_bot"):
        return None
    name = " ".join(filter(None, [user.get("first_name"), user.get("last_name")])) or str(user["id"])
    return Sender(user["id"], clean(name), user.get("username", ""), user.get("language_code") or "tr")


def participant(sender: Sender) -> Participant:
    seen = Participant(telegram_id=sender.number, name=sender.name[:128], username=sender.username[:64])
    # One statement: several bots may see a stranger's first line at the same moment.
    Participant.objects.bulk_create(
        [seen], update_conflicts=True, unique_fields=["telegram_id"], update_fields=["name", "username", "last_seen_at"]
    )
    return Participant.objects.get(telegram_id=sender.number)
