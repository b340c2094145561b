"""Who speaks, and to whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.rules.fields import count, number, share


class WhoRules(models.Model):
    own_gap = count(
        _("rest after own message, s"),
        0,
        3600,
        _("A bot waits at least this long before it speaks again in the same chat."),
    )
    inequality = number(
        _("unequal voices"),
        0,
        2,
        _("0: all speak as often. 1: as in real groups, a few say much and many say little. 2: very unequal."),
    )
    share_debt = number(
        _("catching up"), 0, 2, _("How strongly a bot that fell behind its usual share is preferred. 0: not at all.")
    )
    relevance_pull = number(
        _("pull of own subjects"), 0, 3, _("How strongly its watchlist and interests draw a bot into the talk.")
    )
    novelty_pull = number(
        _("something new to say"), 0, 2, _("How strongly a bot holds back that has just spoken about this topic.")
    )
    conflict_pull = number(_("pull of disagreement"), 0, 2, _("How strongly a bot is drawn to answer another view."))
    affinity_pull = number(
        _("pull of relationships"), 0, 2, _("How strongly friends and rivals are drawn to answer each other.")
    )
    mood_pull = number(_("pull of mood"), 0, 2, _("How strongly mood changes who speaks, how fast and how long."))
    fatigue = share(_("tiredness"), _("How much of its appetite a bot has lost when its hourly cap is nearly used up."))
    reply_probability = share(_("share of replies"), _("When the newest message is a person's."))
    reply_to_bot_probability = share(_("share of replies to bots"), _("When the newest message is a bot's."))
    quote_newest = share(
        _("newest message quoted"),
        _("How often a reply to the very newest message uses Telegram's reply; others always do."),
    )
    best_targets = count(_("replies chosen among"), 1, 10, _("So many of the best messages take part in the draw."))
    late_replies = share(
        _("share of late replies"), _("How often a reply takes up what was said more than an hour ago.")
    )
    reaction_probability = share(_("share of reactions"), _("How often an emoji on a message replaces words."))
    mention_probability = share(_("share of mentions"), _("How often a reply also says the other's name."))
    second_answer = share(
        _("second answer"), _("How often a question to everybody gets a second answer from another bot.")
    )
    chain_cap = count(
        _("bot messages in a row"), 1, 1000, _("After so many without a person or news, the cast takes a break.")
    )
    chain_rest_minutes = number(
        _("break after a row, min"), 0, 1440, _("How long that break lasts; a silence as long starts a new row.")
    )
    quiet_messages = count(
        _("bot messages after a person"),
        1,
        100,
        _("At most so many follow a person's message inside the next field's time."),
    )
    quiet_minutes = count(
        _("quiet after a person, min"), 0, 120, _("How long a person's message quiets the cast. 0: not at all.")
    )
    hush_minutes = count(
        _("quiet on request, min"), 1, 1440, _("How long /sus quiets the cast in a group. Nobody speaks, asked or not.")
    )
    group_most = count(
        _("bots in one group"), 1, 100, _("More are not taken into a Telegram group. Telegram itself allows about 20.")
    )
    takeover_minutes = count(
        _("taken over for, min"),
        1,
        240,
        _("Whoever speaks through a bot and falls silent for so long has handed it back."),
    )
    answer_minutes = count(_("answers stay fresh, min"), 1, 120, _("An answer later than this is not sent."))

    class Meta:
        abstract = True
