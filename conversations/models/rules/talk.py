"""What about, and in which words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.rules.fields import count, number, share


class TalkRules(models.Model):
    topic_window = count(
        _("messages that set the topic"), 1, 100, _("The topic is read from so many of the newest messages.")
    )
    topic_exhausted = count(
        _("topic is exhausted after"), 2, 200, _("After so many messages on one topic the talk moves on.")
    )
    topic_drift = share(_("change of topic"), _("How often a new thought leaves the topic of the talk."))
    news_probability = share(_("share of news"), _("How often a fitting fresh headline is taken up."))
    news_minutes = count(_("news stay fresh, min"), 5, 1440, _("An older headline is not brought up."))
    news_per_cast = count(
        _("one headline, all chats"), 1, 50, _("The whole cast brings up one headline at most so often; a chat once.")
    )
    quote_minutes = count(_("prices stay fresh, min"), 1, 1440, _("An older price is not stated."))
    short_weight = share(_("weight of short messages"), _("1-2 sentences."))
    medium_weight = share(_("weight of medium messages"), _("2-3 sentences."))
    long_weight = share(_("weight of long messages"), _("3-4 sentences."))
    history_length = count(_("messages remembered"), 5, 100, _("How many of the newest messages the model sees."))
    memories_recalled = count(_("memories recalled"), 0, 10, _("So many memories of the bot reach the model."))
    own_words = count(
        _("own earlier words"), 0, 10, _("So many of its own messages on the topic, two hours to a week old, too.")
    )
    refresh_messages = count(
        _("persona refresher, messages"), 1, 100, _("After so many own messages the model is reminded who it is.")
    )
    refresh_minutes = count(_("persona refresher, min"), 1, 1440, _("Or after so long."))
    stance_cooldown_minutes = count(
        _("stance rests, min"), 0, 1440, _("After a bot has used a stance it leaves it alone for so long.")
    )
    phrase_every = count(
        _("signature phrase every"), 1, 200, _("At most once in so many own messages a bot uses a signature phrase.")
    )
    anecdote_days = number(_("anecdote again after, days"), 0, 365, _("In one chat it is told again after so long."))
    slip_probability = share(_("slips"), _("Scales how often personas make a small slip. 0: never."))

    class Meta:
        abstract = True
