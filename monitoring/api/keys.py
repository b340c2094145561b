"""Keys for programs: made by an admin, shown once, kept as a keyed digest, good for a while and for a few things."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from bots import audit, vault
from monitoring.models import ApiKey

_MARK = "kulis_"
_SHOWN = 12
_NOTED = timedelta(minutes=1)
"""How exactly it is known when a key was used last."""


@transaction.atomic
def make(name: str, scopes: Iterable[str], *, by: User, good_for: timedelta) -> tuple[ApiKey, str]:
    """A key and its secret, which nobody can read again. Raises ValidationError for a time that is too long."""
    if not timedelta(0) < good_for <= ApiKey.LONGEST:
        raise ValidationError(_("A key is good for a year at most."))
    secret = _MARK + secrets.token_urlsafe(32)
    key = ApiKey(
        name=name,
        owner=by,
        scopes=sorted(scopes),
        prefix=secret[:_SHOWN],
        digest=vault.signature(_signed(secret)),
        expires_at=timezone.now() + good_for,
    )
    key.full_clean()
    key.save(force_insert=True)
    audit.record("api_key.add", by=by, subject=key, after={"scopes": key.scopes, "until": str(key.expires_at.date())})
    return key, secret


@transaction.atomic
def revoke(key: ApiKey, *, by: audit.Actor) -> None:
    """It opens nothing any more. Raises ValidationError when it was revoked already."""
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=Now()):
        raise ValidationError(_("It was revoked already."))
    audit.record("api_key.revoke", by=by, subject=key)


def found(secret: str) -> ApiKey | None:
    """The key behind a secret, when it still opens something; its use is noted."""
    digests = vault.signatures(_signed(secret))
    good = ApiKey.objects.filter(digest__in=digests, revoked_at=None, expires_at__gt=Now(), owner__is_active=True)
    key = good.select_related("owner").first()
    if key is not None:
        stale = Q(used_at=None) | Q(used_at__lt=Now() - _NOTED) | ~Q(digest=digests[0])
        ApiKey.objects.filter(stale, pk=key.pk).update(used_at=Now(), digest=digests[0])
    return key


def actor(key: ApiKey) -> str:
    """Who the audit trail names: the program, and whose key it has."""
    return f"{key.name} · {key.owner.get_username()}"[:150]


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer kulis_…`"""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        kind, _blank, secret = get_authorization_header(request).decode("latin1").partition(" ")
        if not kind:
            return None
        key = found(secret.strip()) if kind.lower() == "bearer" else None
        if key is None:
            raise AuthenticationFailed(_("This key is unknown, too old, or revoked."))
        return key.owner, key

    def authenticate_header(self, request: Request) -> str | None:
        return "Bearer" if get_authorization_header(request) else None


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema of the API calls it."""

    target_class = "monitoring.api.keys.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002 - the library hands it over
        return {"type": "http", "scheme": "bearer"}


def _signed(secret: str) -> str:
    return f"api key|{secret}"
