"""The guides, the reasons and the lines of doctor, for everybody of the house."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from monitoring.access import insiders_only
from monitoring.help import chapters, doctor_lines, entries


@require_safe
@insiders_only
def contents(request: HttpRequest) -> HttpResponse:
    return render(request, "help/contents.html", _frame("contents"))


@require_safe
@insiders_only
def chapter(request: HttpRequest, name: str) -> HttpResponse:
    if name not in chapters.NAMES:
        raise Http404
    told = chapters.read(name, get_language() or "en")
    at = chapters.NAMES.index(name)
    after = chapters.NAMES[at + 1] if at + 1 < len(chapters.NAMES) else None
    follows = chapters.read(after, get_language() or "en") if after else None
    return render(request, "help/chapter.html", _frame(name) | {"chapter": told, "follows": follows})


@require_safe
@insiders_only
def reasons(request: HttpRequest) -> HttpResponse:
    kinds = [(kind, entries.of(kind)) for kind in entries.KINDS]
    return render(request, "help/reasons.html", _frame("reasons") | {"kinds": kinds})


@require_safe
@insiders_only
def doctor(request: HttpRequest) -> HttpResponse:
    return render(request, "help/doctor.html", _frame("doctor") | {"lines": doctor_lines.LINES.values()})


def _frame(here: str) -> dict[str, object]:
    return {"here": here, "chapters": chapters.every(get_language() or "en")}
