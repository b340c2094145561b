"""The one way into the audit trail: inside the transaction of the change it tells of."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, User
from django.db import models

from bots.models import AuditEntry

Actor = AbstractBaseUser | str
"""A signed-in account, or the name of a door: "manage.py", "engine"."""


def record(
    action: str,
    *,
    by: Actor,
    subject: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    using: str = "default",
) -> AuditEntry:
    """Add one entry. `before` and `after` hold what a person should see of the change, never a secret."""
    return AuditEntry.objects.using(using).create(
        action=action,
        actor=account(by),
        actor_name=name(by),
        subject_kind=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        subject_name=str(subject)[:200] if subject else "",
        before=before or {},
        after=after or {},
        reason=reason.replace("\x00", ""),
    )


def name(by: Actor) -> str:
    return by if isinstance(by, str) else by.get_username()


def account(by: Actor) -> User | None:
    return by if isinstance(by, User) else None
