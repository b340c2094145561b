"""What a worker looks at before its first task: what it could not work with stops it, the rest is said aloud."""

import logging

import redis
from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as Doubt
from django.db import DEFAULT_DB_ALIAS

from conversations import pool
from monitoring import capacity, checks

PATIENCE = 3.0
_log = logging.getLogger(__name__)


def expect_order(*, threads: int) -> None:
    """Raises SystemExit with one line for what must not be."""
    found = [*checks.channel_layer_is_shared(), *checks.one_visibility_timeout()]
    try:
        found += checks.sealed_values_open(databases=[DEFAULT_DB_ALIAS])
        found += checks.connections_fit(databases=[DEFAULT_DB_ALIAS])
    finally:
        pool.give_back()
    found += [*_threads(threads), *_broker()]
    if serious := [message for message in found if message.is_serious()]:
        raise SystemExit(" ".join(_line(message) for message in serious))
    for message in found:
        _log.warning(_line(message))


def _threads(threads: int) -> list[CheckMessage]:
    if capacity.pool_fits(threads):
        return []
    text = f"WORKER_THREADS: {threads} tasks at once may wait for the {settings.POOL_SIZE} connections of POOL_SIZE."
    hint = f"Raise POOL_SIZE to {capacity.needed(threads)}, or lower WORKER_THREADS."
    return [Doubt(text, hint=hint, id="kulis.W005")]


def _broker() -> list[CheckMessage]:
    """A broker that is away comes back, and the worker waits for it; one that throws messages away is said."""
    try:
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=PATIENCE) as line:
            policy = str(line.info("memory").get("maxmemory_policy", "?"))
    except redis.RedisError as error:
        return [Doubt(f"REDIS_URL: the broker does not answer ({type(error).__name__}).", id="kulis.W006")]
    if policy == "noeviction":
        return []
    text = f"REDIS_URL: the broker may throw messages away (maxmemory-policy {policy})."
    return [Doubt(text, hint="Set maxmemory-policy to noeviction.", id="kulis.W007")]


def _line(message: CheckMessage) -> str:
    return " ".join(f"{message.msg} {message.hint or ''}".split())
