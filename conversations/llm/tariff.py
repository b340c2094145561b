"""What tokens cost, and how many a prompt may take before anybody has counted them. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from conversations.llm.port import PromptMessage, Usage

MILLION = Decimal(1_000_000)
CENTS = Decimal("0.000001")
LETTERS_PER_TOKEN = 2.2
"""Turkish, on common tokenizers."""
FRAME = 8
"""Tokens around each message, at most."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """US dollars a million tokens, from a moment on."""

    since: datetime | None = None
    prompt: Decimal = Decimal(0)
    cached: Decimal = Decimal(0)
    completion: Decimal = Decimal(0)

    def cost(self, used: Usage) -> Decimal:
        fresh = max(used.prompt - used.cached, 0)
        total = fresh * self.prompt + used.cached * self.cached + used.completion * self.completion
        return total / MILLION

    def most(self, used: Usage) -> Decimal:
        """The same if nothing comes from a cache and it is the dearer price that holds, rounded up."""
        total = used.prompt * max(self.prompt, self.cached) + used.completion * self.completion
        return (total / MILLION).quantize(CENTS, rounding="ROUND_CEILING")


FREE = Tariff()


@dataclass(frozen=True, slots=True)
class Size:
    """The tokens of a call that has not been made: what it will take about, and what it cannot exceed."""

    likely: Usage
    most: Usage

    @property
    def likely_total(self) -> int:
        return self.likely.prompt + self.likely.completion

    @property
    def most_total(self) -> int:
        return self.most.prompt + self.most.completion


def size(messages: Sequence[PromptMessage], max_tokens: int) -> Size:
    """No tokenizer makes more tokens than a text has bytes."""
    frame = FRAME * len(messages)
    letters = sum(len(message.content) for message in messages)
    written = sum(len(message.content.encode()) for message in messages)
    likely = math.ceil(letters / LETTERS_PER_TOKEN) + frame
    return Size(Usage(likely, max_tokens), Usage(written + frame, max_tokens))


def written(text: str) -> int:
    """About how many tokens a text took that nobody counted."""
    return max(1, math.ceil(len(text) / LETTERS_PER_TOKEN))


def at(tariffs: Sequence[Tariff], moment: datetime) -> Tariff:
    """The one that holds; `tariffs` are the newest first. Without any, words are free."""
    return next((one for one in tariffs if one.since is None or one.since <= moment), FREE)
