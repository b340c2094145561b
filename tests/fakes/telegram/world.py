"""Who is where, and what was said: the state behind the Bot API, and the ground truth of it."""

import time
from itertools import count
from typing import Any

from tests.fakes.faults import Faults
from tests.fakes.telegram import text as texts
from tests.fakes.telegram.cast import Bot, Chat, User
from tests.fakes.telegram.limits import Limits
from tests.fakes.telegram.refusal import Refusal
from tests.fakes.telegram.sight import sees
from tests.fakes.telegram.strikes import Strikes


class World:
    def __init__(self, *, limits: bool) -> None:
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.calls: list[dict[str, Any]] = []
        self.posted: list[dict[str, Any]] = []
        self.faults = Faults()
        self.limits = Limits(on=limits)
        self.strikes = Strikes()
        self.latency = 0.0
        self._ids = count(1)

    def number(self) -> int:
        return next(self._ids)

    def now(self) -> int:
        return int(time.time())

    def bot(self, name: str) -> Bot:
        """By username or id."""
        for bot in self.bots.values():
            if name.lstrip("@").lower() == bot.user.username.lower() or name == str(bot.user.id):
                return bot
        raise LookupError(f"there is no bot {name}")

    def chat(self, chat_id: int) -> Chat:
        if chat_id not in self.chats:
            raise LookupError(f"there is no chat {chat_id}")
        return self.chats[chat_id]

    def person(self, name: str, username: str = "") -> User:
        """The human of this name, made when new. `name` may be an id too."""
        for person in self.people.values():
            if name in (person.name, str(person.id)) or (username and username == person.username):
                return person
        person = User(id=5_000_000 + self.number(), name=name, username=username)
        self.people[person.id] = person
        return person

    def user(self, user_id: int) -> User | None:
        bots = {bot.user.id: bot.user for bot in self.bots.values()}
        return self.people.get(user_id) or bots.get(user_id)

    def post(
        self, chat: Chat, sender: User, text: str, *, reply_to: int | None, thread: int | None, shown: bool = True
    ) -> dict[str, Any]:
        """Puts a message into a chat, shows it to the bots that may see it, and writes it into the ground truth."""
        message: dict[str, Any] = {
            "message_id": chat.next_message,
            "from": sender.shown(),
            "chat": chat.shown(),
            "date": self.now(),
            "text": text,
        }
        chat.next_message += 1
        if found := texts.entities(text):
            message["entities"] = found
        if reply_to is not None:
            target = chat.messages[reply_to]
            message["reply_to_message"] = {k: v for k, v in target.items() if k != "reply_to_message"}
        if thread is not None:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        chat.messages[message["message_id"]] = message
        self._remember(chat, sender, message)
        if shown:
            self.show(chat, "message", message, author=sender)
        return message

    def _remember(self, chat: Chat, sender: User, message: dict[str, Any]) -> None:
        self.posted.append(
            {
                "n": len(self.posted) + 1,
                "at": time.time(),
                "chat": chat.id,
                "message_id": message["message_id"],
                "from": sender.username or sender.name,
                "is_bot": sender.is_bot,
                "text": message["text"],
                "reply_to": message.get("reply_to_message", {}).get("message_id"),
                "thread": message.get("message_thread_id"),
            }
        )

    def show(self, chat: Chat, kind: str, message: dict[str, Any], *, author: User) -> None:
        for bot in self.bots.values():
            if bot.user.id != author.id and sees(bot, chat, message, author):
                bot.inbox.add(kind, message)


def place(world: World, bot: Bot, chat_id: int) -> Chat:
    """The chat of a call, if this bot may act there."""
    chat = bot.private.get(chat_id) or world.chats.get(chat_id)
    if chat is None:
        raise Refusal(400, "Bad Request: chat not found")
    if chat.moved_to is not None:
        said = "Bad Request: group chat was upgraded to a supergroup chat"
        raise Refusal(400, said, migrate_to_chat_id=chat.moved_to)
    if chat.members.get(bot.user.id) == "kicked":
        raise Refusal(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
    if not chat.holds(bot.user):
        raise Refusal(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
    return chat
