"""Actions that ask first: what will happen, to how many, and why it is done."""

from collections.abc import Callable, Sequence
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
_SHOWN = 20


def asks(
    label: Any,
    *,
    consequence: Any,
    permissions: Sequence[str] = ("change",),
    danger: bool = False,
    reason: bool = False,
    tells: Callable[[Any], str] | None = None,
) -> Callable[[Action], Action]:
    """Make a method an admin action that runs only after a page which says what it will do.

    `tells` says of one row what it would do to that row.
    """

    def decorate(action: Action) -> Action:
        @admin.action(description=label, permissions=permissions)
        @wraps(action)
        def asking(desk: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponse | None:
            if request.POST.get("confirmed") == "yes":
                return action(desk, request, rows) or back(request)
            context = {
                **desk.admin_site.each_context(request),
                "title": label,
                "consequence": consequence,
                "danger": danger,
                "asks_reason": reason,
                "opts": desk.opts,
                "count": rows.count(),
                "rows": [f"{row}: {tells(row)}" if tells else row for row in rows[:_SHOWN]],
                "pks": rows.values_list("pk", flat=True),
                "action": action.__name__,
                "back": request.POST.get("back", ""),
            }
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
    """Do it row by row, then say what worked and, by name, what did not."""
    done = 0
    for row in rows:
        try:
            told = verb(row)
        except refusals as refusal:
            messages.error(request, f"{row}: {_words(refusal)}")
            continue
        done += 1
        if isinstance(told, str):
            messages.success(request, f"{row}: {told}")
    if done:
        text = ngettext("Done for %(count)d.", "Done for %(count)d.", done)
        messages.success(request, text % {"count": done})


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
