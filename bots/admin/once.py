"""Secrets that are shown in one answer and nowhere else: no message, no session and no address keeps them."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers


def shown(
    desk: Any, request: HttpRequest, *, title: Any, told: Any, secrets: Sequence[tuple[str, str]]
) -> HttpResponse:
    """`secrets` are pairs of what it is and what it reads."""
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": title,
        "told": told,
        "secrets": secrets,
    }
    answer = TemplateResponse(request, "admin/shown_once.html", context)
    add_never_cache_headers(answer)
    return answer
