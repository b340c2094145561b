"""Lists over tables that never stop growing: nothing that a page shows may need a look at every row."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import cached_property
from typing_extensions import override

from bots import found
from bots.models import Bot

M = TypeVar("M", bound=models.Model)
MOST = 10_000
"""Rows through which one leafs; what lies further back is reached by a filter."""
SEARCHED = 50_000
"""The newest rows of a ledger, which no index serves: a word is looked for in these."""
LOOKED_AT = 5_000
"""The newest rows, whose values a filter offers."""

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator


def holding(word: str, columns: Sequence[str]) -> Q:
    """A word in one of these columns. Bots are few and rows are many: their names are looked through once."""
    names = [column.removeprefix("bot__") for column in columns if column.startswith("bot__")]
    own = [column for column in columns if not column.startswith("bot__")]
    held = found.anywhere(word, *own) if own else Q(pk=None)
    if names:
        held |= Q(bot__in=list(Bot.objects.filter(found.anywhere(word, *names)).values_list("pk", flat=True)))
    return held


def newest(rows: "models.QuerySet[M]", most: int) -> "models.QuerySet[M]":
    """The newest of these rows, as rows that can be narrowed further."""
    edge = rows.order_by("-pk").values_list("pk", flat=True)[most : most + 1]
    oldest = next(iter(edge), None)
    return rows if oldest is None else rows.filter(pk__gt=oldest)


class Bounded(_Paginator):
    @override
    @cached_property
    def count(self) -> int:
        """Counted as far as anybody leafs."""
        rows = self.object_list
        return rows.order_by()[:MOST].count() if isinstance(rows, models.QuerySet) else len(rows)

    @property
    def is_full(self) -> bool:
        """Whether there may be more than were counted."""
        return self.count >= MOST


class Recent(admin.AllValuesFieldListFilter):
    """Offers the values of the newest rows, and the one that is chosen."""

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, Any],
        model: type[models.Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        rows = model._default_manager.order_by()
        newest = rows.filter(pk__in=rows.order_by("-pk").values("pk")[:LOOKED_AT])
        values = set(newest.values_list(field_path, flat=True).distinct())
        self.lookup_choices: Any = sorted(values | set(self.lookup_val or ()), key=lambda value: (value is None, value))


admin.FieldListFilter.register(
    lambda field: isinstance(field, models.CharField) and not field.choices, Recent, take_priority=True
)
