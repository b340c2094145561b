"""What to do about a turn, in plain words: by its reason where that tells, else by its state."""

from django.utils.translation import gettext_lazy as _

from conversations.models import Turn
from monitoring.reasons import Words

_NOTHING: Words = ""

STATES: dict[str, Words] = {
    Turn.State.PLANNED: _("Nothing to do: a worker takes it up within seconds."),
    Turn.State.COMPOSING: _("Nothing to do: it is being written."),
    Turn.State.COMPOSED: _("Nothing to do: it leaves when its moment has come."),
    Turn.State.SENDING: _("Nothing to do: Telegram's answer is awaited, for a minute at most."),
    Turn.State.HELD: _("Read it, then approve it, change its words, or reject it. Left alone it expires."),
    Turn.State.UNCERTAIN: _("Kulis looks for proof by itself. If you see in the chat what became of it, say so below."),
    Turn.State.UNRESOLVED: _("Look into the chat, then say below whether it stands there."),
    Turn.State.SKIPPED: _("Nothing to do."),
    Turn.State.SENT: _NOTHING,
}

REASONS: dict[str, Words] = {
    "token_revoked": _("Fetch a new token from @BotFather and give it to the bot in the admin."),
    "token_sealed": _("Put the key back into FIELD_KEYS with which the token was sealed, and restart."),
    "no_token": _("Give the bot a token in the admin, or take it out of the group."),
    "token_dead": _("Fetch a new token from @BotFather and give it to the bot in the admin."),
    "forbidden": _("Add the bot to the group again and let it write there; then set its membership anew."),
    "not_found": _("Check the number of the group, and that the bot is a member of it."),
    "bad_request": _("Read Telegram's answer. A closed topic or a missing right is put right in the group."),
    "poll_conflict": _("Stop the other program that uses this token, or give the bot a new one."),
    "unreachable": _("Check the network of this machine and TELEGRAM_API_BASE; `doctor` tries both."),
    "llm_unavailable": _("Look at the providers: `doctor` says which of them answers."),
    "llm_key_refused": _("Give the provider a new key in the admin."),
    "llm_not_accepted": _("Check the model's name and the address of the provider."),
    "llm_rate_limited": _("Wait, raise the quota at the provider, or add a second provider."),
    "llm_garbage": _("If it happens often, choose another model for this provider."),
    "llm_context_too_long": _("Lower the rule “messages remembered”, or choose a model with a longer memory."),
    "no_provider": _("Add a provider in the admin."),
    "crashed": _("Read the log of the writer around that time; the turn itself is not lost but ended."),
    "lease_lost": _("Workers end in the middle of their work: look at their log and at the memory of the machine."),
    "engine_stopped": _("Start the engine when the reason for stopping it is gone."),
    "sent_again": _("A person has sent it again as a turn of its own."),
    "expired_undelivered": _("Nothing to do: it is proven that it never arrived, and its moment has passed."),
}


def of(turn: Turn) -> Words:
    """What a person may do about this turn, or that there is nothing to do."""
    doubtful = turn.state in {Turn.State.UNCERTAIN, Turn.State.UNRESOLVED} and turn.reason != "sent_again"
    if not doubtful and turn.reason in REASONS:
        return REASONS[turn.reason]
    if turn.state == Turn.State.FAILED:
        return _("Nothing to do about this turn: it is over. If it happens often, its reason tells where to look.")
    return STATES[turn.state]
