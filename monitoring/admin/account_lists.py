"""The list of accounts: what it shows of each, and what it can be narrowed to. Everything comes in one query."""

from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from typing_extensions import override

from conversations.models import Remit
from monitoring import sessions
from monitoring.grants import Role
from monitoring.models import Session

LONG_AWAY = timedelta(days=30)
LOCKED_FOR = timedelta(hours=settings.AXES_COOLOFF_TIME)


def described(users: QuerySet[User], now: datetime) -> QuerySet[User]:
    """With factor_count, failures, is_locked, open_count and is_limited."""
    tries = AccessAttempt.objects.filter(username=OuterRef("username"), attempt_time__gt=now - LOCKED_FOR).order_by()
    by_address = tries.values("ip_address").annotate(wrong=Sum("failures_since_start"))
    everywhere = tries.values("username").annotate(wrong=Sum("failures_since_start")).values("wrong")
    signed_in = Session.objects.filter(
        account=OuterRef("pk"), seen_at__gt=now - sessions.IDLE, began_at__gt=now - sessions.LONGEST
    )
    counted = signed_in.order_by().values("account").annotate(count=Count("pk")).values("count")
    return users.annotate(
        factor_count=Count("totpdevice", filter=Q(totpdevice__confirmed=True), distinct=True),
        failures=Coalesce(Subquery(everywhere, output_field=IntegerField()), 0),
        is_locked=Exists(by_address.filter(wrong__gte=settings.AXES_FAILURE_LIMIT)),
        open_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        is_limited=Exists(Remit.objects.filter(user=OuterRef("pk"))),
    )


class ByRole(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Role.choices

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class BySignIn(admin.SimpleListFilter):
    """What an admin looks for when somebody cannot come in, or should not any more."""

    title = gettext_lazy("sign-in")
    parameter_name = "sign_in"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("locked", gettext_lazy("locked now")),
            ("failed", gettext_lazy("wrong tries of late")),
            ("open", gettext_lazy("signed in now")),
            ("bare", gettext_lazy("without second factor")),
            ("never", gettext_lazy("never signed in")),
            ("away", gettext_lazy("not for a month")),
        ]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {
            "locked": Q(is_locked=True),
            "failed": Q(failures__gt=0),
            "open": Q(open_count__gt=0),
            "bare": Q(factor_count=0),
            "never": Q(last_login=None),
            "away": Q(last_login__lt=timezone.now() - LONG_AWAY),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))
