"""When something goes wrong: what happened, what it means, what to do. Never a stack trace."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

_log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"problem": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its seal: usually a page that was left open for long."""
    return render(request, "403.html", {"stale": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor session: either may be what is broken. The log holds the reference."""
    reference = secrets.token_hex(4)
    _log.error("Reference %s: %s %s", reference, request.method, request.path)
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)
