"""What to do about codes that no turn carries alone, and which chapter tells more about single ones."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from monitoring.reasons import Words

OWN: Mapping[str, Mapping[str, Words]] = {
    "silence": {
        "engine_stopped": _("Press Start, at the top of every page. Why it was stopped stands there."),
        "no_ticks": _("Ask whoever runs the machines: `doctor` says which process is missing."),
        "paused": _("Open the chat in the admin and press “Go live”."),
        "disabled": _("Open the chat in the admin, set its mode to live, and save."),
        "hushed": _("Wait: it ends by itself. Whoever asked for it can end it with /konus."),
        "topic_closed": _("Open the topic again in Telegram, or choose another one for this chat."),
        "undisclosed": _("Open the chat in the admin and press “Disclose and go live”."),
        "no_members": _("Open the chat in the admin and add members."),
        "no_provider": _("Enable a provider in the admin. The offline voice needs no key."),
    },
    "blocked": {
        "bot_off": _("Enable it on its page in the admin."),
        "bot_paused": _("Press “Resume” on its page, or wait until its pause is over."),
        "token_dead": _("Fetch a new token from @BotFather and give it to the bot in the admin."),
        "no_token": _("Give it a token in the admin, or take it out of the group."),
        "not_a_member": _("Add it under “More members” on the page of the chat."),
        "hourly_cap": _("Nothing. To let it say more, raise “messages an hour” on its page."),
        "outside_hours": _("Nothing. Its active hours stand on its page."),
        "gated": _("Wait: earlier calls make it longer. If it comes back, make the chat slower."),
        "breaker_open": _("Mend the cause: `doctor` names it. It is tried again by itself."),
    },
    "ended": {
        "budget": _("Raise the budget in the admin, or wait for the next day or month."),
        "hourly_cap": _("Nothing. To let it say more, raise “messages an hour” on its page."),
        "no_members": _("Open the chat in the admin and add members."),
        "restored": _("Nothing: the people in the chat have moved on since the backup."),
        "shed": _("Ask for one more worker or a faster model, or lower the scale in the rules."),
        "gated": _("If it comes back, make the chat slower: its tempo, or a longer wait in the rules."),
        "llm_quota": _("Raise the quota at the provider, or add another provider."),
    },
    "call": {
        "abandoned": _("Workers end in the middle of their work: look at their log and at the memory of the machine."),
    },
    "ceiling": {
        "pace": _("For more messages raise the scale in the rules, or lower the tempo of a chat."),
        "hourly_cap": _("For more messages add bots, or raise their messages an hour."),
        "own_gap": _("For more messages add bots, or shorten this pause in the rules."),
        "max_per_minute": _("For more messages raise this number in the rules."),
        "chat_max_per_minute": _("For more messages raise this number in the rules, for all chats or for one."),
        "telegram": _("Nobody can raise it. Spread the cast over more groups."),
        "provider_quota": _("Raise the quota at the provider, or add another provider."),
        "budget": _("Raise the budget, or choose a cheaper model."),
    },
}  # fmt: skip

CHAPTERS: Mapping[str, str] = {
    "engine_stopped": "stopping#stop-everything",
    "undisclosed": "going-live#the-notice",
    "declined": "moderating#approvals",
    "expired": "moderating#approvals",
    "cancelled": "moderating#take-care-of-a-talk",
    "ambiguous": "what-to-do#perhaps-delivered",
    "no_proof": "what-to-do#perhaps-delivered",
    "confirmed": "what-to-do#perhaps-delivered",
    "sent_again": "what-to-do#perhaps-delivered",
    "receipt": "what-to-do#perhaps-delivered",
    "absent": "what-to-do#perhaps-delivered",
    "expired_undelivered": "what-to-do#perhaps-delivered",
    "budget": "money#budgets",
    "quota": "money#people-and-money",
    "llm_quota": "money#providers",
    "provider_quota": "money#providers",
    "no_provider": "money#providers",
    "llm_unavailable": "money#providers",
    "llm_key_refused": "money#providers",
    "llm_rate_limited": "money#providers",
    "token_revoked": "what-to-do#a-token-was-refused",
    "token_dead": "what-to-do#a-token-was-refused",
    "no_token": "what-to-do#a-token-was-refused",
    "token_sealed": "what-to-do#a-token-was-refused",
    "person_forgotten": "moderating#the-rights-of-people",
    "hushed": "moderating#the-rights-of-people",
    "fleet": "moderating#what-the-guard-stops",
}
"""Where the code is told about elsewhere than its kind."""
