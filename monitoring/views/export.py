"""A list of the admin as a file: what is in it is shown first, then a fresh code of the second factor is asked for."""

from itertools import islice
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from monitoring import access, second_factor
from monitoring import export as lists

_PEEK = 5


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@access.insiders_only
def export(request: HttpRequest, app: str, name: str) -> HttpResponse:
    """`app` and `name` of the model; the filters are those of the list, in the address."""
    model = _model(app, name)
    if not lists.may(request, model):
        raise PermissionDenied(_("Your role does not take this list with it."))
    asked = request.GET.copy()
    asked.pop("p", None)
    try:
        found = lists.rows(request, model, asked)
        count = found.count()
    except IncorrectLookupParameters as error:
        raise Http404 from error
    if request.method != "POST":
        return _page(request, model, found, count=count)
    try:
        second_factor.verify(access.viewer(request), request.POST.get("code", ""))
    except ValidationError as refusal:
        return _page(request, model, found, count=count, refusal=" ".join(refusal.messages))
    return _file(request, model, found, asked)


def _file(request: HttpRequest, model: type[models.Model], found: Any, asked: QueryDict) -> HttpResponse:
    lines = list(lists.table(request, model, found))
    reason = request.POST.get("reason", "").strip()[:200]
    lists.taken(request, model, count=len(lines) - 1, asked=asked.urlencode(), reason=reason)
    answer = HttpResponse(lists.text(iter(lines)), content_type="text/csv; charset=utf-8")
    day = timezone.localdate().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="kulis-{model._meta.model_name}-{day}.csv"'
    return answer


def _page(
    request: HttpRequest, model: type[models.Model], found: Any, *, count: int, refusal: str = ""
) -> HttpResponse:
    heads, *peek = islice(lists.table(request, model, found[:_PEEK]), _PEEK + 1)
    context = {
        **admin.site.each_context(request),
        "title": _("Export as CSV"),
        "opts": model._meta,
        "desk": admin.site.get_model_admin(model),
        "count": count,
        "most": lists.MOST,
        "heads": heads,
        "peek": peek,
        "query": request.GET.urlencode(),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
    }
    return TemplateResponse(request, "admin/export.html", context, status=422 if refusal else 200)


def _model(app: str, name: str) -> type[models.Model]:
    try:
        model: type[models.Model] = apps.get_model(app, name)
    except LookupError as error:
        raise Http404 from error
    if not admin.site.is_registered(model):
        raise Http404
    return model
