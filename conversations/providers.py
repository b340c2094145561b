"""The verbs that change where words come from: every writer of Provider, and the one way to try one out.

A key belongs to the address it was given for: another address starts without it, so no key ever reaches a second host.
"""

import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bots import audit, outbound, vault
from conversations import breakers, pool
from conversations.llm import adapters, ledger, port
from conversations.models import Breaker, Provider

ADJUSTABLE = (
    "model",
    "priority",
    "temperature",
    "max_tokens",
    "timeout",
    "requests_per_minute",
    "tokens_per_minute",
    "requests_per_day",
    "tokens_per_day",
    "context_tokens",
    "most_at_once",
)
TEST_SECONDS = 20.0
_KEY = re.compile(r"[!-~]{1,500}")
_SHORTEST_WITH_HINT = 16
_LONGEST_ADDRESS = 200


@dataclass(frozen=True, slots=True)
class Trial:
    text: str
    """A sentence for people."""
    ok: bool


def propose(
    name: str,
    *,
    base_url: str,
    model: str,
    key: str = "",
    priority: int = 10,
    kind: Provider.Kind = Provider.Kind.OPENAI,
    trusted: bool = False,
) -> Provider:
    """A provider that can be tried and then kept; nothing is written yet. Raises ValidationError, field by field."""
    provider = Provider(name=name, kind=kind, model=model, priority=priority, trusted_address=trusted)
    if not provider.is_offline:
        provider.base_url = _address(base_url, trusted=trusted)
        _seal(provider, key)
    elif base_url or key:
        raise ValidationError({"base_url": _("The offline voice has no address and no key.")})
    provider.full_clean()
    return provider


@transaction.atomic
def keep(provider: Provider, *, by: audit.Actor) -> Provider:
    """Write a proposed provider."""
    provider.save(force_insert=True)
    after = {name: getattr(provider, name) for name in ("kind", "base_url", "model", "priority")}
    audit.record("provider.add", by=by, subject=provider, after={**after, "key": bool(provider.api_key)})
    return provider


def add(name: str, *, by: audit.Actor, **wishes: Any) -> Provider:
    """Propose and keep, untried."""
    return keep(propose(name, **wishes), by=by)


@transaction.atomic
def adjust(provider: Provider, *, by: audit.Actor, **changes: Any) -> Provider:
    """Set its model, its place in the order, its limits and prices. Raises ValidationError, field by field."""
    if unknown := sorted(set(changes) - set(ADJUSTABLE)):
        raise ValidationError({name: _("A provider has no such setting.") for name in unknown})
    provider = _locked(provider)
    before = {name: str(getattr(provider, name)) for name in changes}
    for name, value in changes.items():
        setattr(provider, name, value)
    provider.full_clean()
    provider.save(update_fields=list(changes))
    after = {name: str(getattr(provider, name)) for name in changes}
    audit.record("provider.adjust", by=by, subject=provider, before=before, after=after)
    return provider


@transaction.atomic
def set_key(provider: Provider, key: str, *, by: audit.Actor) -> Provider:
    """Seal another key for its present address; an empty one takes the key away."""
    provider = _locked(provider)
    before = provider.api_key_hint
    _seal(provider, key)
    _begin_anew(provider, "api_key", "api_key_hint", by=by)
    audit.record(
        "provider.key", by=by, subject=provider, before={"ends": before}, after={"ends": provider.api_key_hint}
    )
    return provider


@transaction.atomic
def change_address(provider: Provider, base_url: str, *, by: audit.Actor, trusted: bool = False) -> Provider:
    """Point it elsewhere. Its key goes, because it was given for the old address."""
    provider = _locked(provider)
    before, after = provider.base_url, _address(base_url, trusted=trusted)
    if (before, provider.trusted_address) == (after, trusted):
        return provider
    if before != after:
        _seal(provider, "")
    provider.base_url, provider.trusted_address = after, trusted
    _begin_anew(provider, "base_url", "trusted_address", "api_key", "api_key_hint", by=by)
    audit.record("provider.address", by=by, subject=provider, before={"address": before}, after={"address": after})
    return provider


def enable(provider: Provider, *, by: audit.Actor) -> Provider:
    return _switch(provider, enabled=True, by=by)


def disable(provider: Provider, *, by: audit.Actor) -> Provider:
    return _switch(provider, enabled=False, by=by)


