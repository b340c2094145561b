"""What the schema says beyond the views: the headers of writes and edits, and the problems of each address."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from monitoring.api import marks
from monitoring.api.once import HEADER, SHAPE
from monitoring.api.problems import TITLES, TYPE
from monitoring.api.way_in import ANY_SCOPE
from monitoring.models import ApiKey

READ = (400, 401, 403, 404, 405, 406, 429)
WRITE = (*READ, 409, 413, 415, 422)
SEEN = (*WRITE, 412, 428)


class Schema(AutoSchema):
    """One tag a subject; keys only where a key opens the door."""

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_auth(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().get_auth()
        scope = getattr(self.view, "scope" if self.method == "GET" else "write_scope", "")
        return found if scope else [one for one in found if "key" not in one]

    def get_description(self) -> str:  # type: ignore[override]  # the library's own has no arguments either
        scope = getattr(self.view, "scope" if self.method == "GET" else "write_scope", "")
        if scope == ANY_SCOPE:
            return "For every key."
        return f"For keys with `{ApiKey.Scope(scope).value}`." if scope else "For people alone: no key opens this."


def completed(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: ARG001 - the library hands them over
    """A hook of the library: the same words for every address."""
    schemas = result["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith("Request") and schema.get("type") == "object":
            schema["additionalProperties"] = False  # `door.read` refuses what it does not know
    schemas["Problem"] = _PROBLEM
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation)
        if "get" in methods and ("patch" in methods or path.endswith(_MARKED)):
            _mark(methods["get"])
    return result


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    reads = method == "get"
    parameters = [one for one in operation.get("parameters", ()) if method != "post" or one["in"] != "query"]
    operation["parameters"] = parameters
    if not reads and not path.endswith("/check/") and "/exports/" not in path:
        parameters.append(_header(HEADER, _ONCE, {"type": "string", "pattern": SHAPE, "maxLength": 128}))
    seen = not reads and _names_what_it_saw(path, method)
    if seen:
        told = {"type": "string", "pattern": marks.SHAPE}
        parameters.append(_header("If-Match", "The ETag of what you read; * for whatever it is.", told, required=True))
    asks_others = [502] if path.endswith(("/try/", "/disclose/")) else []
    for status in (*(READ if reads else SEEN if seen else WRITE), *asks_others):
        content = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        title = str(TITLES.get(status, TITLES[400])[1])
        operation["responses"].setdefault(str(status), {"description": title, "content": content})


def _mark(operation: dict[str, Any]) -> None:
    """It is answered with an ETag, and with nothing to who has that already."""
    operation["parameters"].append(_header("If-None-Match", "The ETag of what you have.", _TEXT))
    operation["responses"]["200"]["headers"] = {"ETag": {"description": "Names this state.", "schema": _TEXT}}
    operation["responses"]["304"] = {"description": "You have it already."}


def _names_what_it_saw(path: str, method: str) -> bool:
    edits = method == "patch" or (method == "delete" and "/memberships/" not in path)
    return edits or path.endswith(("/restore/", "/return/", "/api/v1/rules/"))


def _header(name: str, words: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"in": "header", "name": name, "description": words, "schema": schema, "required": required}


_MARKED = ("/personas/{id}/", "/rules/{id}/", "/rules/current/")
_ONCE = "The same key with the same request within a day does nothing and is answered as the first time."
_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {**_TEXT, "description": "urn:kulis:problem: and a word that never changes."},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": {**_TEXT, "description": "In the language asked for (Accept-Language)."},
        "instance": {**_TEXT, "description": "urn:uuid: and the number of the request (X-Request-ID)."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": _TEXT, "detail": _TEXT},
            },
        },
    },
}
