"""Rules: how lively the cast is. Rows are revisions: the newest holds, saving adds one, none is ever changed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from typing_extensions import override

from bots.admin import evidence
from bots.admin.desk import History, person
from conversations import earlier_rules
from conversations.admin import cost
from conversations.admin.tuning import page, past
from conversations.admin.tuning.form import TuningForm
from conversations.admin.tuning.layout import GROUPS
from conversations.models import Chat, Rules
from conversations.models.rules import CAST_WIDE

_SHOWN = 4


@admin.register(Rules)
class RulesAdmin(History[Rules]):
    summary = gettext_lazy("How lively the cast is: sliders, what they would do, and the way back.")
    empty = gettext_lazy("No rules: the first revision is made when Kulis is installed. Run manage.py migrate.")
    list_display = ("created_at", "scope", "holds", "what_changed", "note", "author_name")
    list_filter = ("chat", "author_name", "created_at")
    list_select_related = ("chat", "author")
    date_hierarchy = "created_at"
    search_fields = ("note", "author_name", "chat__title")

    # --- The page ----------------------------------------------------------------------------------------------------
    @override
    def get_urls(self) -> list[URLPattern]:
        seal = self.admin_site.admin_view
        return [
            path("past/", seal(self.past_view), name="conversations_rules_past"),
            path("ahead/", seal(require_POST(self.ahead_view)), name="conversations_rules_ahead"),
            path("<int:pk>/return/", seal(require_POST(self.return_view)), name="conversations_rules_return"),
            path(
                "<int:chat>/<str:name>/inherit/",
                seal(require_POST(self.inherit_view)),
                name="conversations_rules_inherit",
            ),
            *super().get_urls(),
        ]

    @override
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Not the list of rows, but the rules that hold, ready to be changed."""
        chat = self._asked_for(request)
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._shown(request, chat, page.form(chat))
        self._must_rule(request, chat)
        given = page.form(chat, request.POST)
        if page.save(given, by=person(request)) is None:
            return self._shown(request, chat, given, status=422)
        messages.success(request, _("Saved. The new rules hold from the next turn on."))
        return HttpResponseRedirect(address(chat))

    def ahead_view(self, request: HttpRequest) -> HttpResponse:
        """What the rules in the form would do, as a piece of the page."""
        chat = self._asked_for(request)
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**page.ahead(chat, page.form(chat, request.POST)), "chat": chat, "sees_cost": cost.is_shown(request)}
        return TemplateResponse(request, "admin/conversations/rules/_ahead.html", context)

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let an earlier state hold again."""
        rules = get_object_or_404(self.get_queryset(request).select_related("chat"), pk=pk)
        self._must_rule(request, rules.chat)
        try:
            made = earlier_rules.go_back(rules, by=person(request))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            told = _("The rules are as they were in revision %(number)d. What held until now is in the history below.")
            messages.success(request, told % {"number": rules.pk})
            rules = made
        return HttpResponseRedirect(address(rules.chat))

    def inherit_view(self, request: HttpRequest, chat: int, name: str) -> HttpResponse:
        """A chat gives one of its own rules back."""
        found = get_object_or_404(self._chats(request), pk=chat)
        self._must_rule(request, found)
        try:
            earlier_rules.give_back(found, name, by=person(request))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Given back: this chat goes by the rules of every chat there."))
        return HttpResponseRedirect(reverse("admin:conversations_chat_change", args=[found.pk]))

    def past_view(self, request: HttpRequest) -> HttpResponse:
        """Every revision of every scope."""
        told = {
            "title": _("History of the rules"),
            "summary": _("Each save is a revision: the newest holds, the old ones stay."),
            "empty": self.empty,
        }
        return super().changelist_view(request, {"desk": told})

    def may_rule(self, request: HttpRequest, chat: Chat | None) -> bool:
        """Rules for every chat are an admin's; those of one chat also of whoever runs it."""
        if chat is None:
            return person(request).has_perm("conversations.change_rules")
        desk: Any = self.admin_site.get_model_admin(Chat)
        return person(request).has_perm("conversations.add_rules") and desk.has_change_permission(request, chat)

    def _must_rule(self, request: HttpRequest, chat: Chat | None) -> None:
        if not self.may_rule(request, chat):
            raise PermissionDenied(_("Rules for every chat are an admin's. Write rules for one chat, from its page."))

    def _shown(self, request: HttpRequest, chat: Chat | None, given: TuningForm, *, status: int = 200) -> HttpResponse:
        may_rule = self.may_rule(request, chat)
        if not may_rule:
            for field in given.fields.values():
                field.disabled = True
        title = _("Rules of %(chat)s") % {"chat": chat} if chat else _("Rules")
        context = {
            **self.admin_site.each_context(request),
            **page.ahead(chat, given if given.is_bound else None),
            "title": title, "opts": self.opts, "form": given, "chat": chat, "groups": GROUPS, "may_rule": may_rule,
            "scopes": page.scopes(self._chats(request)), "history": page.history(chat),
            "address": address(chat), "sees_cost": cost.is_shown(request),
        }  # fmt: skip
        return TemplateResponse(request, "admin/conversations/rules/page.html", context, status=status)

    def _chats(self, request: HttpRequest) -> QuerySet[Chat]:
        """The chats that this person may see."""
        desk: Any = self.admin_site.get_model_admin(Chat)
        found: QuerySet[Chat] = desk.get_queryset(request)
        return found

    def _asked_for(self, request: HttpRequest) -> Chat | None:
        """The chat whose rules are wanted; None for those of every chat."""
        number = request.GET.get("chat", "")
        if not number:
            return None
        chat = self._chats(request).filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None
        if chat is None:
            raise Http404
        return chat

    # --- History -----------------------------------------------------------------------------------------------------
    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Rules]:
        scope = Coalesce("chat_id", Value(0))
        same = Rules.objects.annotate(scope=scope).filter(scope=Coalesce(OuterRef("chat_id"), Value(0)))
        earlier = same.filter(pk__lt=OuterRef("pk")).order_by("-pk").values("pk")[:1]
        later = same.filter(pk__gt=OuterRef("pk"))
        return super().get_queryset(request).annotate(previous_id=Subquery(earlier), is_past=Exists(later))

    @override
    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """One query more for the whole page: the revisions that its rows followed."""
        found = super().get_changelist_instance(request)
        followed = Rules.objects.in_bulk([row.previous_id for row in found.result_list if row.previous_id])
        for row in found.result_list:
            row.followed = followed.get(row.previous_id)
        return found

    @admin.display(description=gettext_lazy("only for"), ordering="chat")
    def scope(self, rules: Rules) -> str:
        return str(rules.chat or _("every chat"))

    @admin.display(description=gettext_lazy("holds"))
    def holds(self, rules: Any) -> SafeString:
        if rules.is_past:
            return evidence.pill("quiet", _("past"))
        link = address(rules.chat)
        return format_html('{} <a href="{}">{}</a>', evidence.pill("good", _("holds")), link, _("change"))

    @admin.display(description=gettext_lazy("what changed"))
    def what_changed(self, rules: Any) -> str:
        if rules.followed is None and rules.chat_id is None:
            return _("the first rules")
        found = past.changes(rules.followed, rules)
        more = f" (+{len(found) - _SHOWN})" if len(found) > _SHOWN else ""
        return "; ".join(f"{one.label}: {one.before} → {one.after}" for one in found[:_SHOWN]) + more

    @override
    def get_fieldsets(self, request: HttpRequest, obj: Rules | None = None) -> Any:
        """A revision, read only. A chat has no say in what holds for the whole cast."""
        told = (None, {"fields": ("scope", "holds", "note", "author_name", "created_at")})
        missing = CAST_WIDE if obj and obj.chat_id else frozenset()
        parts = [(group.title, [dial.name for dial in group.dials if dial.name not in missing]) for group in GROUPS]
        return (told, *((title, {"fields": names}) for title, names in parts if names))


def address(chat: Chat | None) -> str:
    """Where the rules of a scope are changed."""
    at = reverse("admin:conversations_rules_changelist")
    return f"{at}?chat={chat.pk}" if chat else at
