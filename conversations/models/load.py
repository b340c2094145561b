"""How busy a provider is at this moment: what every process has to know before it asks. Moved by `llm.ledger` alone."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

SLOT_SECONDS = 5
SLOTS = 14
"""A minute in slots of five seconds, and two more for what is still on its way."""


def nothing() -> list[int]:
    return [0] * SLOTS


def _slots() -> "ArrayField[list[int], list[int]]":
    return ArrayField(models.BigIntegerField(), default=nothing, size=SLOTS, editable=False)


class Load(models.Model):
    under_way = models.PositiveIntegerField(_("calls under way"), default=0, editable=False)
    width = models.FloatField(
        null=True, editable=False, help_text="So many calls at once go well; empty: as many as are allowed."
    )
    narrowed_at = models.DateTimeField(null=True, editable=False)

    slot = models.BigIntegerField(default=0, editable=False, help_text="The five seconds that the first number counts.")
    slot_requests = _slots()
    slot_tokens = _slots()
    day = models.DateField(null=True, editable=False)
    day_requests = models.BigIntegerField(_("requests today"), default=0, editable=False)
    day_tokens = models.BigIntegerField(_("tokens today"), default=0, editable=False)

    told_requests = models.BigIntegerField(null=True, editable=False, help_text="The limit that the provider names.")
    left_requests = models.BigIntegerField(null=True, editable=False, help_text="What of it is left, by its own word.")
    left_requests_until = models.DateTimeField(null=True, editable=False)
    told_tokens = models.BigIntegerField(null=True, editable=False)
    left_tokens = models.BigIntegerField(null=True, editable=False)
    left_tokens_until = models.DateTimeField(null=True, editable=False)

    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    resting_until = models.DateTimeField(_("rests until"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)
    last_ok_at = models.DateTimeField(_("last success"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
