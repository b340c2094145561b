"""What went wrong, as problem details (RFC 9457), in the language that was asked for.

{"type": "urn:kulis:problem:CODE", "title", "status", "detail", "instance": "urn:uuid:REQUEST", "errors": [{"field",
"detail"}]}; `errors` where fields are wrong.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, views
from rest_framework.response import Response

from bots import vault
from bots.admin.forms import in_words
from bots.models import Bot
from bots.studio.keep import Overtaken
from bots.telegram import port as telegram
from conversations.llm import port as models
from monitoring import reasons

TYPE = "application/problem+json"
TITLES = {
    400: ("malformed", gettext_lazy("This is not as it should be.")),
    401: ("unknown", gettext_lazy("Nobody is signed in.")),
    403: ("forbidden", gettext_lazy("This is not for you.")),
    404: ("not-found", gettext_lazy("There is no such thing.")),
    405: ("method", gettext_lazy("This address does not do that.")),
    406: ("not-acceptable", gettext_lazy("The answer does not come in this form.")),
    409: ("refused", gettext_lazy("As things stand, this cannot be done.")),
    412: ("changed", gettext_lazy("Somebody changed it meanwhile.")),
    415: ("media-type", gettext_lazy("This kind of content is not read here.")),
    422: ("reused-key", gettext_lazy("This key stands for another request.")),
    428: ("precondition", gettext_lazy("Say which state you saw.")),
    429: ("throttled", gettext_lazy("That was too often.")),
    500: ("broken", gettext_lazy("Something is broken here.")),
    502: ("away", gettext_lazy("Somebody whom Kulis had to ask did not answer.")),
}


class Refused(exceptions.APIException):
    """The house refuses as things stand; nothing was done."""

    status_code = 409


class Changed(exceptions.APIException):
    """It is not as the caller saw it; nothing was done."""

    status_code = 412
    default_detail = gettext_lazy("It is not as you saw it any more. Read it again, then decide.")


class Unseen(exceptions.APIException):
    status_code = 428
    default_detail = gettext_lazy("Send If-Match with the ETag of what you read, so that nobody's change is lost.")


class KeyReused(exceptions.APIException):
    status_code = 422
    default_detail = gettext_lazy("This Idempotency-Key was used for another request within a day. Take a new one.")


class Away(exceptions.APIException):
    status_code = 502


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """For REST framework: the answer to an error; None for a fault of ours, which is Django's to tell of."""
    known = _known(error)
    found = views.exception_handler(known, context)
    if found is None:
        return None
    detail = getattr(known, "detail", None)
    request_id = getattr(context["request"], "id", "")
    headers = {name: found.headers[name] for name in ("Allow", "WWW-Authenticate", "Retry-After") if name in found}
    told = document(found.status_code, detail, request_id)
    return Response(told, found.status_code, headers=headers, content_type=TYPE)


def document(status: int, detail: Any, request_id: str) -> dict[str, Any]:
    code, title = TITLES.get(status, TITLES[400])
    told: dict[str, Any] = {"type": f"urn:kulis:problem:{code}", "title": str(title), "status": status}
    errors = [{"field": field, "detail": text} for field, text in _fields("", detail)]
    named = [error for error in errors if error["field"]]
    told["detail"] = " ".join(error["detail"] for error in errors if not error["field"]) or str(title)
    told["instance"] = f"urn:uuid:{request_id}"
    return told | ({"errors": named} if named else {})


def _known(error: Exception) -> Exception:
    """What our own layers raise, as REST framework knows it."""
    if isinstance(error, ValidationError):
        return _of_a_rule(error)
    if isinstance(error, Overtaken):
        return Changed()
    if isinstance(error, IntegrityError):
        return Refused(in_words(error, Bot).messages)
    if isinstance(error, DataError):
        return exceptions.ValidationError(_("A value does not fit into its place."))
    if isinstance(error, models.LLMError):
        return Away(f"{reasons.ended(error.reason)} {error}")
    if isinstance(error, telegram.TelegramError | vault.VaultError):
        return Away(str(error))
    return error


def _of_a_rule(error: ValidationError) -> exceptions.APIException:
    if hasattr(error, "error_dict"):
        fields = {("" if name == NON_FIELD_ERRORS else name): texts for name, texts in error.message_dict.items()}
        return exceptions.ValidationError(fields)
    if getattr(error, "code", None) in {"needs_code", "wrong_code", "wait"}:
        return exceptions.ValidationError({"code": error.messages})
    rule = getattr(error, "code", None) or ""
    words = [str(reasons.rule(rule))] if rule in reasons.RULES else []
    words += [f"({reasons.blocked(rule)})"] if rule in reasons.BLOCKED else []
    return Refused(" ".join([*words, *error.messages]))


def _fields(place: str, detail: Any) -> Iterator[tuple[str, str]]:
    """Each wrong field with its words; a place inside a list or a table is `outer.inner`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name in {"detail", "non_field_errors", NON_FIELD_ERRORS} else str(name)
            yield from _fields(".".join(filter(None, (place, own))), inner)
    elif isinstance(detail, list | tuple):
        if all(isinstance(one, str) for one in detail):
            yield from ((place, str(one)) for one in detail)
            return
        for number, one in enumerate(detail):
            if one:
                yield from _fields(f"{place}.{number}".lstrip("."), one)
    elif detail is not None:
        yield place, str(detail)
