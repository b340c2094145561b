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
from django_otp_webauthn.models import WebAuthnCredential
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


class OfAnAccount(History[Any]):
    """django-otp names its fields in English only; these columns speak the language of the page."""

    list_select_related = ("user",)
    search_fields = ("user__username",)

    @admin.display(description=gettext_lazy("account"), ordering="user__username")
    def whose(self, device: Any) -> str:
        return str(device.user)

    @admin.display(description=gettext_lazy("created"), ordering="created_at")
    def made(self, device: Any) -> Any:
        return device.created_at

    @admin.display(description=gettext_lazy("last used"), ordering="last_used_at")
    def used(self, device: Any) -> Any:
        return device.last_used_at


@admin.register(TOTPDevice)
class AppAdmin(OfAnAccount):
    title = gettext_lazy("Authenticator apps")
    summary = gettext_lazy(
        "Authenticator apps in force. Their secrets are shown once, to their owners, and to nobody here."
    )
    empty = gettext_lazy("Nobody has set up a second factor yet.")
    list_display = ("whose", "in_force", "made", "used", "wrong_codes")
    fields = ("whose", "in_force", "made", "used", "wrong_codes")

    @admin.display(description=gettext_lazy("in force"), ordering="confirmed", boolean=True)
    def in_force(self, app: Any) -> bool:
        return bool(app.confirmed)

    @admin.display(description=gettext_lazy("wrong codes in a row"), ordering="throttling_failure_count")
    def wrong_codes(self, app: Any) -> int:
        return int(app.throttling_failure_count)


@admin.register(StaticDevice)
class CodesAdmin(OfAnAccount):
    title = gettext_lazy("Recovery codes")
    summary = gettext_lazy(
        "Recovery codes: how many each account has left. The codes themselves are stored as digests."
    )
    empty = gettext_lazy("No recovery codes yet: they are made together with a second factor.")
    list_display = ("whose", "left", "made", "used")
    fields = ("whose", "left", "made", "used")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(left_count=Count("token_set"))
        return rows

    @admin.display(description=gettext_lazy("codes left"), ordering="left_count")
    def left(self, sheet: Any) -> int:
        return int(sheet.left_count)


@admin.register(WebAuthnCredential)
class PasskeyAdmin(OfAnAccount):
    title = gettext_lazy("Passkeys")
    summary = gettext_lazy("Passkeys in force, beside the authenticator apps. Their owners add and remove them.")
    empty = gettext_lazy("Nobody has a passkey yet. Everybody adds one under “Second factor”.")
    list_display = ("whose", "name", "made", "used")
    fields = ("whose", "name", "made", "used")


def _forget(attempt: Any, request: HttpRequest) -> None:
    name, address = attempt.username, attempt.ip_address
    attempt.delete()
    audit.record("account.unlock", by=person(request), after={"username": name, "address": address})
