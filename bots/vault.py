"""Secrets at rest: AES-256-GCM, bound to the one field of the one row that they were sealed for.

A sealed text reads `v1.KEY.BASE64`, where KEY names an entry of FIELD_KEYS. The first entry seals, all of them open, so
keys rotate without a pause. Row and field are authenticated: a sealed text copied to another row does not open there.
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SEALED = r"^v1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+=*$"
_NONCE = 12


class VaultError(Exception):
    """The sealed text cannot be opened: another key, another row, or damage."""


def seal(secret: str, *, place: str) -> str:
    """`secret` sealed for `place`, which is "table:row uuid:field"."""
    name, key = next(iter(_keys().items()))
    nonce = os.urandom(_NONCE)
    body = nonce + AESGCM(key).encrypt(nonce, secret.encode(), _bound(place, name))
    return f"v1.{name}.{base64.urlsafe_b64encode(body).decode()}"


def open(sealed: str, *, place: str) -> str:  # noqa: A001 - called as vault.open, the word of the trade
    """The secret. Raises VaultError for anything that was not sealed here, for this place, with a known key."""
    version, _, rest = sealed.partition(".")
    name, _, body = rest.partition(".")
    if version != "v1" or not body:
        raise VaultError("The stored value is not sealed.")
    key = _keys().get(name)
    if key is None:
        raise VaultError(f"The stored value was sealed with key {name!r}, which FIELD_KEYS does not hold.")
    try:
        raw = base64.urlsafe_b64decode(body)
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(place, name)).decode()
    except (InvalidTag, ValueError, binascii.Error) as broken:
        raise VaultError(
            "The stored value does not open: wrong key in FIELD_KEYS, or a value moved or damaged."
        ) from broken


def key_name(sealed: str) -> str:
    return sealed.split(".")[1]


def current_key() -> str:
    return next(iter(_keys()))


def signature(text: str) -> str:
    """A keyed digest of `text`: what only a holder of the current key can make."""
    return signatures(text)[0]


def matches(text: str, signature_given: str) -> bool:
    """Whether the current key made this signature of `text`."""
    return hmac.compare_digest(signature(text).encode(), signature_given.encode())


def signatures(text: str) -> list[str]:
    """What each key of FIELD_KEYS would make of `text`, the current one first: to find what an older one signed."""
    given = b"kulis-signature|" + text.encode()
    return [hmac.new(key, given, hashlib.sha256).hexdigest() for key in _keys().values()]


def derived(*, key: str, purpose: str, salt: bytes, length: int) -> bytes:
    """Key material for one purpose, made from the entry `key` of FIELD_KEYS. Raises VaultError when there is none."""
    secret = _keys().get(key)
    if secret is None:
        raise VaultError(f"FIELD_KEYS holds no key {key!r}.")
    return HKDF(hashes.SHA256(), length, salt, f"kulis|{key}|{purpose}".encode()).derive(secret)


def _bound(place: str, name: str) -> bytes:
    return f"kulis|{name}|{place}".encode()


def _keys() -> dict[str, bytes]:
    return _parse(tuple(settings.FIELD_KEYS))


@cache
def _parse(entries: tuple[str, ...]) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for entry in entries:
        name, _, text = entry.partition(":")
        try:
            key = base64.urlsafe_b64decode(text)
        except (ValueError, binascii.Error):
            key = b""
        if not name or "." in name or len(key) != 32:
            raise ImproperlyConfigured(
                f"FIELD_KEYS: entry {name or '?'!r} should read NAME:BASE64-OF-32-BYTES. See .env.example."
            )
        keys[name] = key
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS: is not set, so tokens and keys cannot be sealed. See .env.example.")
    return keys
