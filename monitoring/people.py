"""Accounts of staff: who is let in, and as what. The only writer of accounts and roles.

An active admin always remains, whichever door is used: the verbs lock every admin's row before one leaves.
"""

from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from bots import audit
from conversations import takeover
from monitoring import grants, second_factor, sessions
from monitoring.grants import Role
from monitoring.models import Invitation


def ensure_roles() -> None:
    """Bring the groups in line with `grants`. Safe to call at any time."""
    for role in Role:
        _group(role)


def _group(role: Role) -> Group:
    group, _new = Group.objects.get_or_create(name=role.value)
    group.permissions.set(grants.permissions(role))
    return group


def role_of(user: User) -> Role | None:
    names = {group.name for group in user.groups.all()}
    return next((role for role in Role if role.value in names), None)


def has_admin() -> bool:
    return User.objects.filter(is_active=True, is_staff=True, is_superuser=True).exists()


@transaction.atomic
def admit(username: str, *, password: str, role: Role, by: audit.Actor, email: str = "") -> User:
    """A new account. Raises ValidationError, field by field, for a bad name, address or password."""
    user = User(username=username, email=email, is_staff=True, is_superuser=role is Role.ADMIN)
    user.full_clean(exclude=["password"])
    _take_password(user, password)
    user.save(force_insert=True)
    _seat(user, role)
    audit.record("account.add", by=by, subject=user, after={"role": role.value, "email": email})
    return user


@transaction.atomic
def assign(user: User, role: Role, *, by: audit.Actor) -> None:
    """Give an account its one role. Raises ValidationError when no admin would remain."""
    before = role_of(user)
    if role is not Role.ADMIN:
        _keep_an_admin(without=user)
    user.is_staff, user.is_superuser = True, role is Role.ADMIN
    user.save(update_fields=["is_staff", "is_superuser"])
    _seat(user, role)
    if before is Role.ADMIN and role is not Role.ADMIN:
        _withdraw(author_name=user.get_username())
    audit.record(
        "account.role", by=by, subject=user, before={"role": before.value if before else ""}, after={"role": role.value}
    )


@transaction.atomic
def deactivate(user: User, *, by: audit.Actor) -> None:
    """Shut an account out; its sessions end with the next request. Raises ValidationError for the last admin."""
    _keep_an_admin(without=user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions.end(user)
    _withdraw(author_name=user.get_username())
    takeover.release(user, by=by)
    audit.record("account.deactivate", by=by, subject=user)


@transaction.atomic
def activate(user: User, *, by: audit.Actor) -> None:
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("account.activate", by=by, subject=user)


@transaction.atomic
def reset_second_factor(user: User, *, by: audit.Actor) -> None:
    """Take the second factor away and sign the account out: with the next right password it sets up a new one."""
    second_factor.remove(user, by=by)
    sessions.end(user)


@transaction.atomic
def unlock(user: User, *, by: audit.Actor) -> None:
    """Forget the wrong passwords and codes, so that the account may try again at once."""
    AccessAttempt.objects.filter(username=user.get_username()).delete()
    second_factor.forgive(user)
    audit.record("account.unlock", by=by, subject=user)


@transaction.atomic
def sign_out(user: User, *, by: audit.Actor, visit: str = "", but: str | None = None) -> int:
    """End the sign-in that is called `visit`, or all of them; never the session whose key is `but`. How many ended."""
    ended = sessions.end(user, visit=visit or None, but=but)
    if ended:
        audit.record("account.sign_out", by=by, subject=user, after={"places": ended})
    return ended


@transaction.atomic
def set_password(user: User, password: str, *, by: audit.Actor, keep: str | None = None) -> None:
    """A new password; it ends the sessions opened with the old one. Raises ValidationError for a weak one."""
    _take_password(user, password)
    user.save(update_fields=["password"])
    sessions.end(user, but=keep)
    _withdraw(account=user, is_reset=True)  # a link for a new password is older than this one
    audit.record("account.password", by=by, subject=user)


def _withdraw(**whose: object) -> None:
    """Links that are still open lead nowhere any more."""
    Invitation.objects.good().filter(**whose).update(withdrawn_at=Now())


@transaction.atomic
def rename(user: User, *, by: audit.Actor, **names: str) -> None:
    """Change the user name, the person's name or the e-mail address."""
    before = {field: getattr(user, field) for field in names}
    for field, value in names.items():
        setattr(user, field, value)
    user.full_clean(exclude=["password"])
    user.save(update_fields=list(names))
    audit.record("account.names", by=by, subject=user, before=before, after=dict(names))


def _take_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from weak
    user.set_password(password)


def _seat(user: User, role: Role) -> None:
    user.groups.set([_group(role)])


def _keep_an_admin(*, without: User) -> None:
    admins = User.objects.select_for_update().filter(is_active=True, is_staff=True, is_superuser=True).order_by("pk")
    ids = [admin.pk for admin in admins]
    if ids == [without.pk]:
        raise ValidationError(_("This is the last active admin. Make somebody else an admin first."), code="last_admin")
