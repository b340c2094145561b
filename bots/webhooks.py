"""The secret that Telegram sends back with each update: it follows from the address alone, so no query is needed."""

import hmac
from uuid import UUID

from bots import vault


def secret(webhook_id: UUID, version: int) -> str:
    """What a bot's webhook is registered with; a higher `version` makes earlier secrets void."""
    return f"{version}-{vault.signature(f'webhook:{webhook_id}:{version}')}"


def version(webhook_id: UUID, given: str) -> int | None:
    """The version that `given` was made for, or None when it is not ours. Takes the same time for any wrong digest."""
    number, _, _digest = given.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 9):
        return None
    right = hmac.compare_digest(given.encode(), secret(webhook_id, int(number)).encode())
    return int(number) if right else None
