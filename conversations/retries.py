"""The retry budget: of all requests of two minutes at most a tenth may be further tries, whoever makes them.

One for Telegram, one for each provider. When everything fails, the load grows by that tenth and no more. Requests are
counted in the ledgers (SendAttempt, LLMCall); granted retries have rows of their own. The first `ALWAYS` of a window
are granted however quiet it is, or a single lost packet would cost a quiet cast its message.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

WINDOW = timedelta(minutes=2)
SHARE = 0.1
ALWAYS = 3
_LOCK = 7_341_004


@dataclass(frozen=True, slots=True)
class Spent:
    """What the window that ends now holds."""

    requests: int
    retries: int

    @property
    def allowed(self) -> int:
        return max(ALWAYS, int(self.requests * SHARE))

    @property
    def is_out(self) -> bool:
        return self.retries >= self.allowed


@transaction.atomic
def take(provider_id: int | None = None) -> bool:
    """Take one further try from the budget of a provider, or of Telegram. False when it is used up.

    Exact however many ask at once: they queue up behind one lock, which is held until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", [_LOCK, provider_id or 0])
        if spent(provider_id).is_out:
            return False
        cursor.execute(_TAKE, _asked(provider_id))
    return True


def spent(provider_id: int | None = None) -> Spent:
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN if provider_id else _SENT, _asked(provider_id))
        return Spent(*cursor.fetchone())


def _asked(provider_id: int | None) -> dict[str, Any]:
    return {"provider": provider_id, "window": WINDOW}


_GRANTED = """
    (SELECT count(*) FROM conversations_retry
     WHERE provider_id IS NOT DISTINCT FROM %(provider)s AND at > clock_timestamp() - %(window)s)
"""
_SENT = f"""
SELECT (
    SELECT count(*) FROM conversations_sendattempt attempt
    JOIN conversations_turn turn ON turn.id = attempt.turn_id JOIN conversations_chat chat ON chat.id = turn.chat_id
    WHERE attempt.started_at > clock_timestamp() - %(window)s AND chat.kind = 'telegram'
), {_GRANTED}
"""  # noqa: S608 - our own words
_WRITTEN = f"""
SELECT (
    SELECT count(*) FROM conversations_llmcall
    WHERE provider_id = %(provider)s AND started_at > clock_timestamp() - %(window)s
), {_GRANTED}
"""  # noqa: S608 - our own words
_TAKE = """
WITH over AS (DELETE FROM conversations_retry WHERE at <= clock_timestamp() - %(window)s)
INSERT INTO conversations_retry (provider_id, at) VALUES (%(provider)s, clock_timestamp())
"""
