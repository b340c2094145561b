"""What a person or a test can do to this Telegram: POST /control/<verb> with JSON."""

from collections.abc import Callable
from typing import Any

from tests.fakes.telegram import text as texts
from tests.fakes.telegram.cast import Bot, Chat, User
from tests.fakes.telegram.inbox import Inbox
from tests.fakes.telegram.reactions import ALLOWED
from tests.fakes.telegram.world import World

Verb = Callable[..., Any]


def bot(
    world: World, *, username: str, name: str = "", token: str = "", privacy: bool = True, sees_bots: bool = False
) -> dict[str, Any]:
    """A new bot; its token and id."""
    number = world.number()
    bot_id = int(token.partition(":")[0]) if token else 700_000_000 + number
    token = token or f"{bot_id}:FAKE{number:031d}"
    user = User(id=bot_id, name=name or username, username=username, is_bot=True)
    world.bots[token] = Bot(user, token, Inbox(first_id=number * 1_000_000), privacy=privacy, sees_bots=sees_bots)
    return {"id": bot_id, "token": token, "username": username}


def manages(world: World, *, bot: str, on: bool = True) -> dict[str, Any]:
    """Bot Management Mode of a bot is switched in BotFather."""
    world.bot(bot).manages = on
    return {}


def make(world: World, *, manager: str, username: str, name: str, user: str) -> dict[str, Any]:
    """A person makes a bot through one that manages others; its id."""
    made = bot(world, username=username, name=name)
    child, person, through = world.bot(username), world.person(user), world.bot(manager)
    child.manager = manager
    through.inbox.add("managed_bot", {"user": person.shown(), "bot": child.user.shown()})
    return {"id": made["id"]}


def group(
    world: World,
    *,
    title: str,
    bots: list[str] | None = None,
    kind: str = "supergroup",
    topics: dict[str, str] | None = None,
    reactions: list[str] | None = None,
) -> dict[str, Any]:
    """A new group with these bots in it. `topics` (id to name) makes it a forum."""
    number = world.number()
    chat_id = -1_001_000_000_000 - number if kind == "supergroup" else -4_000_000 - number
    named = {int(thread): topic for thread, topic in (topics or {}).items()}
    world.chats[chat_id] = Chat(chat_id, kind, title, forum=bool(named), topics=named, reactions=reactions)
    for username in bots or []:
        member(world, chat=chat_id, bot=username)
    return {"id": chat_id}


def member(world: World, *, chat: int, bot: str, status: str = "member") -> dict[str, Any]:
    """Adds, promotes (administrator), mutes (restricted) or removes (left, kicked) a bot, and tells it."""
    place, who = world.chat(chat), world.bot(bot)
    before = place.membership(who.user)
    place.members[who.user.id] = status
    owner = world.person("Group owner")
    change = {"chat": place.shown(), "from": owner.shown(), "date": world.now(), "old_chat_member": before}
    who.inbox.add("my_chat_member", change | {"new_chat_member": place.membership(who.user)})
    return {}


def say(
    world: World,
    *,
    user: str,
    text: str,
    chat: int | None = None,
    bot: str = "",
    username: str = "",
    reply_to: int | None = None,
    thread: int | None = None,
    language: str = "",
) -> dict[str, Any]:
    """A human writes, into a group (`chat`) or to a bot in private (`bot`)."""
    person = world.person(user, username)
    person.language = language or person.language
    place = world.chat(chat) if chat is not None else _private(world.bot(bot), person)
    if reply_to is not None and reply_to not in place.messages:
        raise LookupError(f"there is no message {reply_to} in {place.id}")
    place.members.setdefault(person.id, "member")
    return world.post(place, person, text, reply_to=reply_to, thread=thread)


def share(
    world: World, *, user: str, chat: int, what: str, caption: str = "", as_chat: int | None = None
) -> dict[str, Any]:
    """A human sends something else than text: photo, sticker, voice, poll; as the group or a channel if `as_chat`."""
    person, place = world.person(user), world.chat(chat)
    place.members.setdefault(person.id, "member")
    message = world.post(place, person, caption or f"[{what}]", reply_to=None, thread=None, shown=False)
    text, entities = message.pop("text"), message.pop("entities", None)
    message[what] = [{"file_id": "x"}] if what == "photo" else {"file_id": "x"}
    message |= {"caption": text} if caption else {}
    message |= {"caption_entities": entities} if caption and entities else {}
    if as_chat is not None:
        message["from"] = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        message["sender_chat"] = world.chat(as_chat).shown()
    world.show(place, "message", message, author=person)
    return message


def rename(world: World, *, chat: int, title: str) -> dict[str, Any]:
    """The owner gives the group another title."""
    place = world.chat(chat)
    place.title = title
    return _service(world, place, {"new_chat_title": title})


def topic(world: World, *, chat: int, thread: int, closed: bool = True) -> dict[str, Any]:
    """An administrator closes a topic of a forum, or opens it again."""
    place = world.chat(chat)
    place.closed_topics = place.closed_topics | {thread} if closed else place.closed_topics - {thread}
    what = "forum_topic_closed" if closed else "forum_topic_reopened"
    return _service(world, place, {what: {}, "message_thread_id": thread, "is_topic_message": True})


