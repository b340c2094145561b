"""What stands behind the API: models, keys, answers written beforehand, and a little memory for cached prompts."""

import time
from itertools import count, takewhile
from typing import Any

from tests.fakes.openai import checks, voice
from tests.fakes.openai.refusal import Refusal

_CACHE_STEP, _CACHE_LEAST = 128, 1024
"""How OpenAI counts cached prompt tokens."""


class Provider:
    def __init__(self) -> None:
        self.models: dict[str, dict[str, Any]] = {"fake-1": {"context": 8192, "refuses": []}}
        self.keys: list[str] = []
        self.scripts: list[dict[str, Any]] = []
        self._prompts: dict[str, str] = {}
        self._numbers = count(1)

    def check_key(self, key: str) -> None:
        if not key:
            raise Refusal(401, "You didn't provide an API key.")
        if self.keys and key not in self.keys:
            raise Refusal(401, f"Incorrect API key provided: {key}.", code="invalid_api_key")

    def listed(self) -> dict[str, Any]:
        return {
            "object": "list",
            "data": [{"id": name, "object": "model", "created": 0, "owned_by": "fake"} for name in self.models],
        }

    def complete(self, body: Any) -> dict[str, Any]:
        name = body.get("model") if isinstance(body, dict) else None
        if name not in self.models:
            raise Refusal(404, f"The model `{name}` does not exist.", code="model_not_found", param="model")
        model = self.models[name]
        checks.chat(body, tuple(model["refuses"]))
        prompt = "\n".join(message["content"] for message in body["messages"])
        most = body.get("max_tokens") or body.get("max_completion_tokens") or 256
        if voice.tokens(prompt) + most > model["context"]:
            said = f"This model's maximum context length is {model['context']} tokens."
            raise Refusal(400, said, code="context_length_exceeded", param="messages")
        return self._completion(name, prompt, most)

    def _completion(self, name: str, prompt: str, most: int) -> dict[str, Any]:
        script = self._script(name)
        text = script.get("text", voice.answer(prompt))
        fits = text is None or voice.tokens(text) <= most
        message = {
            "role": "assistant",
            "content": text if fits else text[: int(most * 2.2)],
            "refusal": script.get("refusal"),
        }
        choice = {"index": 0, "message": message, "finish_reason": "stop" if fits else "length", "logprobs": None}
        if "finish" in script:
            choice["finish_reason"] = script["finish"]
        return {
            "id": f"chatcmpl-{next(self._numbers)}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": name,
            "choices": script.get("choices", [choice]),
            "usage": self._usage(name, prompt, text or ""),
        }

    def _usage(self, name: str, prompt: str, text: str) -> dict[str, Any]:
        asked, said = voice.tokens(prompt), voice.tokens(text)
        pairs = zip(self._prompts.get(name, ""), prompt, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        shared = voice.tokens(prompt[:same]) // _CACHE_STEP * _CACHE_STEP
        self._prompts[name] = prompt
        return {
            "prompt_tokens": asked,
            "completion_tokens": said,
            "total_tokens": asked + said,
            "prompt_tokens_details": {"cached_tokens": shared if shared >= _CACHE_LEAST else 0},
        }

    def _script(self, model: str) -> dict[str, Any]:
        for script in self.scripts:
            if script.get("model", "") in ("", model):
                self.scripts.remove(script)
                return script
        return {}
