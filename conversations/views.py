"""The webhook: check the secret, store, answer 200. Reading comes later."""

import json
import math
from typing import Any, NoReturn
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bots import webhooks
from bots.models import Bot
from bots.telegram import port
from conversations import inbox

LARGEST = 256 * 1024


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """One update of one bot. A wrong secret costs no query: the secret follows from the address alone."""
    version = webhooks.version(webhook_id, request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
    if version is None:
        return HttpResponse(status=401)
    if _is_too_large(request):
        return HttpResponse(status=413)
    update = _update(request.body)
    if update is None:
        return HttpResponse(status=400)
    bot = Bot.objects.active().filter(webhook_id=webhook_id, webhook_version=version).first()
    if bot is None:
        return HttpResponse(status=401)
    inbox.store(bot, update)
    return HttpResponse(status=200)


def _is_too_large(request: HttpRequest) -> bool:
    """By what the request says of itself where it does, so that a large body is not even read."""
    said = request.headers.get("Content-Length") or ""
    return int(said) > LARGEST if said.isdecimal() else len(request.body) > LARGEST


def _update(body: bytes) -> port.Update | None:
    """The update, or None for what Telegram would never send."""
    try:
        payload: Any = json.loads(body, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    number: Any = payload.get("update_id") if isinstance(payload, dict) else None
    is_one = type(number) is int and 0 <= number < 2**63
    return port.Update(update_id=number, payload=payload) if is_one else None


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
