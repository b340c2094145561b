"""Actions that ask first: what will happen, to how many, and why it is done; afterwards each row has its result."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bots import casing, vault
from bots.telegram import port

M = TypeVar("M", bound=models.Model)
Action = Callable[[Any, HttpRequest, Any], HttpResponse | None]
REFUSALS: tuple[type[Exception], ...] = (ValidationError, port.TelegramError, vault.VaultError)
UNDO, UNDO_SECONDS = "undo", 10
"""The key of the session under which the newest act is kept, and for how long it may be taken back."""
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
    numbers: Callable[[Any], str] | None = None,
    code: bool = False,
    named: bool = False,
    undo: str = "",
    single_at_once: bool = False,
) -> Callable[[Action], Action]:
    """Make a method an admin action that runs only after a page which says what it will do.

    `tells` says of one row what it would do to that row, `numbers` of all of them together what it comes to.
    With `named` the name is typed first; with `code` the second factor must have been shown within five minutes.
    `undo` names the action that takes it back, offered for ten seconds. With `single_at_once` one row alone needs no
    question.
    """
    question = _Question(label, consequence, danger, reason, tells, numbers, code, named)

    def decorate(action: Action) -> Action:
        @admin.action(description=label, permissions=permissions)
        @wraps(action)
        def asking(desk: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponse | None:
            if _too_many(request, count := rows.count()):
                return back(request)
            agreed = _said_yes(request) or (single_at_once and count == 1)
            refusal = _hindrance(desk, request, rows, question) if agreed else ""
            if agreed and not refusal:
                return _done(desk, request, rows, action, question, undo)
            context = question.context(desk, request, rows) | {"action": action.__name__, "refusal": refusal}
            return TemplateResponse(request, "admin/confirm.html", context)

        return asking

    return decorate


@dataclass(frozen=True, slots=True)
class _Question:
    label: Any
    consequence: Any
    danger: bool
    reason: bool
    tells: Callable[[Any], str] | None
    numbers: Callable[[Any], str] | None
    code: bool
    named: bool

    def context(self, desk: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> dict[str, Any]:
        return {
            **_context(desk, request),
            "title": self.label,
            "consequence": self.consequence,
            "danger": self.danger,
            "asks_reason": self.reason,
            "reason": request.POST.get("reason", ""),
            "asks_code": self.code and not desk.house.is_fresh(request),
            "name": _name(rows) if self.named else "",
            "numbers": self.numbers(rows) if self.numbers else "",
            "count": rows.count(),
            "rows": [f"{row}: {self.tells(row)}" if self.tells else row for row in rows],
            "pks": rows.values_list("pk", flat=True),
        }


def _said_yes(request: HttpRequest) -> bool:
    return request.POST.get("confirmed") == "yes"


def _hindrance(desk: Any, request: HttpRequest, rows: models.QuerySet[Any], question: _Question) -> str:
    """Why it does not go on although somebody said yes."""
    if question.named and _folded(request.POST.get("named", "")) != _folded(_name(rows)):
        return _("What you typed is not the name that is asked for. Nothing was done.")
    try:
        if question.code:
            desk.house.prove(request)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


def _name(rows: models.QuerySet[Any]) -> str:
    """What must be typed: the name of the one row, or how many there are."""
    chosen = list(rows[:2])
    return str(chosen[0]) if len(chosen) == 1 else str(rows.count())


def _folded(text: str) -> str:
    return casing.plain(text)


def _done(
    desk: Any, request: HttpRequest, rows: models.QuerySet[Any], action: Action, question: _Question, undo: str
) -> HttpResponse | None:
    """Do it, and keep for ten seconds how it is taken back."""
    taken = [str(pk) for pk in rows.values_list("pk", flat=True)] if undo else []
    answer = action(desk, request, rows) or _results(desk, request, question.label) or back(request)
    if taken and undo in desk.get_actions(request):
        where = reverse(f"admin:{desk.opts.app_label}_{desk.opts.model_name}_changelist")
        request.session[UNDO] = {"action": undo, "rows": taken, "where": where, "until": time.time() + UNDO_SECONDS}
    return answer


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


def _too_many(request: HttpRequest, count: int) -> bool:
    if count <= MOST:
        return False
    text = _("%(count)d rows are too many for one go: choose %(most)d at most. Nothing was changed.")
    messages.error(request, text % {"count": count, "most": MOST})
    return True


def reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").replace("\x00", "").strip()[:200]


def _words(refusal: Exception) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal) or _("It did not work.")


def back(request: HttpRequest) -> HttpResponse | None:
    wanted = request.POST.get("back", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(wanted)
    return None
