"""What stands above a list of the admin: its views, and the way to a file of it."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest, QueryDict

from bots.admin import paging
from monitoring import export
from monitoring.reasons import Words
from monitoring.templatetags import guide

register = template.Library()


@dataclass(frozen=True, slots=True)
class View:
    name: Words
    address: str
    here: bool


@register.simple_tag
def views_of(desk: Any, request: HttpRequest) -> list[View]:
    """The views of a list; the one that is shown now is marked, whichever way it came about."""
    shown = {name: value for name, value in request.GET.items() if name not in {"p", "o"}}
    return [
        View(guide.capital(name), f"?{query}", here=QueryDict(query).dict() == shown)
        for name, query in getattr(desk, "views", ())
    ]


@register.filter
def overflows(changelist: Any) -> bool:
    """Whether the list holds more than it counts."""
    return bool(changelist.result_count > paging.MOST)


@register.simple_tag
def may_export(changelist: Any, request: HttpRequest) -> bool:
    return export.may(request, changelist.model)
