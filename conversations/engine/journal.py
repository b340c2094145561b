"""What moves a turn, as lines of the log: with the trace, so that one search brings the whole way of a message."""

import logging

from conversations.models import Turn

_log = logging.getLogger("kulis.turns")


def moved(turn: Turn, to: str, *, came: str = "", reason: str = "") -> None:
    """Told after the statement that moved it. `came` is known where only one state is possible."""
    if not _log.isEnabledFor(logging.INFO):
        return
    # One that was only pointed at, by its number, does not know its trace.
    told = {
        "trace_id": None if turn._state.adding else turn.traced.hex, "msg_id": turn.pk, "gen": turn.gen,
        "bot": turn.bot_id, "chat": turn.chat_id,
        "state_from": str(came or turn.state), "state_to": str(to), "reason": reason,
    }  # fmt: skip
    _log.info("Turn %s: %s", turn.pk, to, extra=told)


def swept(counts: dict[str, int]) -> None:
    """What recovery moved, many at once; the rows say which."""
    _log.info("Recovered: %s", ", ".join(f"{name} {count}" for name, count in counts.items() if count))
