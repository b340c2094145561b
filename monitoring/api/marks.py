"""Nobody overwrites what they did not see: what can be edited has an ETag, and an edit names it (If-Match)."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from monitoring.api.problems import Changed, Unseen

SHAPE = r'^(\*|(W/)?"[!#-~]{1,60}")$'


def of(shown: Any) -> str:
    """The mark of what is shown; the same content always has the same."""
    plain = json.loads(JSONRenderer().render(shown))
    return f'"{hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:24]}"'


def answer(request: Request, shown: Mapping[str, Any], mark: str, *, status: int = 200, **headers: str) -> Response:
    """With its mark. Who has it already (If-None-Match) gets 304 and nothing to read."""
    told = {"ETag": mark, **headers}
    if request.method in {"GET", "HEAD"} and mark in _marks(request, "If-None-Match"):
        return Response(None, 304, headers=told)
    return Response(shown, status, headers=told)


def must_match(request: Request, mark: str) -> None:
    """Raises `Unseen` where the caller does not say what it saw, `Changed` where that holds no more."""
    raw = request.headers.get("If-Match", "")
    if not raw:
        raise Unseen
    if not re.fullmatch(SHAPE, raw):
        raise exceptions.ValidationError({"If-Match": _("An ETag in its quotes, as it was answered, or *.")})
    given = _marks(request, "If-Match")
    if mark not in given and given != ["*"]:
        raise Changed


def _marks(request: Request, header: str) -> list[str]:
    return [mark.strip().removeprefix("W/") for mark in request.headers.get(header, "").split(",") if mark.strip()]
