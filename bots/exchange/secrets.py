"""What looks like a secret in somebody else's document does not come in, and does not go out.

Names that hold secrets ("apiKey", "BOT_TOKEN", "secrets") lose their texts; texts lose the part that looks like a key.
"""

import re
from itertools import pairwise
from typing import Any

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ALONE = {
    "secret", "secrets", "password", "passwords", "passwd", "passphrase", "credential", "credentials", "mnemonic",
    "apikey", "apikeys", "privatekey", "bearer", "authorization", "cookie", "cookies",
}  # fmt: skip
_LAST = {"token", "pass", "pwd", "jwt"}
_KEY_OF = {"api", "private", "access", "secret", "auth", "encryption", "signing", "service", "wallet", "client"}
_TEXTS = re.compile(
    r"\b\d{6,12}:[A-Za-z0-9_-]{30,}"
    r"|\b(?:sk|pk|rk|gsk|xai)[-_][A-Za-z0-9_-]{16,}"
    r"|\b(?:gh[pousr]|github_pat|glpat|hf|xox[abeprs])[-_][A-Za-z0-9_-]{16,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[A-Za-z0-9_-]{30,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
    r"|(?i:\bbearer\s+)[A-Za-z0-9._~+/-]{12,}"
    r"|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"
    r"|(?i:(?<=[?&])(?:api_?key|access_token|auth|token|secret|key|password)=)[^&\s]+"
    r"|\b0x[0-9a-fA-F]{64}\b"
)


def without(document: Any) -> tuple[Any, tuple[str, ...]]:
    """The document without secrets, and where they stood. Numbers and switches stay: "max_tokens": 500 is none."""
    found: list[str] = []
    return _clean(document, "", found), tuple(dict.fromkeys(found))


def named(key: str) -> bool:
    """Whether a field of this name holds a secret."""
    words = [word.lower() for word in _WORDS.findall(key)]
    pairs = pairwise(words)
    return (
        bool(_ALONE & set(words))
        or (words[-1:] != [] and words[-1] in _LAST)
        or any(first in _KEY_OF and second in {"key", "keys"} for first, second in pairs)
    )


def _clean(value: Any, where: str, found: list[str]) -> Any:
    if isinstance(value, dict):
        return _fields(value, where, found)
    if isinstance(value, list):
        return [_clean(item, f"{where} {n}".strip(), found) for n, item in enumerate(value, start=1)]
    if isinstance(value, str) and _TEXTS.search(value):
        found.append(where)
        return _TEXTS.sub("", value)
    return value


def _fields(value: dict[str, Any], where: str, found: list[str]) -> dict[str, Any]:
    kept = {}
    for key, inner in value.items():
        name = _TEXTS.sub("…", key)
        place = " · ".join(part for part in (where, name) if part)
        if name != key or (named(key) and isinstance(inner, str | list | dict) and inner):
            found.append(place)
        else:
            kept[key] = _clean(inner, place, found)
    return kept
