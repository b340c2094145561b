"""Time that passes at once: every moment on file moves back, so that the database finds itself later."""

from django.db import connection

_MOVED = {
    "conversations_turn": "due_at send_after typing_from expires_at lease_until uncertain_since created_at sent_at "
    "ended_at",
    "conversations_sendattempt": "started_at ended_at",
    "conversations_membership": "next_at gated_until last_said_at sees_bots_since sees_bots_at taken_at taken_until",
    "conversations_chat": "next_due next_at spoke_at heard_at stirred_at",
    "conversations_message": "said_at created_at",
    "conversations_inboundupdate": "received_at",
    "bots_bot": "next_at gated_until",
}
_DATES = """UPDATE conversations_inboundupdate
SET payload = jsonb_set(payload, '{message,date}', to_jsonb((payload #>> '{message,date}')::bigint - %s))
WHERE payload ? 'message'"""


def pass_by(seconds: int) -> None:
    with connection.cursor() as cursor:
        for table, columns in _MOVED.items():
            moved = ", ".join(f"{name} = {name} - make_interval(secs => {seconds})" for name in columns.split())
            cursor.execute(f"UPDATE {table} SET {moved}")  # noqa: S608 - our own words
        cursor.execute(_DATES, [seconds])
