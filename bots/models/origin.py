"""The document that an imported bot came from: evidence, and what an export gives back of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bots import sheet
from bots.models.bot import Bot


class Origin(models.Model):
    class Format(models.TextChoices):
        KULIS = sheet.Format.KULIS, _("Kulis cast")
        CARD_V1 = sheet.Format.CARD_V1, "Character Card V1"
        CARD_V2 = sheet.Format.CARD_V2, "Character Card V2"
        CARD_V3 = sheet.Format.CARD_V3, "Character Card V3"
        ELIZA = sheet.Format.ELIZA, "elizaOS"
        TINYTROUPE = sheet.Format.TINYTROUPE, "TinyTroupe"

    bot = models.OneToOneField(Bot, on_delete=models.CASCADE, related_name="origin", verbose_name=_("bot"))
    format = models.CharField(_("format"), max_length=16, choices=Format)
    version = models.CharField(_("version"), max_length=16, blank=True)
    document = models.JSONField(
        _("document"), help_text=_("Evidence, as it was brought, without secrets. Exports give back what is not used.")
    )
    sha256 = models.CharField(_("sha256 of the file"), max_length=64)
    created_at = models.DateTimeField(_("imported"), auto_now_add=True)

    class Meta:
        verbose_name = _("origin")
        verbose_name_plural = _("origins")
        ordering = ["bot"]
        constraints = [
            models.CheckConstraint(
                condition=Q(format__in=[known.value for known in sheet.Format]), name="origin_is_of_a_known_format"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="origin_names_its_file"),
        ]

    def __str__(self) -> str:
        return f"{self.bot} · {self.get_format_display()}"
