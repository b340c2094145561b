"""Accounts and roles. Accounts are shut out, never deleted: the audit trail names them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence, once
from bots.admin.desk import Desk, History, person
from bots.admin.forms import ALL
from conversations import remits
from monitoring import invitations, people, second_factor, sessions
from monitoring.admin import account_lists
from monitoring.admin.account_forms import AccountForm, AdmitForm
from monitoring.admin.account_lists import ByRole, BySignIn
from monitoring.grants import MEANING, Role

NAMES = ("username", "first_name", "last_name", "email")

admin.site.unregister([User, Group])


def _signed_in(rows: QuerySet[User]) -> str:
    counts = {"people": rows.count(), "sessions": sum(sessions.open_ones(user).count() for user in rows)}
    return _("Accounts: %(people)d. Places where they are signed in now: %(sessions)d.") % counts


@admin.register(User)
class UserAdmin(Desk[User]):
    form = AccountForm
    form_only = ("role", "chats", "new_password", "same_password")
    title = gettext_lazy("Accounts")
    summary = gettext_lazy("Who may sign in, and as what. Everybody needs a password and a second factor.")
    empty = gettext_lazy("Nobody yet. The first account is made with manage.py operator NAME.")
    writer_audits = True
    guarded = ALL
    list_display = (
        "username", "full_name", "role_shown", "factor_shown", "active_shown", "last_login", "tries_shown",
        "open_shown",
    )  # fmt: skip
    list_filter = (ByRole, BySignIn, "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    search_help_text = gettext_lazy("User name, name or e-mail")
    ordering = ("username",)
    readonly_fields = ("factor_shown", "tries_shown", "open_shown", "last_login", "date_joined")
    actions = ("unlock", "sign_out", "link_for_password", "reset_second_factor", "shut_out", "let_in_again")
    fieldsets = (
        (None, {"fields": (*NAMES, "role", "chats")}),
        (
            gettext_lazy("Sign-in"),
            {
                "fields": (
                    "factor_shown", "tries_shown", "open_shown", "last_login", "date_joined",
                    "new_password", "same_password",
                )
            },
        ),
    )  # fmt: skip
    add_fieldsets = (
        (None, {"fields": (*NAMES, "role", "chats")}),
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
        rows = super().get_queryset(request).prefetch_related("groups")
        return account_lists.described(rows, timezone.now())

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.display(description=gettext_lazy("role"))
    def role_shown(self, user: Any) -> str:
        role = people.role_of(user)
        told = str(role.label) if role else "–"
        return _("%(role)s, some chats") % {"role": told} if user.is_limited else told

    @admin.display(description=gettext_lazy("second factor"), ordering="factor_count")
    def factor_shown(self, user: Any) -> SafeString:
        if user.factor_count:
            return evidence.pill("good", _("in force"))
        return evidence.pill("warn", _("set up at the next sign-in"))

    @admin.display(description=gettext_lazy("account"), ordering="is_active")
    def active_shown(self, user: User) -> SafeString:
        return evidence.pill("good", _("open")) if user.is_active else evidence.pill("quiet", _("shut out"))

    @admin.display(description=gettext_lazy("wrong tries of late"), ordering="failures")
    def tries_shown(self, user: Any) -> str | SafeString:
        if user.is_locked:
            return evidence.pill("bad", _("locked (%(count)d)") % {"count": user.failures})
        return evidence.pill("warn", user.failures) if user.failures else "–"

    @admin.display(description=gettext_lazy("signed in now"), ordering="open_count")
    def open_shown(self, user: Any) -> str:
        return str(user.open_count or "–")

    @override
    def offers(self, request: HttpRequest, obj: Any) -> list[str]:
        if not obj.is_active:
            return ["let_in_again"]
        reset = ["reset_second_factor"] if second_factor.is_set_up(obj) else []
        others = ["link_for_password"] if obj.pk != person(request).pk else []
        unlock = ["unlock"] if obj.failures else []
        return [*unlock, *(["sign_out"] if obj.open_count else []), *others, *reset, "shut_out"]

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
        if "chats" in form.changed_data:
            remits.limit(user, given["chats"], by=by)
        if change and given.get("new_password"):
            people.set_password(user, given["new_password"], by=by, keep=request.session.session_key)
        if names:
            people.rename(user, by=by, **names)
        obj.pk = user.pk
        obj.refresh_from_db()
        if user.pk == by.pk:
            update_session_auth_hash(request, obj)

    # --- Actions -----------------------------------------------------------------------------------------------------
    @confirm.asks(
        gettext_lazy("Unlock"),
        consequence=gettext_lazy("They may try again at once. The wrong tries so far are forgotten."),
    )
    def unlock(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        confirm.each(request, rows, lambda user: people.unlock(user, by=person(request)))

    @confirm.asks(
        gettext_lazy("Link for a new password"),
        consequence=gettext_lazy(
            "The old password no longer works and they are signed out everywhere. You get a link, good once and for a "
            "day, with which they choose a new one; the second factor stays."
        ),
        danger=True,
        code=True,
        named=True,
        numbers=_signed_in,
    )
    def link_for_password(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        links: list[tuple[str, str]] = []
        confirm.each(request, rows, lambda user: _keep(links, user, invitations.reset(user, by=person(request))))
        if not links:
            return None
        told = _("Hand over each link yourself, on a way that only you two read. It is good once.")
        return once.shown(self, request, title=_("New passwords"), told=told, secrets=links)

    @confirm.asks(
        gettext_lazy("Reset the second factor"),
        consequence=gettext_lazy(
            "Their authenticator apps and recovery codes no longer work. With the next right password they set up "
            "new ones: be sure that it is really them who ask."
        ),
        danger=True,
        code=True,
        named=True,
        numbers=_signed_in,
    )
    def reset_second_factor(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        confirm.each(request, rows, lambda user: people.reset_second_factor(user, by=person(request)))

    @confirm.asks(
        gettext_lazy("Sign out everywhere"),
        consequence=gettext_lazy("They are signed out within seconds, wherever they are. They may sign in again."),
        numbers=_signed_in,
    )
    def sign_out(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        confirm.each(request, rows, lambda user: _quiet(people.sign_out(user, by=person(request))))

    @confirm.asks(
        gettext_lazy("Shut out"),
        consequence=gettext_lazy("They are signed out with their next click and cannot come back until let in again."),
        danger=True,
        code=True,
        numbers=_signed_in,
        undo="let_in_again",
    )
    def shut_out(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        confirm.each(request, rows, lambda user: people.deactivate(user, by=person(request)))

    @confirm.asks(
        gettext_lazy("Let in again"),
        consequence=gettext_lazy("They can sign in again, with their old password, second factor and role."),
        code=True,
    )
    def let_in_again(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        confirm.each(request, rows, lambda user: people.activate(user, by=person(request)))


def _quiet(_ended: int) -> None:
    return None


def _keep(links: list[tuple[str, str]], user: User, link: str) -> None:
    links.append((user.get_username(), link))


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
