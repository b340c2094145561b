"""The second factor of an account: an authenticator app, and ten recovery codes for the day the phone is lost. Passkeys
stand beside it (`monitoring.passkeys`).

Recovery codes are kept as digests: what is shown once cannot be read back, neither from a page nor from a backup.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from bots import audit

CODES = 10
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # without l and o, 0 and 1: they are read from paper


@dataclass(frozen=True, slots=True)
class Issued:
    """What the person must keep, shown once."""

    device: TOTPDevice
    codes: list[str]


def is_set_up(user: User) -> bool:
    return app(user) is not None


def app(user: User) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("-pk").first()


def codes_left(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def secret(device: TOTPDevice) -> str:
    """The shared secret as authenticator apps take it: Base32 in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@transaction.atomic
def begin(user: User) -> TOTPDevice:
    """A fresh secret, not yet in force. What an earlier visit left unfinished is void: others may have seen it."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name=_("Authenticator app"), confirmed=False)


@transaction.atomic
def issue(user: User, *, by: audit.Actor) -> Issued:
    """A second factor in force at once, in place of any older one: for the command line."""
    return _put_in_force(begin(user), by=by)


def confirm(device: TOTPDevice, code: str, *, by: audit.Actor) -> Issued:
    """Put `device` in force, in place of any older one. Raises ValidationError for a wrong code."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().get(pk=device.pk)
        refusal = _try(device, "".join(code.split()))
        if refusal is None:
            return _put_in_force(device, by=by)
    raise refusal


def verify(user: User, code: str) -> Device:
    """The device that `code` proves: six digits are the app's, anything else is a recovery code.

    Raises ValidationError in plain words. A code works once; wrong ones make the next try wait longer and longer.
    """
    with transaction.atomic():
        device, given = _meant(user, "".join(code.split()))
        if device is None:
            raise ValidationError(_("This account has no such second factor."), code="wrong_code")
        refusal = _try(device, given)
        if refusal is None:
            _note_use(user, device)
            return device
    raise refusal


@transaction.atomic
def renew_codes(user: User, *, by: audit.Actor) -> list[str]:
    """Ten new recovery codes; the old ones are void."""
    StaticDevice.objects.filter(user=user).delete()
    sheet = StaticDevice.objects.create(user=user, name=_("Recovery codes"))
    codes = ["-".join("".join(secrets.choice(_LETTERS) for _i in range(4)) for _g in range(4)) for _n in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=sheet, token=_digest(user, code)) for code in codes)
    audit.record("second_factor.codes", by=by, subject=user, after={"codes": CODES})
    return codes


@transaction.atomic
def remove(user: User, *, by: audit.Actor) -> None:
    """Take the second factor away: at the next sign-in the account sets up a new one."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    WebAuthnCredential.objects.filter(user=user).delete()
    audit.record("second_factor.remove", by=by, subject=user)


def forgive(user: User) -> None:
    """Forget the wrong codes, so that the next try need not wait."""
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.filter(user=user).update(throttling_failure_count=0, throttling_failure_timestamp=None)


def _put_in_force(device: TOTPDevice, *, by: audit.Actor) -> Issued:
    replaced, _models = TOTPDevice.objects.filter(user=device.user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    audit.record("second_factor.set_up", by=by, subject=device.user, after={"replaced": bool(replaced)})
    return Issued(device, renew_codes(device.user, by=by))


def _meant(user: User, code: str) -> tuple[Device | None, str]:
    kind = TOTPDevice if len(code) == 6 and code.isdigit() else StaticDevice
    device = kind.objects.select_for_update().filter(user=user, confirmed=True).order_by("-pk").first()
    return device, code if kind is TOTPDevice else _digest(user, code)


def _try(device: Device, code: str) -> ValidationError | None:
    """Why `code` is refused. Returned, not raised: the failure must be counted in this transaction."""
    allowed, why = device.verify_is_allowed()
    if not allowed:
        count = (why or {}).get("failure_count", 0)
        text = ngettext(
            "One wrong code was tried. Wait a moment, then try again.",
            "%(count)d wrong codes were tried. Wait a little longer each time, then try again.",
            count,
        )
        return ValidationError(text % {"count": count}, code="wait")
    if device.verify_token(code):
        return None
    text = _("This code is not right, or was used already. Wait for the next one, and check the clock of your phone.")
    return ValidationError(text, code="wrong_code")


def _note_use(user: User, device: Device) -> None:
    if isinstance(device, StaticDevice):
        audit.record("second_factor.recovery_code", by=user, subject=user, after={"left": codes_left(user)})


def _digest(user: User, code: str) -> str:
    """Sixteen characters of SHA-256: the codes hold 80 random bits, so the digest cannot be searched."""
    plain = f"{user.pk}:{code.replace('-', '').lower()}"
    return base64.urlsafe_b64encode(hashlib.sha256(plain.encode()).digest()).decode()[:16]
