"""Symbols: which tickers the cast knows, by which names, and which it keeps silent about."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots import casing
from bots.admin import evidence
from bots.admin.desk import Desk, person
from bots.admin.forms import DeskForm
from conversations import symbols
from conversations.models import Symbol

SHOWN = 4


class SymbolForm(DeskForm[Symbol]):
    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    @override
    def clean(self) -> dict[str, Any] | None:
        """A name leads to one symbol only."""
        given = super().clean() or self.cleaned_data
        own = {name: field for field in ("code", "name") if (name := given.get(field))}
        names = dict.fromkeys(given.get("aliases") or [], "aliases") | own
        for name, code in symbols.taken(names, but=given.get("code") or "").items():
            field = names[name]
            self.add_error(field, _("%(name)s is a name of %(code)s already.") % {"name": name, "code": code})
        return given


class PasteForm(forms.Form):
    lines = forms.CharField(
        label=gettext_lazy("Lines"),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Code, name, other names divided by |, kind, and yes where it is thinly traded. "
            "Columns divided by commas, semicolons or tabs. "
            "Example: THYAO, Türk Hava Yolları, thy|hava yolu, share"
        ),
    )

    def clean_lines(self) -> list[Symbol]:
        return symbols.read(self.cleaned_data["lines"])


@admin.register(Symbol)
class SymbolAdmin(Desk[Symbol]):
    form = SymbolForm
    summary = gettext_lazy("What the cast recognises as a ticker, by code or by any of its names.")
    empty = gettext_lazy("No symbols: the cast recognises no ticker. Add one, or paste a table.")
    deletable = True
    list_display = ("code", "name", "called", "kind", "silent")
    list_filter = ("kind", "thin")
    search_fields = ("code", "name", "aliases")
    search_help_text = gettext_lazy("Code or any name")
    fieldsets = (
        (None, {"fields": ("code", "name", "aliases", "kind")}),
        (gettext_lazy("Caution"), {"fields": ("thin",)}),
    )

    @override
    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Names are found in any case, Turkish letters or not."""
        term = casing.plain(search_term)
        if not term:
            return queryset, False
        found = [t.code for t in symbols.table() if any(term in casing.plain(name) for name in (t.code, *t.names))]
        return queryset.filter(code__in=found), False

    @admin.display(description=gettext_lazy("also called"))
    def called(self, symbol: Symbol) -> str:
        more = " …" if len(symbol.aliases) > SHOWN else ""
        return ", ".join(symbol.aliases[:SHOWN]) + more

    @admin.display(description=gettext_lazy("spoken of"), ordering="thin")
    def silent(self, symbol: Symbol) -> str:
        return evidence.pill("warn", _("never")) if symbol.thin else evidence.pill("good", _("yes"))

    # --- A whole table at once ---------------------------------------------------------------------------------------
    @override
    def get_urls(self) -> list[URLPattern]:
        paste = path("paste/", self.admin_site.admin_view(self.paste), name="conversations_symbol_paste")
        return [paste, *super().get_urls()]

    def paste(self, request: HttpRequest) -> HttpResponse:
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = PasteForm(request.POST or None)
        if form.is_valid() and self._kept(request, form):
            return HttpResponseRedirect(reverse("admin:conversations_symbol_changelist"))
        page = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, "title": _("Paste a table")}
        return TemplateResponse(request, "admin/conversations/symbol/paste.html", page)

    def _kept(self, request: HttpRequest, form: PasteForm) -> bool:
        try:
            kept = symbols.keep(form.cleaned_data["lines"], by=person(request))
        except ValidationError as refused:
            form.add_error("lines", refused)
            return False
        messages.success(
            request, _("%(added)s added, %(changed)s changed.") % {"added": kept.added, "changed": kept.changed}
        )
        return True
