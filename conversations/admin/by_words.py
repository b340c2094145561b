"""Searching what was said by its words and by who said it: an index serves each, and rows are looked up by number."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import and_

from django.db.models import Model, Q, QuerySet

from bots import found
from bots.models import Bot
from conversations import remits, spoken
from conversations.models import Message

MOST = 1_000
"""Messages that are found for a word, the newest ones."""
Naming = Callable[[str], Q | None]
"""Rows that belong to those who are called so; None when nobody is."""


def matching(words: list[str], *, viewer: remits.Person, said: str, named: Naming) -> Q:
    """Rows whose text holds all words, or those of a named one whose text holds the others.

    `said` is the lookup under which rows go by numbers of messages; those of `viewer` alone are looked through.
    """
    theirs = remits.within(viewer, Message.objects.all())
    fits = Q(**{said: spoken.newest(words, most=MOST, rows=theirs)})
    who = {word: rows for word in words if (rows := named(word)) is not None}
    if not who:
        return fits
    others = [word for word in words if word not in who]
    named_ones = reduce(and_, who.values())
    if not others:
        return fits | named_ones
    return fits | (named_ones & Q(**{said: spoken.newest(others, most=MOST, rows=theirs)}))


def called(word: str, **places: tuple["QuerySet[Model]", Iterable[str]]) -> Q | None:
    """By lookup, the rows to search and the columns of their names."""
    whose = Q()
    for lookup, (rows, columns) in places.items():
        numbers = list(rows.filter(found.anywhere(word, *columns)).values_list("pk", flat=True)[:MOST])
        whose |= Q(**{lookup: numbers}) if numbers else Q()
    return whose or None


def bots() -> tuple["QuerySet[Bot]", Iterable[str]]:
    return Bot.objects.all(), ("username", "persona__name")
