"""Pages of a list without counting what nobody leafs through: above a number it says "more than"."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from typing_extensions import override

MOST = 10_000


if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator


class Bounded(_Paginator):
    @cached_property
    @override
    def count(self) -> int:
        """How many rows there are, or one more than `MOST` where there are more still."""
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST + 1].count())
