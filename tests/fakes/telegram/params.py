"""The parameters of one call, read as strictly as the Bot API reads them; a name it does not know is refused too."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.telegram.refusal import bad
from tests.fakes.wire import Request


def read(request: Request) -> dict[str, Any]:
    """Query, form and JSON body together, as the Bot API takes them."""
    found: dict[str, Any] = dict(request.query)
    if not request.body:
        return found
    if request.content_type == "application/json":
        try:
            body = json.loads(request.body)
        except ValueError:
            raise bad("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad("object expected as request body")
        return found | body
    if request.content_type == "application/x-www-form-urlencoded":
        return found | dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    raise bad("unsupported content type")


class Params:
    def __init__(self, found: dict[str, Any], known: str) -> None:
        if unknown := sorted(set(found) - set(known.split())):
            raise bad(f"unknown parameter {unknown[0]}")
        self._found = found

    def whole(self, name: str, *, missing: str = "", default: int | None = None) -> int:
        value = self._found.get(name, default)
        if value is None:
            raise bad(missing or f"{name} is empty")
        if type(value) is int or (isinstance(value, str) and re.fullmatch(r"-?\d+", value)):
            return int(value)
        raise bad(missing or f"field {name} must be a Number")

    def text(self, name: str, *, missing: str = "") -> str:
        value = self._found.get(name, "")
        if not isinstance(value, str):
            raise bad(f"field {name} must be of type String")
        if not value and missing:
            raise bad(missing)
        return value

    def flag(self, name: str) -> bool:
        value = self._found.get(name, False)
        if isinstance(value, bool):
            return value
        if isinstance(value, str):
            return value.lower() in ("true", "1", "yes")
        raise bad(f"field {name} must be of type Boolean")

    def has(self, name: str) -> bool:
        return self._found.get(name) is not None

    def thing(self, name: str, kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
        """An object or an array, itself or as JSON in a string."""
        value = self._found.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise bad(f"can't parse {name} JSON object") from None
        if value is not None and not isinstance(value, kind):
            raise bad(f"{'object' if kind is dict else 'Array'} expected as {name.replace('_', ' ')}")
        return kind() if value is None else value
