from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conversations.models import Turn
from monitoring import access, screens, story
from monitoring.access import viewer, watchers_only


@require_safe
@watchers_only
def turn(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a bot spoke, or did not: a page of its own, or a panel beside the talk."""
    try:
        told = story.of(pk)
    except Turn.DoesNotExist as missing:
        raise Http404 from missing
    template = "stage/_story.html" if screens.wants_piece(request) else "stage/turn.html"
    return render(
        request, template, {"story": told, "turn": told.turn, "sees_cost": access.may(viewer(request), access.COST)}
    )
