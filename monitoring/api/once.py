"""A write happens once: the same Idempotency-Key within a day is answered with what was answered then.

The key is claimed in a row of its own before anything is done. Its answer is written in the transaction of the change,
so there is never the one without the other; who comes meanwhile is told to wait. Where somebody else is asked on the
way (`Door.whole` is off), the answer follows the change. Refusals are not kept: nothing was done.
"""

import json
import re
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from bots import vault
from monitoring import access
from monitoring.api.problems import KeyReused, Refused
from monitoring.models import ApiAnswer, ApiKey

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
SHAPE = r"^[\x21-\x7e]{1,128}$"
KEPT = timedelta(hours=24)
LEASE = timedelta(minutes=2)
"""Longer than any request takes. Whose process died meanwhile may try again after it."""
_TOLD = ("ETag", "Location")
_GOES = 200
"""Old answers that go with each new claim."""


def act(
    view: Any, request: Request, do: Callable[[], Response], *, before: Callable[[], None] | None = None
) -> Response:
    """The answer of `do`, or the one that its key has already. `before` is asked first, outside the transaction."""
    row = _claimed(request)
    if isinstance(row, Response):
        return row
    try:
        if before is not None:
            before()
        with transaction.atomic() if view.whole else nullcontext():
            answer = do()
            if row is not None:
                _keep(row, answer)
    except BaseException:
        if row is not None:
            with suppress(DatabaseError):
                ApiAnswer.objects.filter(pk=row.pk, status=None, until=row.until).delete()
        raise
    return answer


def _claimed(request: Request) -> ApiAnswer | Response | None:
    """The row of this key, ours for a while; the answer that it has; or nothing without a key."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not re.fullmatch(SHAPE, key):
        raise exceptions.ValidationError({HEADER: _("1 to 128 letters, digits and signs, without blanks.")})
    now = timezone.now()
    old = ApiAnswer.objects.filter(created_at__lt=now - KEPT).values("pk")[:_GOES]
    ApiAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    prints = vault.signatures(_printed(request))
    mine = {"owner": access.viewer(request), "caller": _caller(request), "key": key}
    with transaction.atomic():
        row, new = ApiAnswer.objects.get_or_create(**mine, defaults={"fingerprint": prints[0], "until": now + LEASE})
        return row if new else _found(ApiAnswer.objects.select_for_update().get(pk=row.pk), prints)


def _found(row: ApiAnswer, prints: list[str]) -> ApiAnswer | Response:
    now = timezone.now()
    if row.fingerprint not in prints:
        raise KeyReused
    if row.status is not None:
        data = json.loads(vault.open(row.body, place=row.place)) if row.body else None
        return Response(data, row.status, headers={**row.headers, REPLAYED: "true"})
    if row.until > now:
        raise Refused(_("The same request is just being worked on. Ask again in a moment."))
    row.until = now + LEASE
    row.save(update_fields=["until"])
    return row


def _keep(row: ApiAnswer, answer: Response) -> None:
    body = JSONRenderer().render(answer.data).decode() if answer.data is not None else ""
    kept = ApiAnswer.objects.filter(pk=row.pk, until=row.until, status=None).update(
        status=answer.status_code,
        headers={name: answer.headers[name] for name in _TOLD if name in answer.headers},
        body=vault.seal(body, place=row.place) if body else "",
        answered_at=Now(),
    )
    if not kept:  # it took too long, and somebody else works on it now
        raise Refused(_("The same request is just being worked on. Ask again in a moment."))


def _caller(request: Request) -> str:
    return f"key {request.auth.pk}" if isinstance(request.auth, ApiKey) else "account"


def _printed(request: Request) -> str:
    """What makes a request the same: where it goes, what it holds, and what it saw."""
    body = json.dumps(request.data, sort_keys=True, ensure_ascii=True, default=str)
    return "|".join(["api", str(request.method), request.get_full_path(), request.headers.get("If-Match", ""), body])
