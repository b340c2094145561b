"""Reason codes in plain words: what happened, and what it means for whoever asks."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

# Why a turn ended as it did.
ENDED: dict[str, Words] = {
    "engine_stopped": _("The engine was stopped before it could speak."),
    "expired": _("It came too late to still make sense, so it was dropped."),
    "reaction_refused": _("The chat does not take this emoji."),
    "human_present": _("A person is talking here, and the cast has said enough for now."),
    "chain_ended": _("The bots had talked among themselves long enough."),
    "outside_hours": _("The bot's active hours were over."),
    "quiet_hours": _("The quiet hours of this chat had begun."),
    "taken_over": _("A person spoke through this bot, so the engine left it alone."),
    "answered": _("The question had its answers already."),
    "superseded": _("The talk had moved on before it was ready."),
    "duplicate": _("It would have repeated what was said before."),
    "llm_unavailable": _("No model could be reached."),
    "llm_not_accepted": _("The provider does not take the request, or does not know the model."),
    "llm_rate_limited": _("The model's provider asked for a pause."),
    "llm_key_refused": _("The provider refused the key. Replace it in the admin."),
    "llm_garbage": _("The model answered with something unusable."),
    "llm_refused": _("The model declined to write this."),
    "llm_error": _("The model could not be asked."),
    "llm_context_too_long": _("The talk was too long for the model."),
    "llm_busy": _("The providers had all the calls that they can take at once."),
    "llm_quota": _("The quotas of the providers were used up."),
    "budget": _("The budget was used up. Raise it in the admin, or wait for the next day or month."),
    "quota": _("This person or this chat had asked enough for now, so the question was noted and not answered."),
    "no_candidate": _("Nobody was free to speak at that moment."),
    "no_members": _("No bot plays in this chat."),
    "no_provider": _("No provider is enabled. Add one in the admin."),
    "hourly_cap": _("The bot had said enough for this hour."),
    "token_revoked": _("Telegram refused the bot's token. Give it a new one."),
    "forbidden": _("The bot was removed from the group, or may not write there."),
    "bad_request": _("Telegram refused the message as it stood."),
    "not_found": _("Telegram does not know this chat."),
    "chat_off": _("The chat was switched off."),
    "hushed": _("Somebody in the group asked for quiet (/sus)."),
    "topic_closed": _("The topic was closed in Telegram, so nobody may write there."),
    "person_forgotten": _("It would have answered a person whose data was deleted."),
    "bot_off": _("The bot is switched off."),
    "bot_paused": _("The bot is paused."),
    "token_dead": _("The bot's token no longer works."),
    "no_token": _("The bot has no token."),
    "not_a_member": _("The bot does not play in this chat."),
    "lease_lost": _("It was started several times and never finished."),
    "restored": _("It was open when a backup was restored; such turns are never sent."),
    "cancelled": _("A person cancelled it."),
    "declined": _("A person read it and said no."),
    "empty": _("Nothing was left to say after editing."),
    "gated": _("Telegram asked the bot to be silent for longer than this stayed fresh. Slow the chat if it recurs."),
    "breaker_open": _("The bot's line to Telegram kept failing, so it was left alone. Doctor and Breakers say why."),
    "retry_budget": _("It could not be sent, and as too much else failed too it was not tried again. Doctor says why."),
    "shed": _("More was planned than can be worded. Add a worker or a faster model, or lower the scale."),
    "busy": _("The bot was already writing something here."),
    "crashed": _("Something broke inside Kulis while it was being written. The log knows more."),
    "ambiguous": _("The connection broke while sending. Nobody knows yet whether it arrived."),
    "near_duplicate": _("It would have come too close to what was said before."),
    "same_meaning": _("It would have said in other words what was said before."),
    "rate_limited": _("Telegram asked for a pause."),
    "rejected": _("Telegram refused the message for good."),
    "reply_gone": _("The message it answered no longer exists."),
    "migrated": _("The group has moved to a new number; Kulis followed."),
    "poll_conflict": _("Somebody else listens with this bot's token."),
    "telegram_error": _("Telegram answered with an error."),
    "not_sent": _("It could not be handed to Telegram."),
    "token_sealed": _("The bot's token cannot be opened with the keys that Kulis was given."),
    "no_proof": _("Nobody ever learned whether it arrived. It is not sent again by itself."),
    "unreachable": _("Telegram could not be reached."),
    "receipt": _("It was seen in the chat afterwards: it had arrived."),
    "confirmed": _("A person saw it in the chat."),
    "sent_again": _("Nobody knew whether it arrived, so a person sent it again."),
    "expired_undelivered": _("It is proven that it never arrived, and it was too late to send it again."),
    "absent": _("A later message came without this one before it: it never arrived."),
}

# What the guard and the duplicate check stop.
RULES: dict[str, Words] = {
    "promise": _("It promised a profit."),
    "advice": _("It gave personal investment advice."),
    "human_claim": _("It claimed to be a human being."),
    "artefact": _("It slipped out of its role."),
    "operator_mark": _("It passed itself off as the words of a person."),
    "leak": _("It gave away its instructions, or something that looked like a secret."),
    "personal_data": _("It carried personal data."),
    "link": _("It carried a link."),
    "unsourced_figure": _("It named a figure without a source."),
    "contradiction": _("It said the opposite of what the bot stands for."),
    "unclear_stance": _("It may have said the opposite of what the bot stands for."),
    "stance": _("It agrees with what the bot stands for, the model says."),
    "fleet": _("Too many of the cast say the same of this symbol."),
    "thin_symbol": _("The cast does not speak of papers that are traded thinly."),
    "foreign_mention": _("It called somebody who does not play here."),
    "empty": _("Nothing was left to say."),
    "too_long": _("It was too long."),
    "duplicate": _("It had been said before, word for word."),
    "near_duplicate": _("It was too close to what had been said before."),
    "same_meaning": _("It said in other words what had been said before."),
    "clean": _("Nothing to object to."),
    "new": _("Not said before."),
}

# Why a candidate was passed over, in a few words.
BLOCKED: dict[str, Words] = {
    "bot_off": _("switched off"),
    "bot_paused": _("paused"),
    "token_dead": _("token refused"),
    "no_token": _("no token"),
    "not_a_member": _("not in this chat"),
    "hourly_cap": _("said enough this hour"),
    "only_when_asked": _("speaks only when asked"),
    "outside_hours": _("outside its hours"),
    "taken_over": _("a person speaks through it"),
    "own_gap": _("spoke a moment ago"),
    "last_speaker": _("spoke last"),
    "not_asked": _("was not asked"),
    "busy": _("already writing"),
    "gated": _("Telegram asked for silence"),
    "breaker_open": _("its line keeps failing"),
}

# What a candidate's score is made of.
PARTS: dict[str, Words] = {
    "prior": _("talkativeness"),
    "relevance": _("knows the subject"),
    "novelty": _("has something new"),
    "conflict": _("sees it otherwise"),
    "affinity": _("likes the speaker"),
    "mood": _("mood"),
    "tiredness": _("tiredness"),
    "share": _("share of the talk"),
    "addressed": _("was addressed"),
}

# What limits the cast.
CEILINGS: dict[str, Words] = {
    "pace": _("the pace of the chats"),
    "hourly_cap": _("the bots' messages an hour"),
    "own_gap": _("the pause of a bot between two messages"),
    "max_per_minute": _("messages a minute, all bots"),
    "chat_max_per_minute": _("messages a minute, one chat"),
    "telegram": _("Telegram's limit"),
    "provider_quota": _("the quota of the providers"),
    "budget": _("the budget"),
}

# What became of a call to a model, beyond what ends a turn.
CALLS: dict[str, Words] = {
    "ok": _("It answered."),
    "open": _("No answer yet."),
    "abandoned": _("The worker died while it waited for the answer."),
}

# How much care a held text asks for, and why.
RISKS: dict[str, Words] = {
    "high": pgettext_lazy("risk", "High"),
    "medium": pgettext_lazy("risk", "Medium"),
    "low": pgettext_lazy("risk", "Low"),
}
GROUNDS: dict[str, Words] = {
    "direction": _("says where a symbol goes"),
    "price": _("gives a figure for a symbol"),
    "person": _("answers a person"),
    "news": _("takes up news"),
    "doubt": _("the guard was in doubt"),
    "symbol": _("names a symbol"),
}

# What a person decided about a held turn.
DECISIONS: dict[str, Words] = {
    "turn.approve": _("approved"),
    "turn.reword": _("approved with other words"),
    "turn.reject": _("rejected"),
    "turn.take_back": _("taken back"),
}

# Why a chat is silent.
SILENCE: dict[str, Words] = {
    "engine_stopped": _("The engine is stopped"),
    "no_ticks": _("The planner gives no sign of life"),
    "paused": _("This chat is paused"),
    "disabled": _("This chat is switched off"),
    "hushed": _("Somebody in the group asked for quiet (/sus)"),
    "topic_closed": _("The topic is closed in Telegram"),
    "quiet_hours": _("Quiet hours: who is asked still answers"),
    "undisclosed": _("Waits until the audience is told that bots speak here"),
    "no_members": _("No bot plays here"),
    "no_provider": _("No provider is enabled"),
}


def ended(code: str) -> Words:
    """Why a turn ended. An unknown code is shown as it is: better odd than hidden."""
    if code.startswith("guard:"):
        return rule(code.partition(":")[2])
    return ENDED.get(code, code)


def call(code: str) -> Words:
    return CALLS.get(code) or ended(code)


def blocked(code: str) -> Words:
    return BLOCKED.get(code, code)


def rule(name: str) -> Words:
    return RULES.get(name, name)


def silence(code: str) -> Words:
    return SILENCE.get(code, code)


def decision(action: str) -> Words:
    return DECISIONS.get(action, action)


def ceiling(name: str) -> Words:
    return CEILINGS.get(name, name)