def rank(world: World, *, chat: int, user: str, status: str) -> dict[str, Any]:
    """A person is promoted or demoted in a group; bots are told only when they ask for it."""
    world.chat(chat).members[world.person(user).id] = status
    return {}


def _service(world: World, place: Chat, content: dict[str, Any]) -> dict[str, Any]:
    owner = world.person("Group owner")
    message = {"message_id": place.next_message, "date": world.now(), "from": owner.shown(), "chat": place.shown()}
    place.next_message += 1
    for one in world.bots.values():
        if place.holds(one.user):
            one.inbox.add("message", message | content)
    return message | content


def edit(world: World, *, chat: int, message_id: int, text: str) -> dict[str, Any]:
    """The author of a message changes it."""
    place = world.chat(chat)
    message = dict(place.messages[message_id])
    message |= {"text": text, "edit_date": world.now(), "entities": texts.entities(text)}
    place.messages[message_id] = message
    author = world.user(message["from"]["id"])
    if author is not None:
        world.show(place, "edited_message", message, author=author)
    return message


def react(world: World, *, chat: int, message_id: int, user: str, emoji: list[str]) -> dict[str, Any]:
    """A person has these emoji on a message now. Only administrators that asked for it are told."""
    place, person = world.chat(chat), world.person(user)
    if message_id not in place.messages:
        raise LookupError(f"there is no message {message_id} in {place.id}")
    if refused := set(emoji) - (ALLOWED if place.reactions is None else set(place.reactions)):
        raise LookupError(f"nobody can react with {refused} in {place.id}")
    key = (message_id, person.id)
    before, place.people_reacted[key] = place.people_reacted.get(key, []), emoji
    old, new = ([{"type": "emoji", "emoji": one} for one in some] for some in (before, emoji))
    told = {"chat": place.shown(), "message_id": message_id, "user": person.shown(), "date": world.now()}
    for one in world.bots.values():
        if place.members.get(one.user.id) == "administrator":
            one.inbox.add("message_reaction", told | {"old_reaction": old, "new_reaction": new})
    return {}


def delete(world: World, *, chat: int, message_id: int) -> dict[str, Any]:
    """Somebody deletes a message; nobody is told."""
    world.chat(chat).messages.pop(message_id)
    return {}


def migrate(world: World, *, chat: int) -> dict[str, Any]:
    """The group becomes a supergroup with another id; calls to the old one are told so."""
    old = world.chat(chat)
    new_id = group(world, title=old.title)["id"]
    new = world.chats[new_id]
    new.members = dict(old.members)
    old.moved_to = new_id
    service = {"date": world.now(), "from": world.person("Group owner").shown()}
    for there, said in ((old, {"migrate_to_chat_id": new_id}), (new, {"migrate_from_chat_id": chat})):
        message = service | {"message_id": there.next_message, "chat": there.shown()} | said
        there.next_message += 1
        for one in world.bots.values():
            if there.holds(one.user):
                one.inbox.add("message", message)
    return {"id": new_id}


def revoke(world: World, *, bot: str) -> dict[str, Any]:
    """BotFather takes the token back: 401 from now on."""
    world.bot(bot).revoked = True
    return {}


def close(world: World, *, chat: int, closed: bool = True) -> dict[str, Any]:
    """Nobody may write there, as in a closed topic."""
    world.chat(chat).closed = closed
    return {}


def fault(world: World, **wish: Any) -> dict[str, Any]:
    """The next calls go wrong: call, how, times, recorded, description, retry_after, pause, only."""
    world.faults.add(wish)
    return {}


def victims(world: World, *, pids: list[int]) -> dict[str, Any]:
    """The processes on this machine that `strike` may end."""
    world.strikes.victims = set(pids)
    return {}


def strike(world: World, **wish: Any) -> dict[str, Any]:
    """The next callers are killed: point (connected, mid-write, written, accepted, read), times, method."""
    world.strikes.want(wish)
    return {}


def spare(world: World) -> dict[str, Any]:
    """Nobody is killed any more."""
    world.strikes.clear()
    return {}


def mend(world: World) -> dict[str, Any]:
    """Ends all faults."""
    world.faults.clear()
    return {}


def limits(world: World, *, on: bool) -> dict[str, Any]:
    """Whether bots must keep to 1 message a second and 20 a minute."""
    world.limits.on = on
    return {}


def latency(world: World, *, seconds: float) -> dict[str, Any]:
    """How long every call takes."""
    world.latency = seconds
    return {}


def _private(who: Bot, person: User) -> Chat:
    if person.id not in who.private:
        both = {person.id: "member", who.user.id: "member"}
        who.private[person.id] = Chat(person.id, "private", person.name, members=both)
    return who.private[person.id]


VERBS: dict[str, Verb] = {
    verb.__name__: verb
    for verb in (
        bot,
        manages,
        make,
        group,
        member,
        say,
        share,
        rename,
        topic,
        rank,
        edit,
        react,
        delete,
        migrate,
        revoke,
        close,
        fault,
        mend,
        limits,
        latency,
        victims,
        strike,
        spare,
    )
}
