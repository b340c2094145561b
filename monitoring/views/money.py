from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from monitoring import access, money
from monitoring.access import viewer, watchers_only


@require_safe
@watchers_only
def spending(request: HttpRequest) -> HttpResponse:
    """What words cost, who spends it, and what is left."""
    if not access.may(viewer(request), access.COST):
        raise PermissionDenied(_("Your role sees no cost."))
    return render(request, "stage/spending.html", {"money": money.of(timezone.now())})
