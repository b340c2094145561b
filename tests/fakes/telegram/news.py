"""The methods that bring updates to a bot: polling, and a webhook that is really called."""

import asyncio
import json
import re
import time
from typing import Any
from urllib.parse import urlsplit

from tests.fakes import wire
from tests.fakes.telegram.cast import Bot
from tests.fakes.telegram.inbox import Inbox, Webhook
from tests.fakes.telegram.methods import Method
from tests.fakes.telegram.params import Params
from tests.fakes.telegram.refusal import bad, conflict
from tests.fakes.telegram.world import World

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PATIENCE = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_carriers: dict[str, asyncio.Task[None]] = {}


async def get_updates(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    params = Params(found, "offset limit timeout allowed_updates")
    if bot.inbox.webhook:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    limit = params.whole("limit", default=100)
    if params.has("allowed_updates"):
        bot.inbox.allowed = _kinds(params)
    bot.inbox.confirm(params.whole("offset", default=0))
    await bot.inbox.poll(seconds=min(params.whole("timeout", default=0), 50))
    return list(bot.inbox.waiting)[: max(1, min(limit, 100))]


async def set_webhook(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    params = Params(found, "url secret_token allowed_updates max_connections drop_pending_updates")
    url, secret = params.text("url"), params.text("secret_token")
    connections = params.whole("max_connections", default=40)
    if url:
        _check_address(url)
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad("secret token contains unallowed characters")
    if not 1 <= connections <= 100:
        raise bad("max_connections must be between 1 and 100")
    _stop(bot)
    if params.has("allowed_updates"):
        bot.inbox.allowed = _kinds(params)
    if params.flag("drop_pending_updates"):
        bot.inbox.waiting.clear()
    if url:
        bot.inbox.interrupt("terminated by setWebhook request")
        bot.inbox.webhook = Webhook(url, secret, connections)
        _carriers[bot.token] = asyncio.create_task(_carry(bot.inbox, bot.inbox.webhook))
    return True


async def delete_webhook(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    params = Params(found, "drop_pending_updates")
    _stop(bot)
    if params.flag("drop_pending_updates"):
        bot.inbox.waiting.clear()
    return True


async def get_webhook_info(world: World, bot: Bot, found: dict[str, Any]) -> Any:
    Params(found, "")
    hook = bot.inbox.webhook
    info: dict[str, Any] = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(bot.inbox.waiting),
    }
    if hook:
        info |= {"max_connections": hook.connections, "allowed_updates": bot.inbox.allowed}
        if hook.last_error:
            info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
    return info


def _check_address(url: str) -> None:
    """HTTPS as with the real one, and plain HTTP on this machine."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise bad("bad webhook: invalid webhook URL specified")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")


def _kinds(params: Params) -> list[str]:
    kinds = params.thing("allowed_updates", list)
    if not all(isinstance(kind, str) for kind in kinds):
        raise bad("Array of String expected as allowed updates")
    return list(kinds)


def _stop(bot: Bot) -> None:
    bot.inbox.webhook = None
    if carrier := _carriers.pop(bot.token, None):
        carrier.cancel()


def stop_all() -> None:
    for carrier in _carriers.values():
        carrier.cancel()
    _carriers.clear()


async def _carry(inbox: Inbox, hook: Webhook) -> None:
    """Delivers one update after the other, each until it is taken: waits longer after each failure."""
    failures = 0
    while True:
        if not inbox.waiting:
            inbox.fresh.clear()
            await inbox.fresh.wait()
        update = inbox.waiting[0]
        if problem := await _deliver(hook, update):
            hook.last_error, hook.last_error_date = problem, int(time.time())
            await asyncio.sleep(_PATIENCE[min(failures, len(_PATIENCE) - 1)])
            failures += 1
            continue
        failures = 0
        if inbox.waiting and inbox.waiting[0] is update:
            inbox.waiting.popleft()


async def _deliver(hook: Webhook, update: dict[str, Any]) -> str:
    """What went wrong, or nothing."""
    headers = {"content-type": "application/json", "user-agent": "fake-telegram"}
    if hook.secret:
        headers["x-telegram-bot-api-secret-token"] = hook.secret
    try:
        status = await wire.post(hook.url, json.dumps(update).encode(), headers, seconds=60)
    except (OSError, TimeoutError, ValueError, IndexError) as error:
        return f"Connection failed: {str(error) or type(error).__name__}"
    return "" if 200 <= status < 300 else f"Wrong response from the webhook: {status}"


METHODS: dict[str, Method] = {
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}
