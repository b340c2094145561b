"""Filters in the address of a list: Django lets any column be one, and which rows are left tells what stands in it."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from typing_extensions import override

if TYPE_CHECKING:
    _Lists = admin.ModelAdmin[Any]
else:
    _Lists = object

SECRETS = frozenset({"token", "api_key", "secret", "digest", "password"})
"""Columns that no page shows to anybody, sealed or not."""


class Untold(_Lists):
    def untold(self, request: HttpRequest) -> Collection[str]:  # noqa: ARG002 - others look at who asks
        """Fields of which this person learns nothing, neither shown nor as a filter."""
        return SECRETS

    @override
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup.partition("__")[0] not in self.untold(request) and super().lookup_allowed(lookup, value, request)
