"""A database from before the migrations were squashed comes to the same present as a new one."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.chaos.outcome import Outcome, Row
from tests.chaos.theatre import House

OLDEST = "0004"
LAST = "conversations"
KINDS = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
    " WHERE table_schema = 'public'",
    # A name that PostgreSQL or Django made up begins with its table.
    "constraints": "SELECT conrelid::regclass::text,"
    " CASE WHEN starts_with(conname, conrelid::regclass::text) THEN '' ELSE conname END, pg_get_constraintdef(oid)"
    " FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


def run(house: House) -> Outcome:
    new, steps = {kind: _found(kind) for kind in KINDS}, _steps()
    call_command("migrate", LAST, OLDEST, verbosity=0)
    steps -= _steps()
    call_command("migrate", verbosity=0)
    rows = [
        Row("upgrade", f"from {LAST}.{OLDEST}", len(steps), f"{kind} that differ", len(_found(kind) ^ new[kind]))
        for kind in KINDS
    ]
    connection.close()
    return Outcome("upgrade", rows, {row.figure: row.value for row in rows})


def _found(kind: str) -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(KINDS[kind])
        return set(cursor.fetchall())


def _steps() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())
