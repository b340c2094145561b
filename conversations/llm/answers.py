"""What an answer of an OpenAI-compatible provider means, in the words of the port.

Nothing a provider wrote goes into an error: its messages repeat keys and prompts. Its short codes do.
"""

import math
import re
import time
from collections.abc import Mapping
from email.utils import mktime_tz, parsedate_tz
from typing import Any

import openai
from django.utils.translation import gettext as _
from openai.types.chat import ChatCompletion

from bots import deadline
from conversations.llm import port

_CONTEXT = re.compile(
    r"context[_ ](?:length|window|size)|maximum context|(?:prompt|input) is too long|too many (?:input )?tokens",
    re.IGNORECASE,
)
_FILTER = re.compile(r"content_?(?:filter|policy)|moderation|safety|flagged", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,60}")
_CALL = re.compile(r"\A\s*(?:<\|?tool_call|\[TOOL_CALLS\]|\{\s*\"(?:name|function|tool)\"\s*:)")
_SENTENCES = re.compile(r"\A.*[.!?…](?=[\s\"')\]]|\Z)[\"')\]]*", re.DOTALL)
_THOUGHT = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)


def failure(error: openai.APIStatusError) -> port.LLMError:
    status, said = error.status_code, f"{error.code} {error.type} {error.message}"
    shown = {"what": f"{status} {_code(error)}".strip()}
    if status == 413 or (status in (400, 422) and _CONTEXT.search(said)):
        return port.ContextTooLong(_("The prompt is too long for this model (%(what)s).") % shown)
    if status in (400, 403) and _FILTER.search(said):
        return port.Refused(_("The provider's content filter refused the prompt (%(what)s).") % shown)
    if status in (401, 402, 403):
        return port.InvalidKey(_("The provider refuses the key or the account (%(what)s).") % shown)
    if status == 429:
        return port.RateLimited(
            _("The provider asks to wait, or its quota is spent (%(what)s).") % shown,
            seconds=wait(error.response.headers),
        )
    if status == 404:
        return port.NotAccepted(_("The provider does not know this model or address (%(what)s).") % shown)
    if 400 <= status < 500:
        return port.NotAccepted(_("The provider does not take the request (%(what)s).") % shown)
    return port.Unavailable(_("The provider has trouble (%(what)s).") % shown)


def silence(error: BaseException) -> port.Unavailable:
    """No answer at all: it was never asked, or the answer did not come."""
    why = {"why": str(error).rstrip(".")}
    if isinstance(error, deadline.Lost):
        lost = port.Unavailable(_("The provider's answer did not come: %(why)s.") % why)
        lost.cut_off = True
        return lost
    return port.Unavailable(_("The provider cannot be reached: %(why)s.") % why)


def unreadable() -> port.Garbage:
    return port.Garbage(_("The provider's answer cannot be read."))


def names(listed: Any) -> list[str]:
    """The models of a list."""
    try:
        return sorted(str(model.id) for model in listed.data)
    except (AttributeError, TypeError):
        raise unreadable() from None


def wait(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from retry-after-ms or retry-after, which holds seconds or a date."""
    for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / scale
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(seconds, 0.0)
    date = parsedate_tz(headers.get("retry-after", ""))
    return max(mktime_tz(date) - time.time(), 0.0) if date else None


def completion(answer: object, *, model: str) -> port.Completion:
    """The text of the first choice; anything else than a text to say is Refused or Garbage."""
    try:
        return _completion(answer, model)
    except (AttributeError, IndexError, TypeError, ValueError):
        raise unreadable() from None


def _completion(answer: Any, model: str) -> port.Completion:
    if not isinstance(answer, ChatCompletion):
        raise TypeError
    choice, used = answer.choices[0], _usage(answer.usage)
    text, refused = _THOUGHT.sub("", choice.message.content or "").strip(), choice.message.refusal
    if choice.finish_reason == "content_filter" or (refused and not text):
        raise _with(port.Refused(_("The model declined to answer.")), used)
    if choice.finish_reason == "length":
        text = _whole_sentences(text)
    if _CALL.match(text) or (choice.message.tool_calls and not text):
        raise _with(port.Garbage(_("The model called a tool that nobody offered.")), used)
    if not text:
        what = _("The answer was cut off before it said anything whole.")
        cut = choice.finish_reason == "length"
        raise _with(port.Garbage(what if cut else _("The provider's answer is empty.")), used)
    return port.Completion(
        text=text,
        model=str(answer.model or model),
        usage=used,
        meta={"finish_reason": str(choice.finish_reason), "id": str(answer.id)},
    )


def _usage(said: Any) -> port.Usage | None:
    if said is None:
        return None
    details = said.prompt_tokens_details
    return port.Usage(
        int(said.prompt_tokens or 0), int(said.completion_tokens or 0), int((details and details.cached_tokens) or 0)
    )


def _whole_sentences(text: str) -> str:
    """What is left of an answer that was cut off: up to the end of its last whole sentence."""
    found = _SENTENCES.match(text)
    return found[0].strip() if found else ""


def _with(error: port.LLMError, used: port.Usage | None) -> port.LLMError:
    error.usage = used
    return error


def _code(error: openai.APIStatusError) -> str:
    """The provider's own name for the error, when it is one short word."""
    return next((word for word in (error.code, error.type) if word and _CODE.fullmatch(word)), "")
