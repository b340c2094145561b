"""A Turn: one attempt by one bot to say one thing in one chat.

The row is at once the lock, the outbox, the log, the measurement and the audit trail. Which moves there are is told in
`conversations.engine.moves`; each is a conditional UPDATE, and a trigger refuses any other. What may never be true is
a constraint here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self
from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from bots import traces
from bots.models import Bot, Persona, Stance
from bots.models.mind import EMBEDDING_SIZE
from conversations.models.chat import Chat
from conversations.models.message import Message
from conversations.models.provider import Provider
from conversations.models.rules import Rules
from conversations.models.world import Headline


class TurnQuerySet(models.QuerySet["Turn"]):
    def open(self) -> Self:
        return self.filter(state__in=Turn.OPEN)


class Turn(models.Model):
    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        COMPOSING = "composing", _("being written")
        HELD = "held", _("waits for approval")
        COMPOSED = "composed", _("ready to send")
        SENDING = "sending", _("being sent")
        UNCERTAIN = "uncertain", _("perhaps delivered")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")
        UNRESOLVED = "unresolved", _("never resolved")

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", _("its turn came")
        MENTION = "mention", _("it was mentioned")
        REPLY = "reply", _("it was replied to")
        QUESTION = "question", _("a question to everybody")
        NEWS = "news", _("news came in")
        OPERATOR = "operator", _("a person spoke through it")

    class Intent(models.TextChoices):
        MESSAGE = "message", _("new thought")
        REPLY = "reply", _("reply to a bot")
        ANSWER = "answer", _("answer to a person")
        REACTION = "reaction", _("emoji on a message")

    class Length(models.TextChoices):
        SHORT = "short", _("short")
        MEDIUM = "medium", _("medium")
        LONG = "long", _("long")

    UNSENT = (State.PLANNED, State.COMPOSING, State.HELD, State.COMPOSED)
    OPEN = (*UNSENT, State.SENDING, State.UNCERTAIN)
    NAMED = (Trigger.MENTION, Trigger.REPLY)
    ANSWERS = (Trigger.MENTION, Trigger.REPLY, Trigger.QUESTION)
    CHATTER = (Trigger.SCHEDULE, Trigger.NEWS)
    HEAVY = ("candidates", "prompt", "verdicts", "quotes", "embedding")
    """Fields that tell how it came about: what moves it need not carry them."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    trace = models.UUIDField(
        null=True, default=traces.own, editable=False, help_text="What it belongs to, from the update or slot on."
    )
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="turns", verbose_name=_("chat"))
    bot = models.ForeignKey(
        Bot, on_delete=models.PROTECT, null=True, blank=True, related_name="turns", verbose_name=_("bot")
    )
    trigger = models.CharField(_("trigger"), max_length=10, choices=Trigger)
    cause = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("caused by")
    )
    plan_key = models.CharField(max_length=120, unique=True, editable=False)
    priority = models.PositiveSmallIntegerField(_("priority"), help_text=_("Lower goes first."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField(_("reason"), max_length=64, blank=True, help_text=_("Why it ended as it did."))
    detail = models.TextField(_("detail"), blank=True)

    gen = models.PositiveIntegerField(_("claims"), default=0, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries to write"), default=0, editable=False)
    sends = models.PositiveSmallIntegerField(_("tries to send"), default=0, editable=False)
    lease_owner = models.CharField(max_length=120, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    chat_seq = models.BigIntegerField(null=True, blank=True, editable=False)
    restore_epoch = models.PositiveIntegerField(default=0, editable=False)
    retry_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="retries", verbose_name=_("retry of")
    )

    due_at = models.DateTimeField(_("due"))
    composing_at = models.DateTimeField(_("writing began"), null=True, blank=True, editable=False)
    composed_at = models.DateTimeField(_("writing ended"), null=True, blank=True, editable=False)
    send_after = models.DateTimeField(_("send after"), null=True, blank=True)
    typing_from = models.DateTimeField(_("typing from"), null=True, blank=True)
    typing_shown_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))

    intent = models.CharField(_("intent"), max_length=10, choices=Intent, blank=True)
    reply_to = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reply to")
    )
    quoting = models.BooleanField(
        _("as a reply"), default=True, help_text=_("A reply in the chat, or an answer by its words alone.")
    )
    mention = models.CharField(_("addresses"), max_length=128, blank=True)
    topic = models.CharField(_("topic"), max_length=64, blank=True)
    length = models.CharField(_("length"), max_length=6, choices=Length, blank=True)
    seed = models.BigIntegerField(editable=False)
    persona = models.ForeignKey(
        Persona, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("persona")
    )
    rules = models.ForeignKey(
        Rules, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rules")
    )
    stance = models.ForeignKey(
        Stance, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("stance")
    )
    headline = models.ForeignKey(
        Headline,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="turns",
        verbose_name=_("headline"),
        help_text=_("The news that this turn takes up."),
    )
    phrase = models.CharField(_("signature phrase"), max_length=200, blank=True)
    anecdote = models.CharField(_("anecdote"), max_length=400, blank=True)
    memories = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("memories used"))

    candidates = models.JSONField(
        _("candidates"), default=list, help_text=_("Evidence: every candidate with score and blocking reason.")
    )
    prompt = models.JSONField(
        _("prompt"), default=list, help_text=_("Evidence: the messages as the model received them.")
    )
    verdicts = models.JSONField(
        _("verdicts"), default=list, help_text=_("Evidence: what voice, guard and duplicate check said.")
    )
    quotes = models.JSONField(
        _("prices"), default=list, blank=True, help_text=_("Evidence: the prices that the model was given.")
    )
    draft = models.TextField(_("draft"), blank=True)
    text = models.TextField(_("text"), blank=True)
    embedding = VectorField(dimensions=EMBEDDING_SIZE, null=True, editable=False)
    text_sha256 = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Of its letters and digits: what a receipt is told by."
    )

    provider = models.ForeignKey(
        Provider, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("provider")
    )
    model = models.CharField(_("model"), max_length=100, blank=True)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), default=0)
    completion_tokens = models.PositiveIntegerField(_("completion tokens"), default=0)
    cached_tokens = models.PositiveIntegerField(_("cached tokens"), default=0)
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=6, default=0, help_text=_("In US dollars."))
    model_ms = models.PositiveIntegerField(_("time to write, ms"), null=True, blank=True)

    message = models.OneToOneField(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="turn", verbose_name=_("message")
    )
    sent_id = models.BigIntegerField(_("number in the chat"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    copies = models.PositiveSmallIntegerField(
        _("further copies"), default=0, editable=False, help_text=_("How often it stands in the chat beyond once.")
    )
    uncertain_since = models.DateTimeField(_("uncertain since"), null=True, blank=True)
    created_at = models.DateTimeField(_("opened"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    digested = models.BooleanField(
        default=False, editable=False, help_text="Whether what it changed in minds has been worked out."
    )

    revision = models.BigIntegerField(
        null=True, blank=True, editable=False, help_text="Of settled things, as its last claim saw them."
    )

    reply_number: int | None = None
    """What Telegram calls the message that it replies to, while it is being sent; no column."""
    probe: int | None = None
    """The number of the call that tries out the bot's open breaker, while it is being sent; no column."""
    write_by = 0.0
    """Until when bytes may leave for its claim, on `time.monotonic()` of the process that holds it; no column."""

    world: Any = None
    """What moves around it, when its claim has brought that along; no column."""
    noted: Mapping[str, Any] = MappingProxyType({})
    """What is known of how it came about and is written with its reservation, or its next move; no column."""

    dry = False
    """Whether it only tries things out and will be undone; no column."""
    tried = False
    """Whether somebody tries out what a bot would say: it was never saved, and what it costs counts; no column."""

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["chat"], condition=Q(state="sending"), name="one_sending_per_chat"),
            models.UniqueConstraint(
                fields=["chat", "chat_seq"], condition=Q(chat_seq__isnull=False), name="turn_order_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent")
                | Q(sent_at__isnull=False) & (Q(sent_id__isnull=False) | Q(reason="confirmed")),
                name="sent_needs_a_message_id",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["composing", "sending"]) | (Q(lease_until__isnull=False) & ~Q(lease_owner="")),
                name="claimed_needs_a_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["skipped", "failed", "unresolved"]) | ~Q(reason=""), name="ended_needs_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "composed", "sending", "sent", "uncertain", "unresolved"])
                | (~Q(text="") & ~Q(text_sha256="") & Q(bot__isnull=False, send_after__isnull=False)),
                name="composed_has_text_and_speaker",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "sent"]) | Q(chat_seq__isnull=False), name="sending_has_its_place"
            ),
            models.CheckConstraint(
                condition=~Q(state="uncertain") | Q(uncertain_since__isnull=False), name="uncertain_since_when"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("due_at")), name="turn_expires_after_due"),
            models.UniqueConstraint(
                fields=["chat", "bot"],
                condition=Q(state="composing", trigger__in=["schedule", "news", "question"]),
                name="one_unasked_turn_per_bot",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="planned"), name="turn_planned"),
            models.Index(fields=["trace"], condition=Q(trace__isnull=False), name="turn_of_trace"),
            models.Index(
                fields=["chat", "priority", "send_after", "id"], condition=Q(state="composed"), name="turn_head_of_chat"
            ),
            models.Index(fields=["lease_until"], condition=Q(state__in=["composing", "sending"]), name="turn_leases"),
            models.Index(fields=["chat", "-id"], name="turn_of_chat"),
            models.Index(fields=["bot", "-id"], name="turn_of_bot"),
            models.Index(
                fields=["chat"],
                condition=Q(state__in=["planned", "composing", "held", "composed", "sending", "uncertain"]),
                name="turn_open_in_chat",
            ),
            models.Index(fields=["chat", "-created_at"], condition=~Q(anecdote=""), name="turn_that_told"),
            models.Index(fields=["state", "-id"], name="turn_by_state"),
            models.Index(fields=["bot", "-sent_at"], condition=Q(state="sent"), name="turn_sent_by_bot"),
            models.Index(fields=["-sent_at"], condition=Q(state="sent"), name="turn_sent_by_time"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="turn_by_end"),
            models.Index(fields=["bot", "ended_at"], condition=Q(ended_at__isnull=False), name="turn_ended_of_bot"),
            models.Index(fields=["id"], condition=Q(state="sent", digested=False), name="turn_undigested"),
            models.Index(fields=["headline"], condition=Q(headline__isnull=False), name="turn_of_headline"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("turn", args=[self.pk])

    @property
    def traced(self) -> UUID:
        """Its trace; a turn from before traces were kept has its own number for one."""
        return self.trace or self.uuid

    @property
    def answers_a_person(self) -> bool:
        return self.trigger in self.ANSWERS


class SendAttempt(models.Model):
    """One try to hand a turn to Telegram. Written before the first byte, closed after the answer."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("no answer yet")
        SENT = "sent", _("delivered")
        NOT_SENT = "not_sent", _("provably not sent")
        REJECTED = "rejected", _("refused")
        AMBIGUOUS = "ambiguous", _("nobody knows")

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("turn"))
    gen = models.PositiveIntegerField(_("claim"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    reason = models.CharField(_("reason"), max_length=64, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    retry_after = models.FloatField(_("retry after, s"), null=True, blank=True)
    sent_id = models.BigIntegerField(_("number in the chat"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("send attempt")
        verbose_name_plural = _("send attempts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["turn", "gen"], name="attempt_once_per_claim"),
            models.CheckConstraint(
                condition=~Q(outcome="sent") | Q(sent_id__isnull=False), name="attempt_sent_needs_a_message_id"
            ),
        ]
        indexes = [models.Index(fields=["started_at"], name="attempt_by_time")]

    def __str__(self) -> str:
        return f"{self.turn} · {self.gen}"
