"""Templates filled and invisible signs taken out, before anybody reads: "{{char}}" becomes the name."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from bots.exchange import suspicion

SOMEBODY = "arkadaş"
"""Who is spoken to, where a template wants a name."""
_CHAR = re.compile(r"\{\{\s*(?:char|agentName|name1?)\s*\}\}|<(?:bot|char)>", re.IGNORECASE)
_USER = re.compile(r"\{\{\s*user\d*\s*\}\}|<user>", re.IGNORECASE)
_OTHER = re.compile(r"\{\{[^{}]{0,400}\}\}")
Path = tuple[str, ...]


def neutral(document: Any, name: str) -> tuple[Any, list[tuple[str, str]]]:
    """A copy to read from, and what was changed: where, and in which way."""
    changes: list[tuple[str, str]] = []

    def clean(text: str, path: Path) -> str:
        seen = suspicion.visible(text)
        filled = _OTHER.sub("", _USER.sub(SOMEBODY, _CHAR.sub(lambda _found: name, seen)))
        if seen != text:
            changes.append((" · ".join(path), _("holds characters that nobody can see; they are left out.")))
        if filled != seen:
            changes.append((" · ".join(path), _("is a template; its places are filled in.")))
        return filled

    return _walked(document, (), clean), changes


def plain_name(raw: object) -> str:
    """The name that stands in for {{char}}: itself free of templates, so that nothing grows."""
    return _OTHER.sub("", suspicion.visible(raw)).strip()[:64] if isinstance(raw, str) else ""


def _walked(value: Any, path: Path, clean: Callable[[str, Path], str]) -> Any:
    if isinstance(value, dict):
        return {key: _walked(inner, (*path, key), clean) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walked(item, _nth(path, n), clean) for n, item in enumerate(value, start=1)]
    return clean(value, path) if isinstance(value, str) else value


def _nth(path: Path, n: int) -> Path:
    return (*path[:-1], f"{path[-1]} {n}") if path else (str(n),)
