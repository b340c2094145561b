"""The way in and out of a demo."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from monitoring import access, entry
from monitoring.founding import owner


@require_safe
@never_cache
def door(request: HttpRequest) -> HttpResponse:
    """What a visitor without a pass can do."""
    if access.watcher(request):
        return redirect("dashboard")
    return render(request, "stage/door.html", {"open": access.demo_is_open(), "foundable": owner.may_found(request)})


@require_safe
@never_cache
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link. It opens the rehearsal room at once."""
    try:
        entry.enter(request, token)
    except entry.Refused as refused:
        return render(request, "stage/door.html", {"open": access.demo_is_open(), "refused": str(refused)}, status=403)
    return redirect("first-room")


@require_POST
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("door")
