from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monitoring import live, screens
from monitoring.access import viewer, watchers_only


@require_safe
@watchers_only
def dashboard(request: HttpRequest) -> HttpResponse:
    """The cast at a glance."""
    mark = live.mark()
    return render(
        request,
        "stage/dashboard.html",
        {"mark": mark, **screens.numbers(viewer(request)), **screens.newest(viewer(request))},
    )
