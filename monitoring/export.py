"""Lists of the admin as files: what the list shows, filtered as it is, in a form that no table program runs."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.html import strip_tags

from bots import audit
from bots.admin.desk import person
from bots.models import AuditEntry, Bot, Holding, Memory, Persona, Stance
from conversations.models import Budget, Chat, Headline, LLMCall, Membership, Message, Quote, Symbol, Turn
from monitoring import access

LISTS: frozenset[type[models.Model]] = frozenset(
    {
        AuditEntry, Bot, Budget, Chat, Headline, Holding, LLMCall, Membership, Memory, Message, Persona, Quote, Stance,
        Symbol, Turn,
    }
)  # fmt: skip
MOST = 20_000
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Spreadsheets take a cell that begins so for a formula, or end the cell there."""


def may(request: HttpRequest, model: type[models.Model]) -> bool:
    """Who runs the cast gets its lists, who reads the whole trail gets the trail; watching alone is not enough."""
    if model not in LISTS or not admin.site.has_permission(request):
        return False
    whole = "bots.read_whole_trail" if model is AuditEntry else access.SAY
    desk = admin.site.get_model_admin(model)
    return access.may(request.user, whole) and desk.has_view_permission(request)


def rows(request: HttpRequest, model: type[models.Model], asked: QueryDict) -> "models.QuerySet[Any]":
    """What the list shows for these filters, in its order. Raises IncorrectLookupParameters."""
    request.GET = asked  # type: ignore[assignment]  # the list reads its filters there and nowhere else
    desk = admin.site.get_model_admin(model)
    found: models.QuerySet[Any] = desk.get_changelist_instance(request).get_queryset(request)
    return found


def columns(request: HttpRequest, model: type[models.Model]) -> list[str]:
    """Without what this person's list does not show either, and without links that mean nothing in a file."""
    desk: Any = admin.site.get_model_admin(model)
    shown = [name for name in desk.get_list_display(request) if name not in {"page", "story", "why"}]
    chosen = list(getattr(desk, "exported", ())) or shown
    return [name for name in chosen if name != "cost_shown" or name in shown]


def table(request: HttpRequest, model: type[models.Model], found: "models.QuerySet[Any]") -> Iterator[list[Any]]:
    """The heads, then each row."""
    desk, names = admin.site.get_model_admin(model), columns(request, model)
    yield [str(label_for_field(name, model, desk)) for name in names]
    for row in found[:MOST]:
        yield [_cell(name, row, desk) for name in names]


def text(lines: Iterator[list[Any]]) -> str:
    """RFC 4180, with the mark by which spreadsheets know that it is UTF-8."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return "\ufeff" + page.getvalue()


def safe(cell: Any) -> str:
    """Numbers as they are; a text that a spreadsheet would run begins with an apostrophe, so that it does not."""
    told = str(cell)
    if isinstance(cell, (int, float, Decimal)):
        return told
    return f"'{told}" if told.lstrip(" \u00a0\ufeff").startswith(_RUNS) else told


@transaction.atomic
def taken(request: HttpRequest, model: type[models.Model], *, count: int, asked: str, reason: str) -> None:
    """The entry in the audit trail: who took which list with them, and why."""
    after = {"list": str(model._meta.verbose_name_plural), "rows": count, "filters": asked}
    audit.record("export.csv", by=person(request), after=after, reason=reason)


def _cell(name: str, row: models.Model, desk: Any) -> Any:
    try:
        _field, _attribute, value = lookup_field(name, row, desk)
    except ObjectDoesNotExist:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)):
        return value
    return strip_tags(str(value)) if hasattr(value, "__html__") else str(value)
