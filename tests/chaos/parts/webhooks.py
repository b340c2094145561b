"""I17: each update comes five times, shuffled, from four bots that saw the same message: one row, one reply."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import httpx
from django.db.models import Count
from django.urls import reverse

from bots.models import Bot
from config.embedded import ports
from conversations.models import Chat, InboundUpdate, Message, Turn
from tests.chaos import theatre
from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House, Play

MESSAGES = 60
COPIES, BOTS, AT_ONCE = 5, 4, 16


def run(house: House) -> Outcome:
    port = ports.any_free()
    with theatre.playing(house, feeding={"most": 0}, observed=False) as play:
        play.crew.add(("web", "-b", "127.0.0.1", "-p", str(port), "-v", "0", "config.asgi:application"))
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as line:
            _await(line)
            orders = [order for number in range(house.often(MESSAGES)) for order in _updates(play, number)]
            wanted = len(orders)
            orders *= COPIES
            house.dice.shuffle(orders)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                statuses = Counter(pool.map(lambda order: _post(line, *order), orders))
        counts = play.settle()
    messages = Message.objects.filter(participant__isnull=False).count()
    answered = dict(Turn.objects.filter(cause__isnull=False).values_list("cause").annotate(count=Count("pk")))
    asked = house.often(MESSAGES)
    replies = Turn.objects.filter(state=Turn.State.SENT, cause__isnull=False).count()
    rows = [
        Row("I17", f"each update {COPIES} times, shuffled", len(orders), "not taken", len(orders) - statuses[200]),
        Row("I17", f"{wanted} updates", len(orders), "rows too many or too few", abs(_rows() - wanted)),
        Row("I17", f"{asked} messages", len(orders), "messages too many or too few", abs(messages - asked)),
        Row("I17", "the same", len(orders), "second replies", sum(number - 1 for number in answered.values())),
        Row("I17", "the same", len(orders), "questions without a turn", asked - len(answered)),
        Row("I17", "the same", len(orders), "wrong", counts.wrong),
    ]
    return Outcome("webhooks", rows, {"posts": len(orders), "replies": replies, **counts.as_json()})


def _rows() -> int:
    return InboundUpdate.objects.filter(payload__has_key="message").count()


def _await(line: httpx.Client) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            if line.get("/livez").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)


_numbers = count(1)


def _updates(play: Play, number: int) -> list[tuple[str, dict[str, str], bytes]]:
    """One person's question as four bots are told of it."""
    chat = play.stage.chats[number % len(play.stage.chats)]
    bots = [play.stage.observer, *play.stage.speakers[chat.pk][: BOTS - 1]]
    asked = bots[1 + number % (BOTS - 1)]
    said = _say(play, chat, f"@{asked.username} {number} numaralı soruma ne dersin?")
    return [_order(bot, said) for bot in bots]


def _say(play: Play, chat: Chat, text: str) -> dict[str, Any]:
    said: dict[str, Any] = play.house.fakes.telegram.do("say", chat=chat.telegram_id, user="Deniz", text=text)
    return said


def _order(bot: Bot, message: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    headers = {"x-telegram-bot-api-secret-token": bot.webhook_secret(), "content-type": "application/json"}
    body = {"update_id": 500_000_000 + next(_numbers), "message": message}
    return reverse("webhook", args=[bot.webhook_id]), headers, json.dumps(body).encode()


def _post(line: httpx.Client, path: str, headers: dict[str, str], body: bytes) -> int:
    return line.post(path, headers=headers, content=body).status_code
