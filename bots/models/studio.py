"""How a bot was at each save, and parts of it that others may be given. `bots.studio` writes both."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bots.models.bot import Bot


class Version(models.Model):
    """A bot as people wrote it at one moment. A row never changes."""

    class Kind(models.TextChoices):
        SAVED = "saved", pgettext_lazy("version", "saved")
        RESTORED = "restored", pgettext_lazy("version", "restored")
        FRAGMENT = "fragment", pgettext_lazy("version", "given a fragment")
        DUPLICATED = "duplicated", pgettext_lazy("version", "duplicated")
        FOUND = "found", pgettext_lazy("version", "as it was found")

    bot = models.ForeignKey(Bot, on_delete=models.CASCADE, related_name="versions", verbose_name=_("bot"))
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SAVED)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("account")
    )
    author_name = models.CharField(_("author"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    restores = models.PositiveIntegerField(_("restores version"), null=True)
    facts = models.JSONField(_("content"), help_text=_("Evidence, as it was. What it learned in chats is left out."))
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)

    class Meta:
        verbose_name = _("version of a bot")
        verbose_name_plural = _("versions of bots")
        ordering = ["bot", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "number"], name="version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.bot} · {self.number}"


class Fragment(models.Model):
    """A part of a version under a name: a style, a temper, hours or a pace, to be given to others."""

    class Kind(models.TextChoices):
        STYLE = "style", _("style of writing")
        TEMPER = "temper", _("emotion profile")
        HOURS = "hours", _("active hours")
        PACE = "pace", _("pace")

    name = models.CharField(_("name"), max_length=64)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="fragments", verbose_name=_("version"))
    author_name = models.CharField(_("author"), max_length=150, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("fragment")
        verbose_name_plural = _("fragments")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"],
                name="fragment_once",
                violation_error_message=_("There is a fragment of this kind with this name already."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="fragment_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
