"""A start with the wrong key is stopped before anything works half: `migrate` and `up` run this check."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from monitoring import sealed


@register(Tags.database)
def sealed_values_open(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """One value of every key is tried. A database without our tables, or one that is away, is not its affair."""
    try:
        shut = [value for name in databases or [] if _holds_us(name) for value in sealed.shut(name, per_key=1)]
    except DatabaseError:
        return []
    except ImproperlyConfigured as broken:
        return [Error(str(broken), id="kulis.E001")]
    if not shut:
        return []
    first = shut[0]
    problem = f"FIELD_KEYS: does not open the {first.field} of {first.owner}, which was sealed with key {first.key!r}."
    return [Error(problem, hint="Put the key back that this database was used with.", id="kulis.E002")]


def _holds_us(database: str) -> bool:
    """Asked first, because the server logs every query for a table that is not there yet."""
    return sealed.tables() <= set(connections[database].introspection.table_names())
