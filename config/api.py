"""Doors for programs: who may use them, and how often."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

from monitoring import access
from monitoring.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView


class VerifiedStaff(BasePermission):
    """Staff who hold the permission that a view names in `needs`: with the second factor shown in this session, or by
    a key of theirs whose scopes include the view's `scope`. A view without a scope is none for keys."""

    message = _("Sign in with your second factor, in a role that includes this, or use a key with the scope for it.")

    def has_permission(self, request: Request, view: "APIView") -> bool:
        user = request.user
        staff = user.is_active and getattr(user, "is_staff", False)
        key = request.auth if isinstance(request.auth, ApiKey) else None
        let_in = getattr(view, "scope", "") in key.scopes if key else access.is_verified(user)
        return staff and let_in and access.may(user, getattr(view, "needs", access.SEE))


class Pace(UserRateThrottle):
    """So many requests an account may make. Redis counts; without Redis nobody is turned away."""

    rate = "240/min"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError):
            return True
