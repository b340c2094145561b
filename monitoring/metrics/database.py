"""PostgreSQL, as it tells of itself to whoever may connect."""

from collections.abc import Iterator

from django.db import connection
from prometheus_client.core import Metric

from monitoring.metrics.family import gauge

UP = "1 while PostgreSQL answers."
_ASKED = """
SELECT (SELECT sum(numbackends) FROM pg_stat_database), current_setting('max_connections')::int,
    (SELECT count(*) FROM pg_locks WHERE NOT granted), pg_database_size(current_database()),
    (SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) FROM pg_stat_archiver),
    coalesce((SELECT max(seq) FROM bots_auditlink), 0)
"""


def read() -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(_ASKED)
        used, most, waiting, size, failing, head = cursor.fetchone()
    yield gauge("kulis_database_up", UP, 1)
    yield gauge("kulis_database_connections", "Connections to the server, ours and others'.", used)
    yield gauge("kulis_database_connections_most", "Its max_connections.", most)
    yield gauge("kulis_database_waiting", "Locks that somebody waits for.", waiting)
    yield gauge("kulis_database_bytes", "Size of the database.", size)
    yield gauge("kulis_wal_archive_failing", "1 while PostgreSQL cannot archive its log.", failing)
    yield gauge("kulis_audit_head", "Number of the newest entry of the audit trail.", head)
