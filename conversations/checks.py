"""A start with spans of time that do not fit together is stopped: two workers could then write the same message."""

from datetime import timedelta
from typing import Any

from django.core.checks import CheckMessage, Error, register

from conversations.engine import spans


@register()
def leases_outlast_writes(**_kwargs: Any) -> list[CheckMessage]:
    """Whoever finds a lease run out must be able to rely on it that its holder writes nothing any more."""
    return fitting(lease=spans.LEASE, write=spans.WRITE, margin=spans.MARGIN)


def fitting(*, lease: timedelta, write: timedelta, margin: timedelta) -> list[CheckMessage]:
    if lease > write + margin:
        return []
    problem = f"The lease of a send ({lease}) must be longer than its deadline ({write}) by more than {margin}."
    return [Error(problem, hint="conversations/engine/spans.py", id="kulis.E003")]
