"""Who changed what, when and why. Rows are added and never touched again (a trigger sees to it)."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from bots.found import Plain, Together

FOUND_BY = ("actor_name", "action", "subject_name", "reason")
"""What is searched for words."""


class AuditEntry(models.Model):
    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("account")
    )
    actor_name = models.CharField(_("who"), max_length=150)
    action = models.CharField(_("action"), max_length=64)
    subject_kind = models.CharField(_("kind"), max_length=64, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_name = models.CharField(_("subject"), max_length=200, blank=True)
    before = models.JSONField(_("before"), default=dict, help_text=_("Evidence, as it was."))
    after = models.JSONField(_("after"), default=dict, help_text=_("Evidence, as it became. Never a secret."))
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        permissions = [("read_whole_trail", "Can read what others did")]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="audit_subject"),
            models.Index(fields=["action", "-at"], name="audit_by_action"),
            GinIndex(OpClass(Plain(Together(*FOUND_BY)), name="gin_trgm_ops"), name="audit_by_word"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} · {self.action} · {self.subject_name}"


class AuditLink(models.Model):
    """What binds an entry to the one before it. The database adds it when the entry's transaction commits, one after
    the other (migration `the_trail_is_a_chain`); `bots.trail` looks whether the chain holds."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="link")
    seq = models.BigIntegerField(unique=True)
    """Without gaps, in the order of commits."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the digest before and of everything that the entry says."""

    class Meta:
        verbose_name = _("link of the audit trail")
        verbose_name_plural = _("links of the audit trail")
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} · {self.digest[:12]}"
