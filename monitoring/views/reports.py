"""Reports: all of them, one as a page or as a file, and who gets them by e-mail."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from monitoring import access
from monitoring.access import staff_only, viewer, watchers_only
from monitoring.incidents import channels
from monitoring.incidents.models import Channel, Severity
from monitoring.reports import mailing, reading
from monitoring.reports.models import Report

MOST = 60


class Wishes(forms.ModelForm):  # type: ignore[type-arg]  # Django's own cannot be subscripted when it runs
    least = forms.TypedChoiceField(
        label=gettext_lazy("Incidents"),
        choices=[("", gettext_lazy("none")), *((value, label) for value, label in reversed(Severity.choices))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("This severity and above, as soon as they begin."),
    )

    class Meta:
        model = Channel
        fields = ("email", "language", "daily", "weekly", "least")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True


@require_safe
@watchers_only
def reports(request: HttpRequest) -> HttpResponse:
    return _list(request)


@require_safe
@watchers_only
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(pk)
    page = reading.of(found, viewer(request))
    names = reading.columns(sees_cost=page.sees_cost)
    context = {"report": found, "page": page, "figures": mailing.headline(page), "columns": names}
    return render(request, "stage/report.html", context)


@require_safe
@watchers_only
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as CSV."""
    found = _found(pk)
    answer = HttpResponse(reading.csv(reading.of(found, viewer(request))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{reading.file_name(found)}"'
    reading.taken(found, by=viewer(request))
    return answer


@require_POST
@staff_only
@watchers_only
def subscribe(request: HttpRequest) -> HttpResponse:
    """What this person wants by e-mail."""
    form = Wishes(request.POST, instance=_mine(request))
    if not form.is_valid():
        return _list(request, form)
    try:
        channels.subscribe(viewer(request), by=viewer(request), **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _list(request, form)
    messages.success(request, _("Kept. The next ones go to %(email)s.") % {"email": form.cleaned_data["email"]})
    return redirect("reports")


def _found(pk: int) -> Report:
    try:
        return Report.objects.get(pk=pk)
    except Report.DoesNotExist as missing:
        raise Http404 from missing


def _mine(request: HttpRequest) -> Channel:
    person = viewer(request)
    start = Channel(email=person.email, language=request.LANGUAGE_CODE, daily=False, weekly=True, least=None)
    return channels.of_their_own(person) or start


def _list(request: HttpRequest, form: Wishes | None = None) -> HttpResponse:
    has_account = access.is_staff(request)
    context = {
        "reports": Report.objects.all()[:MOST],
        "form": form or (Wishes(instance=_mine(request)) if has_account else None),
        "channel": channels.of_their_own(viewer(request)) if has_account else None,
    }
    return render(request, "stage/reports.html", context, status=422 if form else 200)
