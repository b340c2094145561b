"""Keys of programs. The secret is shown once; afterwards only how it begins."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence, once
from bots.admin.desk import Desk, person
from bots.admin.forms import ALL, DeskForm
from monitoring.api import keys
from monitoring.models import ApiKey


class KeyForm(DeskForm[ApiKey]):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=ApiKey.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=gettext_lazy("Good for how many days"),
        min_value=1,
        max_value=ApiKey.LONGEST.days,
        initial=90,
        help_text=gettext_lazy("At most a year. Then make a new one."),
    )


@admin.register(ApiKey)
class ApiKeyAdmin(Desk[ApiKey]):
    form = KeyForm
    form_only = ("days",)
    guarded = ALL
    writer_audits = True
    made_once = True
    summary = gettext_lazy("What programs sign in with. A key may no more than its scopes say, and than its owner may.")
    empty = gettext_lazy("No program has a key. Add one for a dashboard or an alarm script; people sign in instead.")
    list_display = ("name", "begins", "scopes_shown", "standing", "owner", "used", "expires_at")
    list_select_related = ("owner",)
    search_fields = ("name", "prefix", "owner__username")
    actions = ("revoke",)
    fields = ("name", "scopes", "days")

    @override
    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return self.fields if obj is None else (*self.list_display, "created_at")

    @override
    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """A key is made or revoked; nothing of it is edited."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description=gettext_lazy("begins with"), ordering="prefix")
    def begins(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @admin.display(description=gettext_lazy("may"))
    def scopes_shown(self, key: ApiKey) -> str:
        return ", ".join(str(ApiKey.Scope(scope).label) for scope in key.scopes)

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, key: ApiKey) -> SafeString:
        if key.revoked_at:
            return evidence.pill("quiet", _("revoked"))
        if key.expires_at <= timezone.now():
            return evidence.pill("quiet", _("too old"))
        return (
            evidence.pill("good", _("works")) if key.owner.is_active else evidence.pill("bad", _("owner is shut out"))
        )

    @admin.display(description=gettext_lazy("last used"), ordering="used_at")
    def used(self, key: ApiKey) -> str:
        return evidence.ago(key.used_at)

    @override
    def offers(self, request: HttpRequest, obj: ApiKey) -> list[str]:
        return [] if obj.revoked_at else ["revoke"]

    @override
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        good_for = timedelta(days=given["days"])
        key, obj.secret = keys.make(given["name"], given["scopes"], by=person(request), good_for=good_for)
        obj.pk, obj.prefix = key.pk, key.prefix

    @override
    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        told = _("Put this key where “%(name)s” reads it. The program sends it as “Authorization: Bearer …”.")
        secrets = [(_("Key"), obj.secret)]
        return once.shown(self, request, title=_("The key"), told=told % {"name": obj.name}, secrets=secrets)

    @confirm.asks(
        gettext_lazy("Revoke"),
        consequence=gettext_lazy("Programs that use these keys are turned away at once. It cannot be undone."),
        danger=True,
        code=True,
    )
    def revoke(self, request: HttpRequest, rows: QuerySet[ApiKey]) -> None:
        confirm.each(request, rows, lambda key: keys.revoke(key, by=person(request)))
