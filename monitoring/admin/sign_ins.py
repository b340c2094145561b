"""Sign-ins: who came in, who was locked out, whose second factor is in force. Never a secret."""

from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from typing_extensions import override

from bots import audit
from bots.admin import confirm, evidence
from bots.admin.desk import History, person

admin.site.unregister([StaticDevice, TOTPDevice])


@admin.register(AccessAttempt)
class LockAdmin(History[Any]):
    title = gettext_lazy("Locked sign-ins")
    summary = gettext_lazy(
        "Wrong passwords and codes of late. Six in a row lock the account for that address, for 15 minutes."
    )
    empty = gettext_lazy("Nobody mistyped a password of late, and nobody is locked out.")
    list_display = ("attempt_time", "username", "ip_address", "failures_since_start", "locked", "user_agent")
    list_filter = ("attempt_time",)
    date_hierarchy = "attempt_time"
    search_fields = ("username", "ip_address")
    fields = ("attempt_time", "username", "ip_address", "failures_since_start", "locked", "user_agent", "path_info")
    actions = ("unlock",)
    object_actions = ("unlock",)

    @admin.display(description=gettext_lazy("locked"))
    def locked(self, attempt: Any) -> SafeString:
        if attempt.failures_since_start >= settings.AXES_FAILURE_LIMIT:
            return evidence.pill("bad", _("locked"))
        return evidence.pill("quiet", _("not yet"))

    def has_unlock_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("axes.delete_accessattempt")

    @confirm.asks(
        gettext_lazy("Unlock"),
        consequence=gettext_lazy("They may try again at once. The wrong tries so far are forgotten."),
        permissions=("unlock",),
    )
    def unlock(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        confirm.each(request, rows, lambda attempt: _forget(attempt, request))


@admin.register(AccessLog)
class SignInAdmin(History[Any]):
    title = gettext_lazy("Sign-ins")
    summary = gettext_lazy("Who signed in and out, when and from where.")
    empty = gettext_lazy("Nobody has signed in yet.")
    list_display = ("attempt_time", "username", "ip_address", "logout_time", "user_agent")
    list_filter = ("attempt_time",)
    date_hierarchy = "attempt_time"
    search_fields = ("username", "ip_address")
    fields = ("attempt_time", "username", "ip_address", "logout_time", "user_agent", "path_info")


@admin.register(TOTPDevice)
class AppAdmin(History[Any]):
    title = gettext_lazy("Authenticator apps")
    summary = gettext_lazy(
        "Authenticator apps in force. Their secrets are shown once, to their owners, and to nobody here."
    )
    empty = gettext_lazy("Nobody has set up a second factor yet.")
    list_display = ("user", "name", "confirmed", "created_at", "last_used_at", "throttling_failure_count")
    list_filter = ("confirmed", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = ("user", "name", "confirmed", "created_at", "last_used_at", "throttling_failure_count")


@admin.register(StaticDevice)
class CodesAdmin(History[Any]):
    title = gettext_lazy("Recovery codes")
    summary = gettext_lazy(
        "Recovery codes: how many each account has left. The codes themselves are stored as digests."
    )
    empty = gettext_lazy("No recovery codes yet: they are made together with a second factor.")
    list_display = ("user", "left", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = ("user", "left", "created_at", "last_used_at")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(left_count=Count("token_set"))
        return rows

    @admin.display(description=gettext_lazy("codes left"), ordering="left_count")
    def left(self, sheet: Any) -> int:
        return int(sheet.left_count)


def _forget(attempt: Any, request: HttpRequest) -> None:
    name, address = attempt.username, attempt.ip_address
    attempt.delete()
    audit.record("account.unlock", by=person(request), after={"username": name, "address": address})
