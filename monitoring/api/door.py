"""The one door: who comes in and how often, in which language, with which number for the request."""

import re
import uuid
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from typing_extensions import override

from bots import audit
from monitoring import access
from monitoring.api import exact, keys, once
from monitoring.models import ApiKey

REQUEST_ID = "X-Request-ID"


class Door(APIView):
    http_method_names = ["get", "head", "post", "patch", "delete"]
    needs: ClassVar[str] = access.SEE
    writes: ClassVar[str] = ""
    scope: ClassVar[str] = ""
    write_scope: ClassVar[str] = ""
    whole: ClassVar[bool] = True
    """Whether what it writes is one transaction, its answer with it. Not where somebody else is asked meanwhile."""

    @override
    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        given: Any = super().initialize_request(request, *args, **kwargs)
        asked = request.headers.get(REQUEST_ID, "")
        given.id = asked if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", asked) else str(uuid.uuid4())
        _speak(request)
        return given  # type: ignore[no-any-return]

    @override
    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if getattr(answer, "exception", False):
            answer.accepted_renderer = JSONRenderer()  # whatever form was asked for
        answer.headers[REQUEST_ID] = getattr(request, "id", "")
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer


def _speak(request: HttpRequest) -> None:
    """The language that the program asks for; without one that we speak, what was chosen before."""
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            translation.activate(get_supported_language_variant(wanted))
        except LookupError:
            continue
        return


def read(request: Request, shape: type[serializers.BaseSerializer[Any]], **options: Any) -> Any:
    """What was sent, in this shape. Raises ValidationError by field, also for a field that there is not."""
    given = shape(data=request.data, **options)
    if wrong := dict(exact.problems(given, request.data)):
        raise serializers.ValidationError(wrong.get("", wrong))
    given.is_valid(raise_exception=True)
    fields = getattr(given, "fields", {})
    if unknown := sorted(set(request.data) - {name for name, field in fields.items() if not field.read_only}):
        raise serializers.ValidationError({name: _("There is no such field to write.") for name in unknown})
    return given.validated_data


def actor(request: Request) -> audit.Actor:
    """Whom the audit trail names: the person, or the program with its key."""
    return keys.actor(request.auth) if isinstance(request.auth, ApiKey) else access.viewer(request)


class Verb(Door):
    """An address at which something is done: POST alone."""

    asks: ClassVar[type[serializers.BaseSerializer[Any]]]

    def prove(self, request: Request, given: dict[str, Any]) -> None:
        """Ask for the second factor once more, where that is needed. Raises ValidationError."""

    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        raise NotImplementedError

    def post(self, request: Request, **where: Any) -> Response:
        given = read(request, self.asks)
        return once.act(
            self, request, lambda: self.do(request, given, **where), before=lambda: self.prove(request, given)
        )
