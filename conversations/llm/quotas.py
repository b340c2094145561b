"""Reader: how much of its quotas a provider has used, by its rows and by its own word."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from conversations.models import Provider
from conversations.models.load import SLOT_SECONDS, SLOTS


@dataclass(frozen=True, slots=True)
class Use:
    name: str
    used: int
    limit: int

    @property
    def share(self) -> float:
        return self.used / self.limit if self.limit else 1.0

    @property
    def percent(self) -> int:
        return min(round(self.share * 100), 100)


def of(provider: Provider, now: datetime) -> list[Use]:
    """The quotas that somebody set or the provider named, the fullest first."""
    today = provider.day == timezone.localdate(now)
    found = [
        (str(_label(provider, "requests_per_minute")), _minute(provider.slot_requests, provider, now),
         provider.requests_per_minute),
        (str(_label(provider, "tokens_per_minute")), _minute(provider.slot_tokens, provider, now),
         provider.tokens_per_minute),
        (str(_label(provider, "requests_per_day")), provider.day_requests if today else 0, provider.requests_per_day),
        (str(_label(provider, "tokens_per_day")), provider.day_tokens if today else 0, provider.tokens_per_day),
        ("x-ratelimit-requests", _told(provider, "requests", now), provider.told_requests),
        ("x-ratelimit-tokens", _told(provider, "tokens", now), provider.told_tokens),
    ]  # fmt: skip
    uses = [Use(name, used, limit) for name, used, limit in found if limit is not None]
    return sorted(uses, key=lambda use: -use.share)


def _label(provider: Provider, name: str) -> object:
    return provider._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a column of its own


def _minute(counts: list[int], provider: Provider, now: datetime) -> int:
    behind = max(int(now.timestamp() // SLOT_SECONDS) - provider.slot, 0)
    return sum(counts[: max(SLOTS - behind, 0)])


def _told(provider: Provider, what: str, now: datetime) -> int:
    """What is gone of the limit that the provider named, as long as its word holds."""
    until, left = getattr(provider, f"left_{what}_until"), getattr(provider, f"left_{what}")
    limit = getattr(provider, f"told_{what}")
    if not until or until <= now or left is None or limit is None:
        return 0
    return max(int(limit - left), 0)
