"""When something goes wrong: what happened, what it means, what to do. Never a stack trace."""

import logging
import secrets
import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from monitoring.api import problems

_log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_program(request):
        return _problem(400)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"problem": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_program(request):
        return _problem(404)
    return render(request, "404.html", status=404)


def broken_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its seal: usually a page that was left open for long."""
    return render(request, "403.html", {"stale": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor session: either may be what is broken. The log holds the reference."""
    reference = secrets.token_hex(4)
    _log.error("Reference %s: %s %s", reference, request.method, request.path)
    if _is_program(request):
        return _problem(500, _("Reference %(number)s: the log knows more under it.") % {"number": reference})
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _problem(status: int, detail: str | None = None) -> HttpResponse:
    told = problems.document(status, detail, str(uuid.uuid4()))
    return JsonResponse(told, status=status, content_type=problems.TYPE)
