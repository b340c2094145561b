"""One field for everything: a page of its own, and the pieces of the palette that Ctrl-K opens on every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring import screens
from monitoring.access import insiders_only
from monitoring.search import asking, finding, talk


@require_safe
@insiders_only
def search(request: HttpRequest) -> HttpResponse:
    asked = asking.read(request.GET.get("q", ""))
    context = {"asked": asked, "groups": finding.of(request, asked), "note": talk.too_short(asked)}
    template = "search/_options.html" if screens.wants_piece(request) else "search/search.html"
    return render(request, template, context)
