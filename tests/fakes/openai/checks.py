"""Is this request one that the real API takes?"""

from typing import Any

from tests.fakes.openai.refusal import Refusal

ROLES = {"system", "developer", "user", "assistant"}
RANGES: dict[str, tuple[float, float]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
}
WHOLE = {"max_tokens", "max_completion_tokens", "n", "seed"}
KNOWN = {"model", "messages", "stop", "user", "stream", "response_format", "reasoning_effort", *RANGES, *WHOLE}


def chat(body: Any, refused: tuple[str, ...]) -> None:
    """Raises the refusal that the request earns."""
    if not isinstance(body, dict):
        raise Refusal(400, "We could not parse the JSON body of your request.")
    for name in sorted(set(body) - KNOWN):
        raise Refusal(400, f"Unrecognized request argument supplied: {name}", code="unknown_parameter", param=name)
    for name in refused:
        if name in body:
            raise _unsupported(name)
    for name in sorted(set(body) & (WHOLE | set(RANGES))):
        _number(name, body[name])
    if body.get("stream"):
        raise Refusal(400, "This server does not stream.", param="stream")
    _messages(body.get("messages"))


def _unsupported(name: str) -> Refusal:
    if name == "max_tokens":
        said = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        return Refusal(400, said, code="unsupported_parameter", param=name)
    said = f"Unsupported value: '{name}' does not support this value with this model."
    return Refusal(400, said, code="unsupported_value", param=name)


def _number(name: str, value: Any) -> None:
    wanted = int if name in WHOLE else (int, float)
    if isinstance(value, bool) or not isinstance(value, wanted):
        kind = "an integer" if name in WHOLE else "a number"
        raise Refusal(400, f"Invalid type for '{name}': expected {kind}.", code="invalid_type", param=name)
    low, high = RANGES.get(name, (1, float("inf")) if name != "seed" else (float("-inf"), float("inf")))
    if not low <= value <= high:
        raise Refusal(400, f"Invalid '{name}': out of range.", code="out_of_range", param=name)


def _messages(messages: Any) -> None:
    if not isinstance(messages, list) or not messages:
        raise Refusal(400, "Invalid 'messages': expected a non-empty array.", code="invalid_type", param="messages")
    for place, message in enumerate(messages):
        where = f"messages[{place}]"
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise Refusal(400, f"Invalid value for '{where}.role'.", code="invalid_value", param=f"{where}.role")
        if not isinstance(message.get("content"), str):
            raise Refusal(400, f"Invalid type for '{where}.content'.", code="invalid_type", param=f"{where}.content")
