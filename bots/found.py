"""Names found and sorted by the rules of Turkish inside PostgreSQL, whose own rules are of no language here."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import Expression, Func, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Greatest, StrIndex
from django.db.models.lookups import Contains

M = TypeVar("M", bound=Model)
_MARKED, _BARE = "ÇĞİIÖŞÜÂÎÛçğıöşüâîû", "cgiiosuaiucgiosuaiu"
_SMALL = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
_CAPITAL = "ABCÇDEFGĞHIİJKLMNOÖPQRSŞTUÜVWXYZ"
_PLACES = "".join(chr(ord("A") + place) for place in range(len(_SMALL)))


class Plain(Func):
    """`casing.plain` of a column, as an index can hold it."""

    output_field = TextField()
    template = f"lower(translate(%(expressions)s, '{_MARKED}', '{_BARE}'))"


class _Line(Func):
    output_field = TextField()
    template = "coalesce((%(expressions)s)::text, '')"


class Together(Func):
    """Columns of any type as one text, a line each. Unlike concat_ws it is immutable: an index can hold it."""

    output_field = TextField()
    template, arg_joiner = "(%(expressions)s)", " || E'\\n' || "

    def __init__(self, *columns: Any, **options: Any) -> None:
        super().__init__(
            *(column if isinstance(column, Expression) else _Line(column) for column in columns), **options
        )


class Alphabetical(Func):
    """What sorts as a Turkish dictionary does: ç after c, ı before i, capitals beside their small letters."""

    output_field = TextField()
    template = f"translate(%(expressions)s, '{_SMALL}{_CAPITAL}', '{_PLACES * 2}') COLLATE \"C\""


def named(rows: "QuerySet[M]", words: Iterable[str], *columns: str) -> "QuerySet[M]":
    """Rows of which each word (as of `casing.plain`) stands in one of the columns; what begins with it comes first."""
    words = list(words)
    for word in words:
        rows = rows.filter(reduce(or_, (anywhere(word, column) for column in columns)))  # each has its index
    places = [StrIndex(Plain(column), Value(words[0])) for column in columns]
    return rows.order_by(Greatest(*places) if len(places) > 1 else places[0], Alphabetical(columns[0]), "pk")


def anywhere(word: str, *columns: str) -> Q:
    """A word (as of `casing.plain`) in one of the columns, whatever their type: they are read as one text."""
    together = Together(*columns) if len(columns) > 1 else Cast(columns[0], TextField())
    return Q(Contains(Plain(together), Value(word)))
