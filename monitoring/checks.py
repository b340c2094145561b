"""A start that could only work half is stopped, or warned of: `migrate`, `up` and every worker run these checks."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Doubt
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from conversations.models import Process
from monitoring import capacity, sealed


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


@register(Tags.database)
def connections_fit(*, databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """All pools together must leave room on the server."""
    try:
        found = [capacity.connections(_most(name)) for name in databases or [] if _knows_processes(name)]
    except DatabaseError:
        return []
    return [
        Doubt(
            f"POOL_SIZE: {one.processes} processes with {one.size} connections each may want {one.wanted};"
            f" max_connections of PostgreSQL is {one.has}, and {capacity.SPARE} must stay free.",
            hint="Lower POOL_SIZE or PROCESSES, or raise max_connections.",
            id="kulis.W003",
        )
        for one in found
        if not one.fits
    ]


@register()
def channel_layer_is_shared(**_kwargs: Any) -> list[CheckMessage]:
    """A layer in memory reaches its own process alone: what workers do would never wake a page."""
    if settings.DEBUG or "InMemory" not in settings.CHANNEL_LAYERS["default"]["BACKEND"]:
        return []
    hint = "Use channels_redis.pubsub.RedisPubSubChannelLayer."
    return [Error("CHANNEL_LAYERS: a layer in memory does not join processes.", hint=hint, id="kulis.E003")]


@register()
def one_visibility_timeout(**_kwargs: Any) -> list[CheckMessage]:
    """Of several values the shortest counts, for every task of the broker."""
    values = {
        settings.CELERY_VISIBILITY_TIMEOUT,
        settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("visibility_timeout"),
        settings.CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS.get("visibility_timeout"),
    }
    if values == {settings.VISIBILITY_TIMEOUT}:
        return []
    hint = "Let all three follow VISIBILITY_TIMEOUT."
    return [Error("The broker has more than one visibility_timeout.", hint=hint, id="kulis.E004")]


def _most(database: str) -> int:
    with connections[database].cursor() as cursor:
        cursor.execute("SHOW max_connections")
        return int(cursor.fetchone()[0])


def _knows_processes(database: str) -> bool:
    return Process._meta.db_table in connections[database].introspection.table_names()


def _holds_us(database: str) -> bool:
    """Asked first, because the server logs every query for a table that is not there yet."""
    return sealed.tables() <= set(connections[database].introspection.table_names())
