"""Lists: page after page by cursor, with filters that are looked at before they are used."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from conversations import remits
from monitoring.api.door import Door

V = TypeVar("V", bound="type[List]")
MOST = 200


class Pages(CursorPagination):
    """{"next", "previous", "results"}; `limit` says how many on a page, `cursor` comes from `next`."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = MOST

    @override
    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get("limit", str(self.page_size))
        if not (given.isascii() and given.isdecimal() and len(given) < 5 and 1 <= int(given) <= MOST):
            raise exceptions.ValidationError({"limit": _("A number from 1 to %(most)d.") % {"most": MOST}})
        return int(given)

    @override
    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError, OverflowError) as error:  # a cursor that somebody made up
            raise exceptions.NotFound(_("This cursor leads nowhere. Begin without one.")) from error

    @override
    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        found = super().get_schema_operation_parameters(view)
        for parameter in found:
            if parameter["name"] == "limit":
                parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": MOST, "default": self.page_size}
        return found


class Newest(Pages):
    ordering = ("-id",)


class ById(Pages):
    ordering = ("id",)


class LatestSaid(Pages):
    ordering = ("-said_at", "-id")


class Nothing(serializers.Serializer[dict[str, Any]]):
    """No filter."""


class List(Door):
    """The rows that somebody has to do with, page by page."""

    rows: ClassVar[Any]
    shape: ClassVar[Any]
    filters: ClassVar[type[serializers.Serializer[dict[str, Any]]]] = Nothing
    pagination_class: ClassVar[type[Pages]] = ById

    def chosen(self, rows: "models.QuerySet[Any]", given: dict[str, Any]) -> "models.QuerySet[Any]":
        """By the filters: each is called as its column, unless the list knows better."""
        return rows.filter(**given)

    def within(self, request: Request, **_where: Any) -> "models.QuerySet[Any]":
        return remits.within(request.user, self.rows.all())

    def page(self, request: Request, **where: Any) -> Response:
        pages = self.pagination_class()
        found = self.chosen(self.within(request, **where), asked(request, self.filters, "cursor", "limit"))
        rows: Sequence[Any] = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response(self.shape(rows, many=True, context={"request": request}).data)

    def get(self, request: Request, **where: Any) -> Response:
        return self.page(request, **where)


def asked(request: Request, filters: type[serializers.Serializer[dict[str, Any]]], *besides: str) -> dict[str, Any]:
    """The filters in the address, where other names may stand `besides`. Raises ValidationError for one that there is
    not, or that is nonsense."""
    given = filters(data=request.query_params.dict())
    if unknown := sorted(set(request.query_params) - set(given.fields) - set(besides)):
        raise exceptions.ValidationError({name: _("There is no such filter here.") for name in unknown})
    given.is_valid(raise_exception=True)
    return {name: value for name, value in given.validated_data.items() if value not in (None, "")}


def listed(summary: str, shape: Any, filters: type[serializers.Serializer[dict[str, Any]]] | None = None) -> Any:
    """How the schema tells of a list."""
    return extend_schema(summary=summary, responses=shape(many=True), parameters=[filters] if filters else None)
