"""Doors for programs."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


class VerifiedStaff(BasePermission):
    """Staff who have shown their second factor in this session."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        user = request.user
        return bool(user.is_active and getattr(user, "is_staff", False) and user.is_verified())
