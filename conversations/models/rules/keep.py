"""What is kept for how long."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.rules.fields import count


class KeepRules(models.Model):
    prompt_days = count(
        _("evidence is kept, days"),
        1,
        3650,
        _("Prompts, candidates and verdicts of turns, and updates as Telegram brought them; deleted after so long."),
    )
    turn_days = count(
        _("turns are kept, days"),
        1,
        3650,
        _("Turns, their calls and attempts, and what was said; deleted after so long."),
    )

    class Meta:
        abstract = True
