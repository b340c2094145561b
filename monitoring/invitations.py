"""Links that are handed over by whoever knows the person: one lets somebody in, the other sets a new password."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit
from conversations import remits
from conversations.models import Chat
from monitoring import entry, people, sessions
from monitoring.grants import Role
from monitoring.models import Invitation

GOOD_FOR = timedelta(days=2)
RESET_GOOD_FOR = timedelta(hours=24)


class Gone(Exception):
    """The link opens nothing: used, withdrawn, too old, or never ours."""


@transaction.atomic
def invite(
    name: str, role: Role, *, by: User, chats: Iterable[Chat] = (), good_for: timedelta = GOOD_FOR
) -> tuple[Invitation, str]:
    """An invitation and the link that lets one person in as `role`, limited to `chats` where some are named."""
    token = secrets.token_urlsafe(32)
    limits = list(chats)
    made = _made(token, name=name, role=role, by=by, good_for=good_for, is_limited=bool(limits))
    made.chats.set(limits)
    told = {"role": role.value, "chats": [chat.title for chat in made.chats.all()]}
    audit.record("invitation.add", by=by, subject=made, after=told)
    return made, _link(token)


@transaction.atomic
def reset(user: User, *, by: User) -> str:
    """The link that sets a new password. The old one is void at once, and every session ended."""
    if user == by:
        raise ValidationError(_("Your own password is changed under “Password”."))
    token = secrets.token_urlsafe(32)
    open_ones = Invitation.objects.good().filter(account=user, is_reset=True)
    open_ones.update(withdrawn_at=Now())
    role = people.role_of(user) or Role.ANALYST
    made = _made(token, name=user.get_username(), role=role, by=by, good_for=RESET_GOOD_FOR, account=user)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    sessions.end(user)
    audit.record("account.password_link", by=by, subject=user, after={"invitation": made.pk})
    return _link(token)


def found(token: str) -> Invitation:
    """The invitation behind a link. Raises Gone."""
    try:
        return Invitation.objects.good().select_related("account").get(digest=entry.digest(token))
    except Invitation.DoesNotExist as missing:
        raise Gone from missing


@transaction.atomic
def accept(token: str, *, username: str, password: str) -> User:
    """The account that the link was for. It works once. Raises Gone, or ValidationError field by field."""
    invitation = _spent(token)
    chats = list(invitation.chats.all())
    if invitation.is_limited and not chats:  # they are gone; nobody comes in without the limit that was meant
        raise Gone
    user = people.admit(username, password=password, role=Role(invitation.role), by=f"invitation {invitation.pk}")
    if chats:
        remits.limit(user, chats, by=f"invitation {invitation.pk}")
    invitation.account = user
    invitation.save(update_fields=["account"])
    return user


@transaction.atomic
def renew(token: str, *, password: str) -> User:
    """The new password of whom the link was for. Raises Gone, or ValidationError for a weak one."""
    user = _spent(token).account
    if user is None or not user.is_active:
        raise Gone
    people.set_password(user, password, by=user)
    return user


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    """It opens nothing any more. Raises ValidationError when it opened something already, or its time is over."""
    if not Invitation.objects.good().filter(pk=invitation.pk).update(withdrawn_at=Now()):
        raise ValidationError(_("It is over already."))
    audit.record("invitation.withdraw", by=by, subject=invitation)


def _spent(token: str) -> Invitation:
    """Of two who come with the same link one is let in: the second waits here and finds it used."""
    invitation = Invitation.objects.good().select_for_update().filter(digest=entry.digest(token)).first()
    if invitation is None:
        raise Gone
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    return invitation


def _made(
    token: str,
    *,
    name: str,
    role: Role,
    by: User,
    good_for: timedelta,
    account: User | None = None,
    is_limited: bool = False,
) -> Invitation:
    return Invitation.objects.create(
        name=name,
        role=role,
        account=account,
        is_limited=is_limited,
        is_reset=account is not None,
        digest=entry.digest(token),
        author_name=by.get_username(),
        expires_at=timezone.now() + good_for,
    )


def _link(token: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse("invitation", args=[token])
