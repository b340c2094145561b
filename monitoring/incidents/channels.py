"""The verbs that change where notices go: the only writers of Channel. Addresses that are secrets are sealed."""

import base64
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bots import audit, outbound, vault
from conversations.engine import clock
from monitoring.incidents import carriers, outbox, telling
from monitoring.incidents.models import Channel, Delivery


def judge(kind: str, given: dict[str, Any], *, has_address: bool) -> None:
    """Whether a channel of this kind has what it needs. `given` by fields. Raises ValidationError, field by field."""
    wanted = {
        Channel.Kind.EMAIL: ("email",), Channel.Kind.TELEGRAM: ("bot", "steward"),
    }.get(Channel.Kind(kind), () if has_address else ("new_address",))  # fmt: skip
    missing = {name: _("This kind of channel needs it.") for name in wanted if not given.get(name)}
    if missing:
        raise ValidationError(missing)
    steward = given.get("steward")
    if kind == Channel.Kind.TELEGRAM and steward and steward.telegram_id is None:
        raise ValidationError({"steward": _("This steward has not proven a Telegram account yet.")})
    if address := given.get("new_address"):
        _check(address)


def set_address(channel: Channel, address: str, *, by: audit.Actor) -> str:
    """Seal where it goes. A webhook gets a new signing secret with it, which is returned: it is shown once."""
    _check(address)
    with transaction.atomic():
        channel.address = vault.seal(address, place=channel.place("address"))
        channel.address_hint = (urlsplit(address).hostname or "")[:120]
        secret = _new_secret(channel) if channel.kind == Channel.Kind.WEBHOOK else ""
        channel.failures, channel.last_error = 0, ""
        channel.save(update_fields=["address", "address_hint", "secret", "failures", "last_error"])
        audit.record("channel.address", by=by, subject=channel, after={"host": channel.address_hint})
    return secret


@transaction.atomic
def renew_secret(channel: Channel, *, by: audit.Actor) -> str:
    """Sign with another secret from now on. It is returned once. Raises ValidationError for what is not signed."""
    if channel.kind != Channel.Kind.WEBHOOK:
        raise ValidationError(_("Only webhooks are signed."))
    secret = _new_secret(channel)
    channel.save(update_fields=["secret"])
    audit.record("channel.secret", by=by, subject=channel)
    return secret


def _new_secret(channel: Channel) -> str:
    secret = carriers.PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    channel.secret = vault.seal(secret, place=channel.place("secret"))
    return secret


def _check(address: str) -> None:
    try:
        outbound.check(address)
    except outbound.Blocked as blocked:
        raise ValidationError({"new_address": str(blocked)}) from None


def try_out(channel: Channel, *, by: audit.Actor) -> str:
    """Send a test through it now. Returns a sentence; raises ValidationError with the reason when it did not arrive."""
    with transaction.atomic():
        waiting = telling.test(channel, clock.now())
        audit.record("channel.test", by=by, subject=channel)
    delivery = outbox.claim(waiting)
    if delivery is not None:
        outbox.send(delivery)
    ended = Delivery.objects.get(pk=waiting.pk)
    if ended.state != Delivery.State.SENT:
        outbox.forgo(ended)
        raise ValidationError(ended.error or _("Somebody else is sending it just now."))
    return _("The test got through.")


@transaction.atomic
def subscribe(person: User, *, by: audit.Actor, **wishes: Any) -> Channel:
    """What somebody wants by e-mail: email, language, daily, weekly, least. Raises ValidationError, field by field."""
    channel = Channel.objects.select_for_update().filter(person=person, own=True).first()
    channel = channel or Channel(person=person, own=True, kind=Channel.Kind.EMAIL)
    names = ("email", "language", "daily", "weekly", "least")
    before = {name: str(getattr(channel, name)) for name in names} if channel.pk else {}
    for name in names:
        setattr(channel, name, wishes[name])
    with translation.override(channel.language):
        channel.name = f"{person.get_username()}: {channel.get_kind_display()}"[:60]
    channel.full_clean(exclude=["person"])
    channel.save()
    audit.record("channel.subscribe", by=by, subject=channel, before=before, after={k: str(wishes[k]) for k in names})
    return channel


def of_their_own(person: User) -> Channel | None:
    return Channel.objects.filter(person=person, own=True).first()
