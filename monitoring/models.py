"""What monitoring itself remembers."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OneTimeLinkQuerySet(models.QuerySet["OneTimeLink"]):
    def good(self) -> Self:
        """Not used and not too old, by the clock of the database."""
        return self.filter(used_at=None, expires_at__gt=Now())


class OneTimeLink(models.Model):
    """A way in, once. Only the digest is kept: who reads the database cannot enter with it."""

    class Purpose(models.TextChoices):
        GUEST = "guest", _("the guest of a demo")
        OWNER = "owner", _("the first account")

    purpose = models.CharField(_("for"), max_length=5, choices=Purpose, default=Purpose.GUEST)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects = OneTimeLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="link_expires_after_creation"),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
