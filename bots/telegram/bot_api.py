"""The line of a bot over HTTPS: the Bot API as the port wants it.

One call is one request, never repeated here. The token never enters an address that httpx knows: the request target is
set beside it, so that neither its log lines nor its errors nor a trace can hold the token.

What people in a chat may see (send, typing, react, pin) can end `Ambiguous`. Every other call may simply be asked
again, so an unclear end of one is `Unreachable`.
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from typing_extensions import override

from bots import counting
from bots import deadline as clock
from bots.telegram import answers, port, shapes
from bots.telegram import emoji as spelling

SECONDS = 10.0
"""For a call that carries no deadline. Telegram holds a call for 3 s before it answers that there are too many."""
TYPING_SECONDS = 4.0
"""The sign itself lasts five: later is pointless."""
UPDATES_ROOM = 16 * clock.MEGABYTE
UPDATES = ["message", "edited_message", "my_chat_member", "message_reaction", "managed_bot"]
WEBHOOK_CONNECTIONS = 40

T = TypeVar("T")
_TOKEN = re.compile(r"(?P<id>[0-9]+):[A-Za-z0-9_-]+")


class BotApi:
    """Safe to share between threads; cheap to open, since all lines of a process share their connections."""

    def __init__(self, token: str, base: str) -> None:
        self._token = token
        self._base = base.rstrip("/")

    @override
    def __repr__(self) -> str:
        known = _TOKEN.fullmatch(self._token)
        return f"<BotApi of bot {known['id'] if known else '?'}>"

    # --- Speak -------------------------------------------------------------------------------------------------------
    def send(
        self, *, chat_id: int, text: str, reply_to: int | None = None, thread_id: int | None = None, deadline: float
    ) -> port.Sent:
        """Plain text, without a preview of its links. A reply whose target is gone is sent as a message."""
        order: dict[str, Any] = {
            "chat_id": chat_id,
            "text": text,
            "link_preview_options": {"is_disabled": True},
            **_thread(thread_id),
        }
        if reply_to is not None:
            order["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
        answer = self._call("sendMessage", order, deadline=deadline)
        try:
            return shapes.sent(answer)
        except shapes.Misshapen as error:
            raise port.Ambiguous(
                _("Telegram did not answer clearly: %(said)s") % {"said": error}, status=200
            ) from error

    def typing(self, *, chat_id: int, thread_id: int | None = None) -> None:
        order = {"chat_id": chat_id, "action": "typing", **_thread(thread_id)}
        self._call("sendChatAction", order, deadline=time.monotonic() + TYPING_SECONDS)

    def react(self, *, chat_id: int, message_id: int, emoji: str) -> None:
        """Replaces the bot's reaction to that message."""
        reaction = [{"type": "emoji", "emoji": spelling.clean(emoji)}]
        self._call("setMessageReaction", {"chat_id": chat_id, "message_id": message_id, "reaction": reaction})

    def pin(self, *, chat_id: int, message_id: int) -> None:
        order = {"chat_id": chat_id, "message_id": message_id, "disable_notification": True}
        self._call("pinChatMessage", order)

    # --- Account -----------------------------------------------------------------------------------------------------
    def me(self) -> port.Identity:
        return self._ask(shapes.identity, "getMe", {})

    def chat(self, chat_id: int) -> port.ChatInfo:
        return self._ask(shapes.chat, "getChat", {"chat_id": chat_id})

    def member(self, *, chat_id: int, user_id: int) -> port.MemberInfo:
        return self._ask(shapes.member, "getChatMember", {"chat_id": chat_id, "user_id": user_id})

    def managed_token(self, user_id: int) -> str:
        return self._ask(shapes.token, "getManagedBotToken", {"user_id": user_id})

    def offer(self, commands: Sequence[port.Command], *, language: str = "") -> None:
        listed = [{"command": one.name, "description": one.description[:256]} for one in commands]
        self._ask(bool, "setMyCommands", {"commands": listed, **({"language_code": language} if language else {})})

    def set_webhook(self, *, url: str, secret: str) -> None:
        order = {
            "url": url,
            "secret_token": secret,
            "allowed_updates": UPDATES,
            "max_connections": WEBHOOK_CONNECTIONS,
            "drop_pending_updates": False,
        }
        self._ask(bool, "setWebhook", order)

    def delete_webhook(self) -> None:
        self._ask(bool, "deleteWebhook", {"drop_pending_updates": False})

    def webhook(self) -> port.WebhookInfo:
        return self._ask(shapes.webhook, "getWebhookInfo", {})

    # --- Updates -----------------------------------------------------------------------------------------------------
    def updates(self, *, offset: int, timeout: int) -> list[port.Update]:
        """Waits up to `timeout` seconds for news. Telegram forgets everything before `offset`."""
        order = {"offset": offset, "timeout": timeout, "limit": 100, "allowed_updates": UPDATES}
        return self._ask(shapes.updates, "getUpdates", order, seconds=timeout + SECONDS, room=UPDATES_ROOM)

    # --- One call ----------------------------------------------------------------------------------------------------
    def _ask(
        self,
        shape: Callable[[Any], T],
        method: str,
        order: dict[str, Any],
        *,
        seconds: float = SECONDS,
        room: int = clock.MEGABYTE,
    ) -> T:
        """A call that no chat can see: whatever its unclear end, asking again is harmless."""
        try:
            return shape(self._call(method, order, deadline=time.monotonic() + seconds, room=room))
        except port.Ambiguous as error:
            raise port.Unreachable(str(error), status=error.status) from error
        except shapes.Misshapen as error:
            raise port.Unreachable(
                _("Telegram did not answer clearly: %(said)s") % {"said": error}, status=200
            ) from error

    def _call(
        self, method: str, order: dict[str, Any], *, deadline: float | None = None, room: int = clock.MEGABYTE
    ) -> Any:
        try:
            answer = self._exchange(method, order, deadline, room)
        except port.TelegramError as error:
            counting.add("kulis_telegram_calls", method, error.reason)
            raise
        counting.add("kulis_telegram_calls", method, "ok")
        return answer

    def _exchange(self, method: str, order: dict[str, Any], deadline: float | None, room: int) -> Any:
        if not _TOKEN.fullmatch(self._token):
            raise port.InvalidToken(_("This is not a bot token; one looks like 123456789:AAF-…"))
        target = f"{urlsplit(self._base).path}/bot{self._token}/{method}".encode()
        moment = time.monotonic() + SECONDS if deadline is None else deadline
        try:
            with clock.until(moment, room=room):
                response = clock.client(self._base).post(
                    f"{self._base}/{method}", json=order, extensions={"target": target}
                )
        except Exception as error:
            raise answers.failure(error) from error
        return answers.result(response.status_code, response.content)


def _thread(thread_id: int | None) -> dict[str, int]:
    return {} if thread_id is None else {"message_thread_id": thread_id}
