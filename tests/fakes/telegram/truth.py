"""What was really received and really posted: GET /control/<view>."""

from datetime import datetime
from typing import Any

from tests.fakes.telegram.world import World


def log(world: World, query: dict[str, str]) -> Any:
    """Every call and every message, or those after `?calls=N&posted=N`."""
    return {
        "calls": world.calls[int(query.get("calls", "0")) :],
        "posted": world.posted[int(query.get("posted", "0")) :],
    }


def state(world: World, query: dict[str, str]) -> Any:
    """Bots with their tokens, groups with their members."""
    bots = [
        {
            "id": bot.user.id,
            "username": bot.user.username,
            "token": bot.token,
            "privacy": bot.privacy,
            "revoked": bot.revoked,
            "webhook": bot.inbox.webhook.url if bot.inbox.webhook else "",
            "waiting": len(bot.inbox.waiting),
            "commands": bot.commands,
        }
        for bot in world.bots.values()
    ]
    names = {bot.user.id: bot.user.username for bot in world.bots.values()}
    names |= {person.id: person.name for person in world.people.values()}
    chats = [
        {
            "id": chat.id,
            "kind": chat.kind,
            "title": chat.title,
            "members": {names.get(user_id, str(user_id)): status for user_id, status in chat.members.items()},
            "messages": len(chat.messages),
            "pinned": chat.pinned,
            "reacted": [[*key, emoji] for key, emoji in chat.reacted.items()],
            "moved_to": chat.moved_to,
        }
        for chat in world.chats.values()
    ]
    people = [{"id": person.id, "name": person.name} for person in world.people.values()]
    return {"bots": bots, "people": people, "chats": chats, "faults": world.faults.listed()}


def struck(world: World, query: dict[str, str]) -> Any:
    """Every process that was ended, and at which point."""
    return world.strikes.done[int(query.get("after", "0")) :]


def transcript(world: World) -> str:
    """Everything that was said, for people to read."""
    lines = []
    for said in world.posted:
        at = datetime.fromtimestamp(said["at"]).astimezone().strftime("%H:%M:%S")
        title = world.chats[said["chat"]].title if said["chat"] in world.chats else "private"
        reply = f" (to #{said['reply_to']})" if said["reply_to"] else ""
        lines.append(f"{at}  {title}  #{said['message_id']}  {said['from']}{reply}: {said['text']}")
    return "\n".join(lines) + "\n"
