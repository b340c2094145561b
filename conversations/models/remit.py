"""Which chats somebody of the house has to do with, where that is not all of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.chat import Chat


class Remit(models.Model):
    """An account with a row here sees and does only what these chats are about; one without is not limited."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="remit",
        verbose_name=_("account"),
    )
    chats = models.ManyToManyField(Chat, blank=True, related_name="+", verbose_name=_("chats"))

    class Meta:
        verbose_name = _("remit")
        verbose_name_plural = _("remits")

    def __str__(self) -> str:
        return str(self.user)
