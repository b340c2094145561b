"""Limits, kept strictly: so many requests and tokens in any window, so many calls at once; and the headers that tell.

A request counts when it arrives, with the tokens of its prompt and all that it may write.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import wire
from tests.fakes.openai import voice
from tests.fakes.openai.refusal import Refusal


@dataclass(slots=True)
class Quota:
    requests: int | None = None
    tokens: int | None = None
    window: float = 60.0
    at_once: int | None = None
    told: bool = True
    """Whether the headers say anything."""
    under_way: int = 0
    crowd: int = 0
    """The most that were ever under way together."""
    taken: list[tuple[float, int]] = field(default_factory=list)

    def enter(self, body: Any) -> wire.Answer | None:
        """None: the request is let in. Otherwise what it gets to hear."""
        now = time.monotonic()
        self.taken = [(at, tokens) for at, tokens in self.taken if at > now - self.window]
        wanted = size(body)
        if self.at_once is not None and self.under_way >= self.at_once:
            return self._refusal("Too many requests at once.", now)
        if self.requests is not None and len(self.taken) + 1 > self.requests:
            return self._refusal("Rate limit reached for requests.", now)
        if self.tokens is not None and self._read() + wanted > self.tokens:
            return self._refusal("Rate limit reached for tokens.", now)
        self.taken.append((now, wanted))
        self.under_way += 1
        self.crowd = max(self.crowd, self.under_way)
        return None

    def leave(self) -> None:
        self.under_way -= 1

    def headers(self) -> dict[str, str]:
        if not self.told:
            return {}
        now, found = time.monotonic(), {}
        reset = f"{max((at + self.window - now for at, _ in self.taken), default=0.0):.3f}s"
        for name, limit, used in (
            ("requests", self.requests, len(self.taken)),
            ("tokens", self.tokens, self._read()),
        ):
            if limit is not None:
                found[f"x-ratelimit-limit-{name}"] = str(limit)
                found[f"x-ratelimit-remaining-{name}"] = str(limit - used)
                found[f"x-ratelimit-reset-{name}"] = reset
        return found

    def _read(self) -> int:
        return sum(tokens for _, tokens in self.taken)

    def _refusal(self, said: str, now: float) -> wire.Answer:
        oldest = min((at for at, _ in self.taken), default=now)
        seconds = max(oldest + self.window - now, 0.05) if self.told else 0.05
        answer = Refusal(429, said, code="rate_limit_exceeded").answer(**{"retry-after": f"{seconds:.3f}"})
        answer.headers.update(self.headers())
        return answer


def size(body: Any) -> int:
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list):
        return 0
    prompt = "\n".join(str(one.get("content")) for one in body["messages"] if isinstance(one, dict))
    return voice.tokens(prompt) + int(body.get("max_tokens") or body.get("max_completion_tokens") or 256)
