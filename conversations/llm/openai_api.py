"""The LLM port over the openai SDK: every OpenAI-compatible server.

One question is one request, except that a model which names a parameter it does not take is asked again without it.
Retries, order and budgets belong to the router. `Request.brief` is for the offline voice and stays here.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

import httpx
import openai
from django.utils.translation import gettext as _
from openai.types.chat import ChatCompletionMessageParam

from bots import deadline as clock
from bots import outbound
from conversations.llm import answers, dialects, headers, port

MODELS_SECONDS = 15.0
MODELS_ROOM = 8 * clock.MEGABYTE
_KEY = re.compile(r"[!-~]*")


class OpenAIVoice:
    """Safe to share between threads, cheap to make. An empty key is for servers that ask for none.

    An address that is not `trusted` (typed in a page, not on the command line) may only be a public one.
    """

    def __init__(self, *, base_url: str, key: str, trusted: bool) -> None:
        self._base_url = base_url
        self._key = key
        self._trusted = trusted
        self._headers = {} if key else {"Authorization": openai.Omit()}

    def complete(self, request: port.Request) -> port.Completion:
        with _translated(), clock.until(request.deadline):
            answer, told = self._ask(request)
        try:
            return replace(answers.completion(answer, model=request.model), allowance=told)
        except port.LLMError as error:
            error.allowance = told
            raise

    def models(self) -> list[str]:
        with _translated(), clock.until(time.monotonic() + MODELS_SECONDS, room=MODELS_ROOM):
            return answers.names(self._client().models.list(extra_headers=self._headers))

    def _ask(self, request: port.Request) -> tuple[object, port.Allowance | None]:
        place = (self._base_url, request.model)
        while True:
            options = dialects.options(place, max_tokens=request.max_tokens, temperature=request.temperature)
            try:
                raw = self._client().chat.completions.with_raw_response.create(
                    model=request.model,
                    messages=[_message(one) for one in request.messages],
                    extra_body=options,
                    extra_headers=self._headers,
                )
                return raw.parse(), headers.allowance(raw.headers)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                # This ends: every lesson takes one of very few parameters away.
                if not dialects.learn(place, sent=options, param=error.param, message=error.message):
                    raise

    def _client(self) -> openai.OpenAI:
        if not _KEY.fullmatch(self._key):
            raise port.InvalidKey(_("The key holds characters that no key has."))
        return _client(os.getpid(), self._base_url, self._key, self._trusted)


@lru_cache(maxsize=64)
def _client(process: int, base_url: str, key: str, trusted: bool) -> openai.OpenAI:  # noqa: ARG001 - the cache's key
    httpx.URL(base_url)  # refuses what nobody can read, before the SDK does in its own way
    # The SDK would fill these from variables of its own that nobody here set for this provider.
    unsaid = {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()}
    return openai.OpenAI(
        api_key=key or "none",
        base_url=base_url,
        max_retries=0,
        default_headers=cast("Any", unsaid),
        # The SDK speaks through httpx2 by itself and takes an httpx client too; its types know only the first.
        http_client=cast("Any", clock.client(base_url) if trusted else outbound.client(base_url)),
    )


def _message(one: port.PromptMessage) -> ChatCompletionMessageParam:
    return cast("ChatCompletionMessageParam", {"role": one.role, "content": one.content})


@contextmanager
def _translated() -> Iterator[None]:
    """Raises the port's errors. The SDK's own are left behind: they hold the request, and with it key and prompt."""
    try:
        yield
    except openai.APIStatusError as error:
        failure = answers.failure(error)
        failure.allowance = headers.allowance(error.response.headers)
        raise failure from None
    except (openai.APIConnectionError, httpx.TransportError, httpx.InvalidURL) as error:
        raise answers.silence(error.__cause__ or error) from None
    except (openai.OpenAIError, ValueError):
        raise answers.unreadable() from None
