"""What each field of the studio is for, in plain words, with an example."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from monitoring.reasons import Words


@dataclass(frozen=True, slots=True)
class Help:
    text: Words
    example: Words
    low: Words = ""
    high: Words = ""
    """What the ends of a slider mean."""


NOBODY = Help("", "")
FIELDS: dict[str, Help] = {
    "name": Help(_("What people in the chat read as the speaker's name."), _("Nermin Abla")),
    "hint": Help(
        _("Who this is, in one or two sentences. The model reads it first."),
        _("A retired teacher who lives on dividends and is in no hurry."),
    ),
    "expertise": Help(_("What it knows well, one a line."), _("dividend shares")),
    "interests": Help(_("What it likes to talk about when nobody asks, one a line."), _("balance sheets")),
    "watchlist": Help(_("Symbols that it follows, one a line. It turns to talk about them."), "THYAO"),
    "never_do": Help(_("What this persona would never do or say, one a line."), _("I never sell in panic.")),
    "risk": Help(_("How much it dares with its own money."), _("low, for somebody who wants to sleep well")),
    "risk_note": Help(_("The same in its own words."), _("I put nothing on what would keep me awake.")),
    "horizon": Help(_("How long it thinks ahead."), _("long, for somebody who buys to keep")),
    "tone": Help(_("How it sounds, in a few words."), _("calm, a little ironic")),
    "phrases": Help(_("Sayings people know it by, one a line. It uses them sparingly."), _("patience is a position")),
    "anecdotes": Help(
        _("Small stories that it can tell, one a line. A chat hears each only now and then."),
        _("In the crisis I forgot my password and that saved me."),
    ),
    "style_note": Help(_("How it writes."), _("Short sentences, hardly any commas, no exclamation marks.")),
    "formality": Help(_("How stiff its words are."), _("0.2 for a student"), _("street talk"), _("lecture hall")),
    "emoji": Help(_("Emoji that it likes, one a line."), "☕"),
    "emoji_rate": Help(_("How many of its messages carry one of them."), _("0.15: every seventh"), _("none"), _("all")),
    "slip_rate": Help(
        _("How many messages have a small slip and its correction."),
        _("0.03: three in a hundred"),
        _("none"),
        _("many"),
    ),
    "short_weight": Help(_("How readily it writes 1-2 sentences."), _("0.55"), _("never"), _("often")),
    "medium_weight": Help(_("How readily it writes 2-3 sentences."), _("0.35"), _("never"), _("often")),
    "long_weight": Help(_("How readily it writes 3-4 sentences."), _("0.10"), _("never"), _("often")),
    "wpm": Help(_("How fast it types, 20 to 60 words a minute."), "36"),
    "mood_note": Help(_("Its temper, in a few words."), _("hard to shake, quick to laugh")),
    "energy": Help(
        _("With more energy it waits less and writes more."), _("0.8 for a night owl"), _("sleepy"), _("lively")
    ),
    "energy_note": Help(_("The same in its own words."), _("I am awake after the third coffee.")),
    "empathy": Help(
        _("With more empathy it turns to people in a bad mood."), _("0.9 for a big sister"), _("cool"), _("caring")
    ),
    "empathy_note": Help(_("The same in its own words."), _("I ask before I advise.")),
    "talkativeness": Help(
        _("How readily it speaks, against the others of a chat."), _("0.2 for a quiet one"), _("quiet"), _("talkative")
    ),
    "pace": Help(_("Multiplies its waits, 0.1 to 10: 2 is twice as slow."), "1"),
    "latency": Help(_("Seconds that it usually takes to read before it writes. Sometimes much longer."), "8"),
    "hourly_cap": Help(_("The most messages in an hour, in all its chats together."), "12"),
    "stance-topic": Help(_("A topic or a symbol."), "BIST"),
    "stance-text": Help(_("What it thinks of that, in its own words."), _("Too restless for me; I watch.")),
    "stance-confidence": Help(
        _("How sure it is. From the middle on it does not contradict itself."), "0.8", _("wavers"), _("is sure")
    ),
    "holding-symbol": Help(_("What it holds. Fiction."), "THYAO"),
    "holding-average_price": Help(_("What it paid on average, without a currency."), "185.5"),
    "holding-size": Help(_("How many."), "100"),
    "holding-note": Help(_("Why, or since when."), _("since the first job")),
    "memory-kind": Help(_("What sort of memory it is."), _("routine")),
    "memory-text": Help(_("What it remembers, as it would say it."), _("I read the headlines before breakfast.")),
    "memory-importance": Help(_("What matters more comes up more readily."), "0.6", _("a detail"), _("defines it")),
    "exact_days": Help(_("The days on which it is awake at exact times, beside the grid."), _("Mon–Fri")),
    "exact_from": Help(_("From this minute."), "09:30"),
    "exact_to": Help(_("To this minute. Earlier than the start: until the next day."), "12:15"),
}
