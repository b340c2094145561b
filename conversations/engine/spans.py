"""The spans of time that the safety of sending rests on. Leases run on the clock of the database."""

from datetime import timedelta

LEASE = timedelta(seconds=60)
"""How long a claim to send is held."""
WRITE = timedelta(seconds=20)
"""From just before the claim to the end of the exchange with Telegram; not one byte is written later."""
MARGIN = timedelta(seconds=15)
"""For what neither clock sees: a slow answer of the database, a lookup of a name."""
EARLY = timedelta(seconds=5)
"""Telegram's clock may be so far behind ours: a message of a claim may be dated so long before it."""
LATE = timedelta(seconds=60)
"""... and so far ahead: what was written by the deadline is dated at most so long after it."""
SIGHT = timedelta(hours=23)
"""Telegram drops what it could not bring for a day: an observer that was silent for longer proves nothing."""
PROOF = timedelta(minutes=10)
"""How long after its expiry an uncertain turn waits for proof."""
REPEAT = timedelta(hours=24)
"""So long a bot does not say the same twice in a chat: otherwise a receipt could mean either."""
