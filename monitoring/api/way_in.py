"""Who comes in by the API, and how often."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from typing_extensions import override

from monitoring import access
from monitoring.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView

ANYBODY = "staff"
"""In place of a permission: all staff with both factors shown; the view looks closer."""
ANY_SCOPE = "any"
"""In place of a scope: every key that is good for something."""


class VerifiedStaff(BasePermission):
    """Staff with the permission that the view names: `needs` to read, `writes` for every other method. Either the
    second factor was shown in this session, or a key of theirs has the scope: `scope` to read, `write_scope` for the
    others. What names none is closed: to everybody, or to keys."""

    message = _("Sign in with your second factor, in a role that includes this, or use a key with the scope for it.")

    @override
    def has_permission(self, request: Request, view: Any) -> bool:
        user, reads = request.user, request.method in SAFE_METHODS
        key = request.auth if isinstance(request.auth, ApiKey) else None
        scope, needs = (view.scope, view.needs) if reads else (view.write_scope, view.writes)
        if request.method not in view.allowed_methods:
            scope, needs = ANY_SCOPE, ANYBODY  # whoever is let in anywhere learns that it is no method here
        let_in = _opens(key, scope) if key else access.is_verified(user)
        staff = user.is_active and getattr(user, "is_staff", False)
        return staff and let_in and (needs == ANYBODY or access.may(user, needs))


def _opens(key: ApiKey, scope: str) -> bool:
    return scope == ANY_SCOPE or scope in key.scopes


class _Pace(SimpleRateThrottle):
    """Redis counts; without Redis nobody is turned away."""

    @override
    def allow_request(self, request: Request, view: "APIView") -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError):
            return True


class Pace(_Pace):
    """So many requests one key may make, or one account in its browsers."""

    scope, rate = "caller", "240/min"

    @override
    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        who = f"key-{request.auth.pk}" if isinstance(request.auth, ApiKey) else f"account-{request.user.pk}"
        return f"api-pace-{who}" if request.user.pk else None


class PaceOfAccount(_Pace):
    """So many an account may make with all its keys together."""

    scope, rate = "account", "960/min"

    @override
    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        return f"api-pace-all-{request.user.pk}" if request.user.pk else None
