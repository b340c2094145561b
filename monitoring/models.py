"""What monitoring itself remembers."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bots import vault
from conversations.models import Chat
from monitoring.grants import Role
from monitoring.health.models import Checkup, Counted, Probe, ProbeDay
from monitoring.incidents.models import Channel, Delivery, Incident, Lookout, Severity, Threshold
from monitoring.reports.models import Line, Report

__all__ = [
    "ApiKey", "Channel", "Checkup", "Counted", "Delivery", "Incident", "Invitation", "Line", "Lookout", "OneTimeLink",
    "Probe", "ProbeDay", "Report", "Session", "Severity", "Threshold",
]  # fmt: skip


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


class Session(AbstractBaseSession):
    """One sign-in of one account, in one browser."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="sessions")
    visit = models.CharField(max_length=16, db_index=True, help_text="Its name on pages; the key is shown to nobody.")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200)

    class Meta(AbstractBaseSession.Meta):
        db_table = "monitoring_session"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from monitoring.sessions import SessionStore  # the engine knows this model

        return SessionStore


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def good(self) -> Self:
        """Neither used nor withdrawn nor too old, by the clock of the database."""
        return self.filter(used_at=None, withdrawn_at=None, expires_at__gt=Now())


class Invitation(models.Model):
    """A link that lets one person in, as one role; or lets somebody who is in set a new password. Only its digest is
    kept: who reads the database cannot enter with it."""

    name = models.CharField(_("for whom"), max_length=100, help_text=_("So that you know later whom you meant."))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.OPERATOR)
    chats = models.ManyToManyField(
        Chat,
        blank=True,
        related_name="+",
        verbose_name=_("only these chats"),
        help_text=_("None chosen: every chat. An admin is never limited."),
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("account"),
        help_text=_("Who came in with it, or whose new password it is for."),
    )
    is_limited = models.BooleanField(_("only some chats"), default=False, editable=False)
    is_reset = models.BooleanField(_("for a new password"), default=False, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    author_name = models.CharField(_("from"), max_length=150, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("good until"), editable=False)
    used_at = models.DateTimeField(_("used"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def is_good(self, now: datetime) -> bool:
        return self.used_at is None and self.withdrawn_at is None and self.expires_at > now


class ApiKey(models.Model):
    """A program's way in. Only a keyed digest is kept; it may do what its scopes say and its owner may."""

    class Scope(models.TextChoices):
        METRICS = "read:metrics", _("read the numbers: engine, turns, processes")
        READ_CAST = "read:cast", _("read the cast: bots, personas, what they think, hold and remember")
        READ_TALK = "read:talk", _("read the talk: chats, members, messages, turns")
        READ_RULES = "read:rules", _("read the rules")
        WRITE_CAST = "write:cast", _("change the cast: bots, personas, what they think, hold and remember")
        WRITE_TALK = "write:talk", _("change the talk: chats, members, what waits for a person")
        WRITE_RULES = "write:rules", _("change the rules and the scale")
        PAUSE = "ops:pause", _("pause a chat, cancel what waits there")
        KILL = "ops:kill", _("stop the cast")
        AUDIT = "read:audit", _("read the audit trail")

    LONGEST = timedelta(days=366)

    name = models.CharField(_("what uses it"), max_length=60, help_text=_("As in: Grafana, alarm script."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, editable=False, related_name="+", verbose_name=_("owner")
    )
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope), verbose_name=_("may"))
    prefix = models.CharField(_("begins with"), max_length=16, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("good until"), editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class ApiAnswer(models.Model):
    """What a write of the API answered, by the key that came with it, so that the same request once more does nothing.

    Without `status` it is still being worked on, until `until` at the latest. Kept for a day.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, editable=False, related_name="+")
    caller = models.CharField(max_length=32, editable=False, help_text="“account”, or “key” and its number.")
    key = models.CharField(max_length=128, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    until = models.DateTimeField(editable=False)
    status = models.PositiveSmallIntegerField(null=True, editable=False)
    headers = models.JSONField(default=dict, editable=False)
    body = models.TextField(blank=True, editable=False, help_text="Sealed: answers hold what people wrote.")
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("answer of the API")
        verbose_name_plural = _("answers of the API")
        constraints = [
            models.UniqueConstraint(fields=["owner", "caller", "key"], name="api_answer_once"),
            models.CheckConstraint(condition=Q(body="") | Q(body__regex=vault.SEALED), name="api_answer_is_sealed"),
        ]
        indexes = [models.Index(fields=["created_at"], name="api_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} · {self.key}"

    @property
    def place(self) -> str:
        return f"monitoring_apianswer:{self.pk}:body"


class Fault(models.Model):
    """One kind of error of our programs, or of a browser that showed a page of ours: what, where, how often."""

    class Where(models.TextChoices):
        WEB = "web", _("pages")
        WORKER = "worker", _("workers")
        BEAT = "beat", _("clock")
        POLLER = "poller", _("poller")
        SCRIPT = "script", _("browser scripts")
        CSP = "csp", _("content policy")

    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    where = models.CharField(_("where"), max_length=6, choices=Where)
    kind = models.CharField(_("kind"), max_length=120)
    text = models.CharField(_("text"), max_length=300, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    sample = models.TextField(_("traceback"), blank=True)
    trace = models.UUIDField(null=True, editable=False)
    version = models.CharField(_("version"), max_length=32)
    first_version = models.CharField(_("first seen in version"), max_length=32)
    count = models.BigIntegerField(_("how often"))
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))
    came_back = models.BooleanField(_("came back"), default=False)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    solved_by = models.CharField(_("solved by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("error")
        verbose_name_plural = _("errors")
        ordering = ["-last_at", "-id"]
        default_permissions = ("view", "change")
        indexes = [
            models.Index(fields=["-last_at"], name="fault_by_time"),
            models.Index(fields=["where", "-last_at"], name="fault_of_place"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"[:100]


class FaultCount(models.Model):
    """How often one kind of error came within five minutes."""

    fault = models.ForeignKey(Fault, on_delete=models.CASCADE, related_name="counts")
    at = models.DateTimeField()
    count = models.BigIntegerField()

    class Meta:
        verbose_name = _("count of errors")
        verbose_name_plural = _("counts of errors")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["fault", "at"], name="fault_counted_once")]
        indexes = [models.Index(fields=["at"], name="fault_count_by_time")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.count}"
