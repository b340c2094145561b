"""Actions that ask first: what will happen, to how many, and why it is done; afterwards each row has its result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bots import vault
from bots.telegram import port

M = TypeVar("M", bound=models.Model)
Action = Callable[[Any, HttpRequest, Any], HttpResponse | None]
REFUSALS: tuple[type[Exception], ...] = (ValidationError, port.TelegramError, vault.VaultError)
MOST = 500
"""Rows of one action: more are done in several goes, so that nobody waits for minutes and every result is read."""


@dataclass(frozen=True, slots=True)
class Result:
    row: str
    done: bool
    told: str


def asks(
    label: Any,
    *,
    consequence: Any,
    permissions: Sequence[str] = ("change",),
    danger: bool = False,
    reason: bool = False,
    tells: Callable[[Any], str] | None = None,
    single_at_once: bool = False,
) -> Callable[[Action], Action]:
    """Make a method an admin action that runs only after a page which says what it will do.

    `tells` says of one row what it would do to that row. With `single_at_once` one row alone needs no question.
    """

    def decorate(action: Action) -> Action:
        @admin.action(description=label, permissions=permissions)
        @wraps(action)
        def asking(desk: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponse | None:
            count = rows.count()
            if count > MOST:
                _too_many(request, count)
                return back(request)
            if request.POST.get("confirmed") == "yes" or (single_at_once and count == 1):
                return action(desk, request, rows) or _results(desk, request, label) or back(request)
            told = [f"{row}: {tells(row)}" if tells else row for row in rows]
            asked = {"title": label, "consequence": consequence, "danger": danger, "asks_reason": reason}
            context = _context(desk, request) | asked | {"count": count, "rows": told, "action": action.__name__}
            context["pks"] = rows.values_list("pk", flat=True)
            return TemplateResponse(request, "admin/confirm.html", context)

        return asking

    return decorate


def each(
    request: HttpRequest,
    rows: models.QuerySet[M],
    verb: Callable[[M], object],
    *,
    refusals: tuple[type[Exception], ...] = REFUSALS,
) -> None:
    """Do it row by row. Of several rows each has its line on the page that follows; of one, a message tells."""
    results = [_result(row, verb, refusals) for row in rows]
    if len(results) > 1:
        request.results = results  # type: ignore[attr-defined]
        return
    for result in results:
        if result.told:
            (messages.success if result.done else messages.error)(request, f"{result.row}: {result.told}")
    if done := sum(result.done for result in results):
        text = ngettext("Done for %(count)d.", "Done for %(count)d.", done)
        messages.success(request, text % {"count": done})


def _result(row: models.Model, verb: Callable[[Any], object], refusals: tuple[type[Exception], ...]) -> Result:
    name = str(row)
    try:
        told = verb(row)
    except refusals as refusal:
        return Result(name, done=False, told=_words(refusal))
    return Result(name, done=True, told=told if isinstance(told, str) else "")


def _results(desk: Any, request: HttpRequest, label: Any) -> HttpResponse | None:
    """What became of each row, for who did something to several."""
    found: list[Result] = getattr(request, "results", [])
    if not found:
        return None
    refused = [result for result in found if not result.done]
    counts = {"refused": len(refused), "done": len(found) - len(refused)}
    context = _context(desk, request) | counts | {"title": label}
    context["results"] = [*refused, *(result for result in found if result.done)]
    return TemplateResponse(request, "admin/results.html", context)


def _context(desk: Any, request: HttpRequest) -> dict[str, Any]:
    return {**desk.admin_site.each_context(request), "opts": desk.opts, "back": request.POST.get("back", "")}


def _too_many(request: HttpRequest, count: int) -> None:
    text = _("%(count)d rows are too many for one go: choose %(most)d at most. Nothing was changed.")
    messages.error(request, text % {"count": count, "most": MOST})


def reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:200]


def _words(refusal: Exception) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal) or _("It did not work.")


def back(request: HttpRequest) -> HttpResponse | None:
    wanted = request.POST.get("back", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(wanted)
    return None
