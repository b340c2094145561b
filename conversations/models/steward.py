"""Who of the staff may stop the cast by Telegram."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Steward(models.Model):
    """Binds an account to a Telegram account. Proven by a code that only its holder could send to a bot in private."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="steward", verbose_name=_("account")
    )
    telegram_id = models.BigIntegerField(_("Telegram id"), null=True, blank=True, unique=True, editable=False)
    bound_at = models.DateTimeField(_("proven"), null=True, blank=True, editable=False)
    code = models.CharField(max_length=64, blank=True, editable=False, help_text=_("Digest of the one-time code."))
    code_expires_at = models.DateTimeField(_("code ends"), null=True, blank=True, editable=False)
    invited_at = models.DateTimeField(_("named"), auto_now_add=True)

    class Meta:
        verbose_name = _("steward")
        verbose_name_plural = _("stewards")
        ordering = ["user__username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(telegram_id=None, bound_at=None) | Q(telegram_id__gt=0, bound_at__isnull=False),
                name="steward_is_a_person_who_proved_it",
            ),
            models.CheckConstraint(condition=Q(code="") | Q(code_expires_at__isnull=False), name="steward_code_ends"),
        ]

    def __str__(self) -> str:
        return self.user.get_username()
