"""Accounts and roles. Accounts are shut out, never deleted: the audit trail names them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group, User
from django.db.models import Count, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence
from bots.admin.desk import Desk, History, person
from monitoring import people, second_factor
from monitoring.admin.account_forms import AccountForm, AdmitForm
from monitoring.grants import MEANING, Role

NAMES = ("username", "first_name", "last_name", "email")

admin.site.unregister([User, Group])


class ByRole(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Role.choices

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class UserAdmin(Desk[User]):
    form = AccountForm
    form_only = ("role", "new_password", "same_password")
    title = gettext_lazy("Accounts")
    summary = gettext_lazy("Who may sign in, and as what. Everybody needs a password and a second factor.")
    empty = gettext_lazy("Nobody yet. The first account is made with manage.py operator NAME.")
    writer_audits = True
    list_display = ("username", "full_name", "role_shown", "factor_shown", "active_shown", "last_login")
    list_filter = (ByRole, "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    search_help_text = gettext_lazy("User name, name or e-mail")
    ordering = ("username",)
    readonly_fields = ("factor_shown", "last_login", "date_joined")
    actions = ("reset_second_factor", "shut_out", "let_in_again")
    fieldsets = (
        (None, {"fields": (*NAMES, "role")}),
        (
            gettext_lazy("Sign-in"),
            {"fields": ("factor_shown", "new_password", "same_password", "last_login", "date_joined")},
        ),
    )
    add_fieldsets = (
        (None, {"fields": (*NAMES, "role")}),
        (
            gettext_lazy("First password"),
            {
                "fields": ("new_password", "same_password"),
                "description": gettext_lazy("At the first sign-in Kulis helps to set up the second factor."),
            },
        ),
    )

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Count("totpdevice", filter=Q(totpdevice__confirmed=True), distinct=True)
        return super().get_queryset(request).prefetch_related("groups").annotate(factor_count=factors)

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.display(description=gettext_lazy("role"))
    def role_shown(self, user: User) -> str:
        role = people.role_of(user)
        return str(role.label) if role else "–"

    @admin.display(description=gettext_lazy("second factor"), ordering="factor_count")
    def factor_shown(self, user: Any) -> SafeString:
        if user.factor_count:
            return evidence.pill("good", _("in force"))
        return evidence.pill("warn", _("set up at the next sign-in"))

    @admin.display(description=gettext_lazy("account"), ordering="is_active")
    def active_shown(self, user: User) -> SafeString:
        return evidence.pill("good", _("open")) if user.is_active else evidence.pill("quiet", _("shut out"))

    @override
    def offers(self, request: HttpRequest, obj: User) -> list[str]:
        reset = ["reset_second_factor"] if second_factor.is_set_up(obj) else []
        return [*reset, "shut_out" if obj.is_active else "let_in_again"]

    @override
    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.laid_out(self.fieldsets if obj else self.add_fieldsets, request, obj)

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.readonly_fields if obj else ()

    @override
    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[User]]":
        return super().get_form(request, obj, change, form=AccountForm if obj else AdmitForm, **kwargs)

    @override
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by, given = person(request), form.cleaned_data
        names = {name: given[name] for name in NAMES if name in form.changed_data}
        if not change:
            password, role = given["new_password"], Role(given["role"])
            user = people.admit(given["username"], password=password, role=role, by=by, email=given["email"])
            names.pop("username"), names.pop("email", None)
        else:
            user = User.objects.get(pk=obj.pk)
            if "role" in form.changed_data:
                people.assign(user, Role(given["role"]), by=by)
            if given.get("new_password"):
                people.set_password(user, given["new_password"], by=by)
        if names:
            people.rename(user, by=by, **names)
        obj.pk = user.pk
        obj.refresh_from_db()
        if user.pk == by.pk:
            update_session_auth_hash(request, obj)

    # --- Actions -----------------------------------------------------------------------------------------------------
    @confirm.asks(
        gettext_lazy("Reset the second factor"),
        consequence=gettext_lazy(
            "Their authenticator apps and recovery codes no longer work. With the next right password they set up "
            "new ones: be sure that it is really them who ask."
        ),
        danger=True,
    )
    def reset_second_factor(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        confirm.each(request, rows, lambda user: second_factor.remove(user, by=person(request)))

    @confirm.asks(
        gettext_lazy("Shut out"),
        consequence=gettext_lazy("They are signed out with their next click and cannot come back until let in again."),
        danger=True,
    )
    def shut_out(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        confirm.each(request, rows, lambda user: people.deactivate(user, by=person(request)))

    @confirm.asks(
        gettext_lazy("Let in again"),
        consequence=gettext_lazy("They can sign in again, with their old password, second factor and role."),
    )
    def let_in_again(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        confirm.each(request, rows, lambda user: people.activate(user, by=person(request)))


@admin.register(Group)
class RoleAdmin(History[Group]):
    title = gettext_lazy("Roles")
    summary = gettext_lazy("The four roles and what each may do. They are declared by Kulis; accounts get one each.")
    empty = gettext_lazy("The roles appear with the first account: manage.py operator NAME.")
    list_display = ("role_shown", "meaning", "people_shown")
    fields = ("role_shown", "meaning", "people_shown", "permissions_shown")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(person_count=Count("user"))

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def role_shown(self, group: Group) -> str:
        return str(Role(group.name).label) if group.name in Role else group.name

    @admin.display(description=gettext_lazy("may"))
    def meaning(self, group: Group) -> str:
        return str(MEANING[Role(group.name)]) if group.name in Role else "–"

    @admin.display(description=gettext_lazy("accounts"), ordering="person_count")
    def people_shown(self, group: Any) -> int:
        return int(group.person_count)

    @admin.display(description=gettext_lazy("permissions"))
    def permissions_shown(self, group: Group) -> SafeString:
        rows = group.permissions.select_related("content_type")
        return format_html_join("", "<div>{}: {}</div>", ((row.content_type.name, row.name) for row in rows))
