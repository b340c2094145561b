"""The webhook: check the secret, store, answer 200. Reading comes later."""

import json
from typing import Any
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
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    update = _update(request.body)
    if update is None:
        return HttpResponse(status=400)
    bot = Bot.objects.active().filter(webhook_id=webhook_id, webhook_version=version).first()
    if bot is None:
        return HttpResponse(status=401)
    inbox.store(bot, update)
    return HttpResponse(status=200)


def _update(body: bytes) -> port.Update | None:
    try:
        payload: Any = json.loads(body)
        return port.Update(update_id=int(payload["update_id"]), payload=payload)
    except (ValueError, KeyError, TypeError):
        return None
