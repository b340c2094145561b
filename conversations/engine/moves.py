"""The moves of a turn: the one table of what may follow what. The database holds the same table as a trigger.

A terminal state is never left, but for `unresolved`, which later evidence or a person may make `sent`. Nothing but
proof of absence takes a turn from `uncertain` back to `composed`, and no policy skips what may have been sent.
"""

from collections.abc import Mapping

from conversations.models import Turn

_S = Turn.State

ALLOWED: Mapping[Turn.State, frozenset[Turn.State]] = {
    _S.PLANNED: frozenset({_S.COMPOSING, _S.SKIPPED}),
    _S.COMPOSING: frozenset({_S.COMPOSED, _S.HELD, _S.SKIPPED, _S.FAILED, _S.PLANNED}),
    _S.HELD: frozenset({_S.COMPOSED, _S.SKIPPED}),
    # Sent: the answer to an earlier try, or a receipt of it, came before the next try. Held: a person takes an approval
    # back before anything was tried.
    _S.COMPOSED: frozenset({_S.SENDING, _S.SENT, _S.SKIPPED, _S.HELD}),
    _S.SENDING: frozenset({_S.SENT, _S.FAILED, _S.COMPOSED, _S.UNCERTAIN}),
    _S.UNCERTAIN: frozenset({_S.SENT, _S.COMPOSED, _S.SKIPPED, _S.UNRESOLVED}),
    _S.SENT: frozenset(),
    _S.SKIPPED: frozenset(),
    _S.FAILED: frozenset(),
    _S.UNRESOLVED: frozenset({_S.SENT}),
}
LANDED = (_S.SENDING, _S.UNCERTAIN, _S.COMPOSED)
"""From where a claim's own answer may still make a turn sent."""
EVIDENCE = (_S.UNCERTAIN, _S.UNRESOLVED, _S.COMPOSED)
"""From where what somebody saw in the chat makes a turn sent."""
ABSENT = "expired_undelivered"
"""The one reason for which an uncertain turn is skipped: proven absent, and nobody needs it any more."""


def may(came: str, to: str) -> bool:
    return Turn.State(to) in ALLOWED[Turn.State(came)]


def terminal(state: str) -> bool:
    """Whether no machine moves a turn on from there."""
    return state in {_S.SENT, _S.SKIPPED, _S.FAILED, _S.UNRESOLVED}
