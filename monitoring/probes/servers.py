"""PostgreSQL and the broker: do they answer, and are they set up as Kulis needs them?"""

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from monitoring import capacity
from monitoring.backup import place
from monitoring.backup.refusal import Refused
from monitoring.probes.finding import Finding, State, fail, ok, warn
from monitoring.probes.phrase import gettext as _

PATIENCE = 3.0


def database() -> list[Finding]:
    try:
        with place.live().connect() as line:
            row = line.execute("SHOW max_connections").fetchone()
            major = place.major(line)
    except Refused as refusal:
        return [fail("database", str(refusal), _("Start PostgreSQL, or correct DATABASE_URL."))]
    migrations = _migrations(major)
    if migrations.state is State.FAIL:
        return [migrations]
    return [migrations, _room(int(row[0]) if row else 0)]


def _migrations(major: int) -> Finding:
    missing = _unapplied()
    if missing:
        return fail(
            "database",
            _("The database lacks %(count)s migrations, the first is %(name)s.")
            % {"count": len(missing), "name": missing[0]},
            _("Run `manage.py migrate`."),
        )
    return ok("database", _("PostgreSQL %(major)s answers, with every migration.") % {"major": major})


def _unapplied() -> list[str]:
    loader = MigrationLoader(connection)
    return sorted(
        f"{app}.{name}" for app, name in set(loader.disk_migrations or {}) - set(loader.applied_migrations or {})
    )


def _room(has: int) -> Finding:
    room = capacity.connections(has)
    if room.fits:
        return ok("connections", _("Up to %(wanted)s of %(has)s connections.") % {"wanted": room.wanted, "has": has})
    text = _("%(processes)s processes with POOL_SIZE %(size)s may want %(wanted)s connections; PostgreSQL has %(has)s.")
    numbers = {"processes": room.processes, "size": room.size, "wanted": room.wanted, "has": has}
    return warn("connections", text % numbers, _("Lower POOL_SIZE, or raise max_connections of PostgreSQL."))


def broker() -> list[Finding]:
    line = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        policy = str(line.info("memory").get("maxmemory_policy", ""))
    except redis.RedisError as error:
        text = _("The broker does not answer: %(why)s") % {"why": error}
        return [fail("broker", text, _("Start Redis or Valkey, or correct REDIS_URL."))]
    finally:
        line.close()
    if policy != "noeviction":
        text = _("The broker may throw messages away (maxmemory-policy %(policy)s).") % {"policy": policy or "?"}
        return [warn("broker", text, _("Set maxmemory-policy to noeviction."))]
    return [ok("broker", _("The broker answers and throws nothing away."))]