@transaction.atomic
def remove(provider: Provider, *, by: audit.Actor) -> None:
    """Only one that never worked: what the others cost stays known. Raises ValidationError."""
    provider = _locked(provider)
    if calls := provider.calls.count():
        raise ValidationError(
            _("%(name)s has written before (%(calls)s calls in the ledger). Disable it, and take its key away.")
            % {"name": provider, "calls": calls}
        )
    audit.record("provider.remove", by=by, subject=provider)
    provider.delete()


def test(provider: Provider) -> Trial:
    """Ask for one word. Costs a few tokens, writes nothing."""
    if provider.is_offline:
        return Trial(_("The offline voice speaks from this machine and needs nobody."), ok=True)
    pool.give_back()
    started = time.monotonic()
    try:
        adapters.of(provider).complete(_one_word(provider))
    except port.LLMError as error:
        return Trial(f"{error} {_offer(provider)}".strip(), ok=False)
    ms = round((time.monotonic() - started) * 1000)
    return Trial(_("%(model)s answered in %(ms)s ms.") % {"model": provider.model, "ms": ms}, ok=True)


def look(provider: Provider) -> Trial:
    """Whether address, key and model are right, for free where the provider lists its models."""
    try:
        if provider.is_offline or provider.model not in adapters.of(provider).models():
            return test(provider)
    except port.InvalidKey as error:
        return Trial(str(error), ok=False)
    except port.LLMError:
        return test(provider)
    return Trial(_("It offers %(model)s.") % {"model": provider.model}, ok=True)


def _one_word(provider: Provider) -> port.Request:
    return port.Request(
        messages=(port.PromptMessage("user", "Answer with the one word: hazır"),),
        brief=port.Brief(speaker="Kulis"),
        model=provider.model,
        seed=0,
        deadline=time.monotonic() + min(provider.timeout, TEST_SECONDS),
        max_tokens=provider.max_tokens,
        temperature=provider.temperature,
    )


def _offer(provider: Provider) -> str:
    """What the provider has instead, when it says so and that is the trouble."""
    try:
        models = adapters.of(provider).models()
    except port.LLMError:
        return ""
    if not models or provider.model in models:
        return ""
    return _("It offers: %(models)s.") % {"models": ", ".join(models[:8])}


def _address(base_url: str, *, trusted: bool) -> str:
    """The address as it is kept. Raises ValidationError."""
    address = base_url.strip().rstrip("/")
    try:
        if not trusted:
            outbound.check(address)
        parts = urlsplit(address)
        _port = parts.port
    except outbound.Blocked as blocked:
        raise ValidationError({"base_url": str(blocked)}) from blocked
    except ValueError:
        raise ValidationError({"base_url": _("This is no address that can be read.")}) from None
    plain = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain or len(address) > _LONGEST_ADDRESS:
        raise ValidationError({"base_url": _("An address reads like https://api.openai.com/v1.")})
    if parts.username is not None or parts.query or parts.fragment:
        raise ValidationError({"base_url": _("A key does not belong in the address.")})
    return address


def _seal(provider: Provider, key: str) -> None:
    key = key.strip()
    if key and not _KEY.fullmatch(key):
        raise ValidationError({"api_key": _("A key is one word of plain characters.")})
    provider.api_key = vault.seal(key, place=provider.place("api_key")) if key else ""
    provider.api_key_hint = key[-4:] if len(key) >= _SHORTEST_WITH_HINT else ""


def _begin_anew(provider: Provider, *fields: str, by: audit.Actor) -> None:
    """Save these fields; whatever went wrong before, and what its headers said, means nothing now."""
    anew = {
        "failures": 0, "resting_until": None, "last_error": "", "width": None, "narrowed_at": None,
        "told_requests": None, "left_requests": None, "left_requests_until": None,
        "told_tokens": None, "left_tokens": None, "left_tokens_until": None,
    }  # fmt: skip
    for name, value in anew.items():
        setattr(provider, name, value)
    provider.save(update_fields=[*fields, *anew])
    for breaker in Breaker.objects.filter(provider=provider).exclude(state=Breaker.State.CLOSED):
        breakers.reset(breaker, by=by)


@transaction.atomic
def _switch(provider: Provider, *, enabled: bool, by: audit.Actor) -> Provider:
    provider = _locked(provider)
    if provider.enabled != enabled:
        provider.enabled = enabled
        _begin_anew(provider, "enabled", by=by)
        audit.record("provider.enable" if enabled else "provider.disable", by=by, subject=provider)
    return provider


def _locked(provider: Provider) -> Provider:
    ledger.wait_in_line(provider.pk)
    return Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
