"""The verbs that change sources of prices and what they brought: the only writers of both.

A key belongs to the address it was given for: another address starts without it.
"""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bots import audit, outbound, vault
from conversations import fetching
from conversations.market import remote
from conversations.market.port import Offers
from conversations.models import Quote, QuoteSource

LEASE = timedelta(minutes=1)
KEPT = timedelta(days=2)
_KEY = re.compile(r"[!-~]{1,500}")


def judge(kind: str, address: str) -> None:
    """Whether a source of this kind may have this address. Raises ValidationError."""
    if kind == QuoteSource.Kind.DEMO:
        if address:
            raise ValidationError(_("The sample data has no address."))
        return
    if not address:
        raise ValidationError(_("A source of prices needs an address, unless it is the sample data."))
    if kind == QuoteSource.Kind.HTTP and remote.PLACE not in urlsplit(address).path + urlsplit(address).query:
        raise ValidationError(_("Write {symbol} where the code belongs, behind the host."))
    try:
        outbound.check(address.replace(remote.PLACE, "THYAO"))
    except outbound.Blocked as blocked:
        raise ValidationError(str(blocked)) from None


@transaction.atomic
def claim(now: datetime) -> QuoteSource | None:
    """The source that waits longest, taken for one look; None when none is due."""
    due = QuoteSource.objects.filter(Q(next_at=None) | Q(next_at__lte=now), enabled=True)
    source = due.order_by("next_at", "pk").select_for_update(skip_locked=True).first()
    if source is not None:
        QuoteSource.objects.filter(pk=source.pk).update(next_at=now + LEASE)
    return source


@transaction.atomic
def keep(source: QuoteSource, offers: Offers, now: datetime) -> None:
    """Write what one look brought."""
    quotes = [
        Quote(
            symbol=offer.symbol,
            price=offer.price,
            change=offer.change,
            currency=offer.currency or source.currency,
            source=source.name,
            demo=source.kind == QuoteSource.Kind.DEMO,
            as_of=offer.as_of,
        )
        for offer in offers.prices
    ]
    Quote.objects.bulk_create(quotes, ignore_conflicts=True)
    QuoteSource.objects.filter(pk=source.pk).update(
        failures=0,
        last_error="; ".join(offers.complaints)[:300],
        found=len(quotes),
        fetched_at=now,
        next_at=fetching.again(now, source.every_minutes, 0),
    )


def failed(source: QuoteSource, why: str, now: datetime) -> None:
    """Look again, but later with every failure."""
    QuoteSource.objects.filter(pk=source.pk).update(
        failures=source.failures + 1,
        last_error=why[:300],
        fetched_at=now,
        next_at=fetching.again(now, source.every_minutes, source.failures + 1),
    )


@transaction.atomic
def set_key(source: QuoteSource, key: str, *, by: audit.Actor) -> None:
    """Seal another key for its present address; an empty one takes the key away."""
    key = key.strip()
    if key and not _KEY.fullmatch(key):
        raise ValidationError({"api_key": _("A key is one word of plain characters.")})
    had = bool(source.api_key)
    source.api_key = vault.seal(key, place=source.place("api_key")) if key else ""
    QuoteSource.objects.filter(pk=source.pk).update(api_key=source.api_key, failures=0, last_error="", next_at=None)
    audit.record("quotesource.key", by=by, subject=source, before={"key": had}, after={"key": bool(key)})


@transaction.atomic
def moved(source: QuoteSource, *, by: audit.Actor) -> None:
    """It has another address: its key goes, and nothing that the old one said counts."""
    if source.api_key:
        set_key(source, "", by=by)
    QuoteSource.objects.filter(pk=source.pk).update(failures=0, last_error="", next_at=None, fetched_at=None, found=0)


def switch(source: QuoteSource, *, enabled: bool, by: audit.Actor) -> None:
    """Ask it from now on, or no more."""
    with transaction.atomic():
        if not QuoteSource.objects.filter(pk=source.pk, enabled=not enabled).update(
            enabled=enabled, failures=0, last_error="", next_at=None
        ):
            return
        audit.record("quotesource.enable" if enabled else "quotesource.disable", by=by, subject=source)


def prune(now: datetime) -> int:
    """Forget prices that nobody may state any more; what a turn was given stays on the turn."""
    return Quote.objects.filter(as_of__lt=now - KEPT).delete()[0]


def said(source: QuoteSource) -> str:
    """How its last look went, in plain words."""
    if source.failures:
        return source.last_error
    if source.fetched_at is None:
        return _("Not looked at yet.")
    text = _("%(found)s prices.") % {"found": source.found}
    return f"{text} {source.last_error}".strip()
