"""The methods of the Bot API that touch chats, refusing what the real ones refuse, in their words."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.telegram import text as texts
from tests.fakes.telegram.cast import Bot, Chat
from tests.fakes.telegram.params import Params
from tests.fakes.telegram.reactions import ALLOWED
from tests.fakes.telegram.refusal import bad
from tests.fakes.telegram.world import World, place

Method = Callable[[World, Bot, dict[str, Any]], Awaitable[Any]]
_ACTIONS = re.compile(
    "typing|choose_sticker|find_location|upload_(photo|video|voice|document|video_note)|record_(video|voice|video_note)"
)


async def get_me(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    Params(found, "")
    return bot.user.shown() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy,
        "supports_inline_queries": False,
        "can_manage_bots": bot.manages,
    }


async def get_managed_bot_token(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    number = Params(found, "user_id").whole("user_id")
    managed = next((one for one in world.bots.values() if one.user.id == number), None)
    if managed is None or managed.manager != bot.user.username:
        raise bad("BOT_INVALID")
    return managed.token


async def send_message(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    params = Params(
        found, "chat_id text message_thread_id reply_parameters link_preview_options disable_notification entities"
    )
    chat = _place(world, bot, params)
    text = params.text("text").strip()
    if not text:
        raise bad("message text is empty")
    if texts.units(text) > texts.LIMIT:
        raise bad("message is too long")
    params.thing("link_preview_options", dict)
    params.thing("entities", list)
    params.flag("disable_notification")
    thread = _thread(chat, params)
    reply_to = _reply_target(chat, params)
    _allowed_to_write(chat, bot, thread)
    world.limits.spend_message(bot.token, chat.id)
    return world.post(chat, bot.user, text, reply_to=reply_to, thread=thread)


async def send_chat_action(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    params = Params(found, "chat_id action message_thread_id")
    chat = _place(world, bot, params)
    if not _ACTIONS.fullmatch(params.text("action")):
        raise bad("wrong parameter action in request")
    _allowed_to_write(chat, bot, _thread(chat, params))
    return True


async def set_message_reaction(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    params = Params(found, "chat_id message_id reaction is_big")
    chat = _place(world, bot, params)
    message = chat.messages.get(params.whole("message_id", missing="message identifier is not specified"))
    if message is None:
        raise bad("message to react not found")
    chosen = params.thing("reaction", list)
    if len(chosen) > 1:
        raise bad("REACTIONS_TOO_MANY")
    for one in chosen:
        if not isinstance(one, dict) or one.get("type") != "emoji" or one.get("emoji") not in ALLOWED:
            raise bad("REACTION_INVALID")
        if chat.reactions is not None and one["emoji"] not in chat.reactions:
            raise bad("REACTION_INVALID")
    params.flag("is_big")
    chat.reacted[(message["message_id"], bot.user.username)] = chosen[0]["emoji"] if chosen else ""
    return True


async def pin_chat_message(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    params = Params(found, "chat_id message_id disable_notification")
    chat = _place(world, bot, params)
    message_id = params.whole("message_id", missing="message identifier is not specified")
    params.flag("disable_notification")
    if chat.members[bot.user.id] not in ("administrator", "creator"):
        raise bad(f"not enough rights to manage pinned messages in the {chat.kind}")
    if message_id not in chat.messages:
        raise bad("message to pin not found")
    chat.pinned = message_id
    return True


async def get_chat(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    chat = _place(world, bot, Params(found, "chat_id"))
    shown = chat.shown() | {"accent_color_id": 0, "max_reaction_count": 11}
    if chat.pinned in chat.messages:
        shown["pinned_message"] = chat.messages[chat.pinned]
    if chat.reactions is not None:
        shown["available_reactions"] = [{"type": "emoji", "emoji": emoji} for emoji in chat.reactions]
    return shown


async def get_chat_member(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    params = Params(found, "chat_id user_id")
    chat = _place(world, bot, params)
    user = world.user(params.whole("user_id", missing="invalid user_id specified"))
    if user is None:
        raise bad("member not found")
    return chat.membership(user)


async def set_my_commands(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    params = Params(found, "commands scope language_code")
    listed = params.thing("commands", list)
    if not listed or len(listed) > 100:
        raise bad("wrong number of commands specified")
    for one in listed:
        if not re.fullmatch("[a-z0-9_]{1,32}", one.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(one.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands[params.text("language_code")] = listed
    return True


def _place(world: World, bot: Bot, params: Params) -> Chat:
    return place(world, bot, params.whole("chat_id", missing="chat_id is empty"))


def _thread(chat: Chat, params: Params) -> int | None:
    if not params.has("message_thread_id"):
        return None
    thread = params.whole("message_thread_id", missing="invalid message thread ID specified")
    if thread not in chat.topics:
        raise bad("message thread not found")
    return thread


def _reply_target(chat: Chat, params: Params) -> int | None:
    wish = params.thing("reply_parameters", dict)
    if not wish:
        return None
    reply = Params(wish, "message_id allow_sending_without_reply")
    target = reply.whole("message_id", missing="message to be replied not specified")
    lenient = reply.flag("allow_sending_without_reply")
    if target in chat.messages:
        return target
    if lenient:
        return None
    raise bad("message to be replied not found")


def _allowed_to_write(chat: Chat, bot: Bot, thread: int | None) -> None:
    if chat.members[bot.user.id] == "restricted":
        raise bad("not enough rights to send text messages to the chat")
    if thread in chat.closed_topics:
        raise bad("TOPIC_CLOSED")
    if chat.closed:
        raise bad("TOPIC_CLOSED" if chat.forum else "CHAT_RESTRICTED")


METHODS: dict[str, Method] = {
    "getme": get_me,
    "sendmessage": send_message,
    "sendchataction": send_chat_action,
    "setmessagereaction": set_message_reaction,
    "pinchatmessage": pin_chat_message,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "setmycommands": set_my_commands,
    "getmanagedbottoken": get_managed_bot_token,
}
