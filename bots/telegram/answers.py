"""What became of a call to the Bot API: its result, or one of the port's errors. The safety of sending sits here.

Whatever did not go well is `NotSent`, `Rejected` or `Ambiguous` (`failure`), and in doubt `Ambiguous`: only Telegram's
own word is final. A refusal counts when its body is the Bot API's JSON and agrees with the status; a page from a proxy
in between, a redirect, a 5xx or nonsense leaves the outcome open.
"""

import json
import math
import re
from typing import Any

from django.utils.translation import gettext as _

from bots import deadline
from bots.telegram import port

RETRY_AFTER_UNSAID = 30.0
"""Seconds to wait when a 429 does not say."""

_REPLY_GONE = re.compile(r"message to be replied not found|repl(?:y|ied) message not found", re.IGNORECASE)
_TOKEN = re.compile(r"\d+:[\w-]{10,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

_FINAL: dict[int, type[port.Rejected]] = {
    400: port.BadRequest,
    401: port.InvalidToken,
    403: port.Forbidden,
    404: port.NotFound,
    409: port.PollConflict,
}


def result(status: int, body: bytes) -> Any:
    """The `result` of a successful answer; raises what `error` makes of any other."""
    answer = _parsed(body)
    if status == 200 and answer.get("ok") is True and "result" in answer:
        return answer["result"]
    raise failure((status, body))


def failure(happened: Exception | tuple[int, bytes]) -> port.TelegramError:
    """The class of what happened instead of a good answer: an answer with its status, or an exception without one."""
    return _unanswered(happened) if isinstance(happened, Exception) else error(*happened)


def _unanswered(happened: Exception) -> port.TelegramError:
    """Only what is known to have ended before the first byte was not sent; what nobody thought of leaves it open."""
    if isinstance(happened, deadline.Unsent):
        return port.Unreachable(_("Telegram cannot be reached: %(why)s.") % {"why": happened})
    if isinstance(happened, UnicodeEncodeError):
        return port.BadRequest(_("The text holds half a character and cannot be sent."))
    why = happened if isinstance(happened, deadline.Lost) else type(happened).__name__
    return port.Ambiguous(_("Telegram's answer was lost: %(why)s.") % {"why": why})


def error(status: int, body: bytes) -> port.TelegramError:
    """The class of an answer that is not what was asked for."""
    answer = _parsed(body)
    refused = answer.get("ok") is False and answer.get("error_code") == status
    said = {"said": _said(answer) or f"HTTP {status}"}
    parameters = answer.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    if refused and status == 429:
        return port.RetryAfter(_("Telegram asks to wait: %(said)s") % said, seconds=_seconds(parameters))
    if not refused or not 400 <= status < 500:
        return port.Ambiguous(_("Telegram did not answer clearly: %(said)s") % said, status=status)
    if type(moved := parameters.get("migrate_to_chat_id")) is int:
        return port.Migrated(_("The group has a new address: %(said)s") % said, chat_id=moved, status=status)
    kind = _FINAL.get(status, port.Rejected)
    if status == 400 and _REPLY_GONE.search(said["said"]):
        kind = port.ReplyGone
    return kind(_("Telegram refused: %(said)s") % said, status=status)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _said(answer: dict[str, Any]) -> str:
    """Telegram's description as one short line without anything that looks like a token."""
    description = answer.get("description")
    if not isinstance(description, str):
        return ""
    return _TOKEN.sub("***", _CONTROL.sub(" ", description)).strip()[:200]


def _seconds(parameters: dict[str, Any]) -> float:
    seconds = parameters.get("retry_after")
    if isinstance(seconds, int | float) and math.isfinite(seconds) and seconds > 0:
        return float(seconds)
    return RETRY_AFTER_UNSAID
