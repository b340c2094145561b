"""When: waits, hours, limits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.rules.fields import clock, count, flag, hourly, number


class PaceRules(models.Model):
    scale = number(_("scale"), 0.1, 10, _("0.1 to 10. 2 makes everybody twice as talkative."))
    max_per_minute = count(_("messages a minute, all bots"), 1, 100_000, _("Upper limit over all chats together."))
    chat_max_per_minute = count(_("messages a minute, one chat"), 1, 1000, _("Upper limit of the bots in one chat."))
    waiting_most = count(
        _("turns waiting, all chats"),
        5,
        100_000,
        _("So many turns may wait for their words. What is more is dropped: news and chatter first, answers last."),
    )
    base_delay = number(_("mean wait, s"), 2, 3600, _("Between two turns of one chat, outside prime hours."))
    prime_delay = number(_("mean wait in prime hours, s"), 2, 3600, _("On market days."))
    burstiness = number(
        _("uneven waits"),
        0,
        3,
        _("0: regular as a clock. 1.5: lively moments and pauses, as in real groups. 3: storms and long silences."),
    )
    longest_wait = number(_("longest wait, s"), 10, 86_400, _("No wait between two turns is drawn longer than this."))
    hourly_activity = hourly(
        _("activity by hour"),
        _("24 numbers from 0 to 1, from midnight on: how lively the cast is at that hour. 0.5: waits twice as long."),
    )
    prime_morning_starts = clock(_("prime hours from"))
    prime_morning_ends = clock(_("prime hours to"))
    prime_afternoon_starts = clock(_("afternoon prime hours from"))
    prime_afternoon_ends = clock(_("afternoon prime hours to"))
    news_boost = number(_("livelier after news"), 1, 10, _("How many times livelier a chat is just after news."))
    news_decay_minutes = number(
        _("news wears off, min"), 1, 240, _("After so long a little more than a third of that is left.")
    )
    chatter_seconds = count(_("chatter stays fresh, s"), 10, 3600, _("Chatter later than this is not sent."))
    typing_shown = flag(_("typing is shown"), _("“is typing” before a message."))
    typing_at_once = count(_("typing at once"), 1, 10, _("So many bots may type in one chat at the same time."))

    class Meta:
        abstract = True
