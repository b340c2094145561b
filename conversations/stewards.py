"""Who of the staff may stop the cast by Telegram: named at a desk, proven by a code sent to a bot in private.

Stopping is all that works by Telegram; starting needs somebody in front of the control room.
"""

import re
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit, vault
from conversations import control
from conversations.models import Steward

VALID = timedelta(minutes=15)
MAY_STOP = "conversations.stop_engine"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE = re.compile(r"[A-Z2-9]{5}-[A-Z2-9]{5}")


@transaction.atomic
def invite(user: User, *, by: audit.Actor) -> str:
    """Make an account a steward, or let it prove another Telegram account. Returns the code, which is shown once.

    Raises ValidationError for an account that may not stop the cast at its desk either.
    """
    if not _may_stop(user):
        raise ValidationError(_("%(user)s may not stop the cast, so it cannot do so by Telegram.") % {"user": user})
    code = "-".join("".join(secrets.choice(_LETTERS) for _letter in range(5)) for _part in range(2))
    steward, _new = Steward.objects.update_or_create(
        user=user, defaults={"code": _digest(code), "code_expires_at": timezone.now() + VALID}
    )
    audit.record("steward.invite", by=by, subject=steward)
    return code


@transaction.atomic
def bind(telegram_id: int, text: str) -> bool:
    """Somebody sent a text to a bot in private: whether it was a valid code, which is used up now."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        return False
    open_ones = Steward.objects.filter(code=_digest(code), code_expires_at__gt=timezone.now())
    steward = open_ones.select_for_update(of=("self",)).select_related("user").first()
    if steward is None or not _may_stop(steward.user):
        return False
    if Steward.objects.filter(telegram_id=telegram_id).exclude(pk=steward.pk).exists():
        return False
    steward.telegram_id, steward.bound_at, steward.code, steward.code_expires_at = telegram_id, timezone.now(), "", None
    steward.save()
    audit.record("steward.bind", by=steward.user, subject=steward, reason=_("By the code, in a private chat."))
    return True


@transaction.atomic
def dismiss(user: User, *, by: audit.Actor) -> bool:
    """The account can no longer stop the cast by Telegram. False when it could not anyway."""
    steward = Steward.objects.filter(user=user).first()
    if steward is None:
        return False
    audit.record("steward.dismiss", by=by, subject=steward)
    steward.delete()
    return True


def of(telegram_id: int) -> Steward | None:
    """The steward behind a Telegram account, as long as the account of the house may stop the cast itself."""
    steward = Steward.objects.filter(telegram_id=telegram_id).select_related("user").first()
    return steward if steward and _may_stop(steward.user) else None


def stop(steward: Steward) -> None:
    control.stop(by=steward.user, reason=_("By Telegram (/durdur)."))


def _may_stop(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm(MAY_STOP)


def _digest(code: str) -> str:
    return vault.signature(f"steward:{code}")
