"""What is refused, and how the cast feels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.rules.fields import count, flag, number, share


class CheckRules(models.Model):
    duplicate_hours = count(_("repeats looked for in, h"), 1, 168, _("How far back a text must be new."))
    duplicate_similarity = number(_("counts as a repeat from"), 0.5, 1, _("By letters, 0.5 to 1. Lower is stricter."))
    meaning_similarity = number(
        _("says the same from"), 0.5, 1, _("By meaning, 0.5 to 1. Lower is stricter. 1: not looked at.")
    )
    rewrites = count(_("rewrites"), 0, 5, _("How often a refused draft is written anew before the turn is skipped."))
    judge_stances = flag(
        _("second opinion on stances"),
        _("Where words do not tell, the model is asked whether a text contradicts."),
    )
    fleet_share = share(
        _("one direction, share"),
        _("Of the cast's messages about one symbol at most this share may lean the same way."),
    )
    fleet_messages = count(_("one direction, from"), 2, 200, _("Counted only from so many messages on."))
    fleet_hours = count(_("one direction, h"), 1, 168, _("Counted over so many hours."))

    class Meta:
        abstract = True


class FeelingRules(models.Model):
    mood_decay = share(_("moods calm down"), _("Every 15 minutes this share of the way back to the start."))
    ignored_minutes = count(_("unanswered for, min"), 1, 1440, _("A message without reply or reaction for so long."))
    silence_minutes = count(_("long silence, min"), 1, 1440, _("A bot that has not spoken for so long grows curious."))

    class Meta:
        abstract = True
