"""Every further try that was granted, so that all processes together keep to one budget (`conversations.retries`)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.provider import Provider


class Retry(models.Model):
    provider = models.ForeignKey(
        Provider,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="retries",
        verbose_name=_("provider"),
        help_text=_("Empty: Telegram."),
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("retry")
        verbose_name_plural = _("retries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["provider", "at"], name="retry_of_endpoint")]

    def __str__(self) -> str:
        return f"{self.provider or 'Telegram'} · {self.at:%H:%M:%S}"
