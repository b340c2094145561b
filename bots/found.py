"""Names found and sorted by the rules of Turkish inside PostgreSQL, whose own rules are of no language here."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Func, Model, Q, QuerySet, TextField, Value
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


class Alphabetical(Func):
    """What sorts as a Turkish dictionary does: ç after c, ı before i, capitals beside their small letters."""

    output_field = TextField()
    template = f"translate(%(expressions)s, '{_SMALL}{_CAPITAL}', '{_PLACES * 2}') COLLATE \"C\""


def named(rows: "QuerySet[M]", words: Iterable[str], *columns: str) -> "QuerySet[M]":
    """Rows of which each word (as of `casing.plain`) stands in one of the columns; what begins with it comes first."""
    words = list(words)
    for word in words:
        rows = rows.filter(anywhere(word, *columns))
    places = [StrIndex(Plain(column), Value(words[0])) for column in columns]
    return rows.order_by(Greatest(*places) if len(places) > 1 else places[0], Alphabetical(columns[0]), "pk")


def anywhere(word: str, *columns: str) -> Q:
    """A word (as of `casing.plain`) in one of the columns, whatever their type."""
    found = Q()
    for column in columns:
        found |= Q(Contains(Plain(Cast(column, TextField())), Value(word)))
    return found
