"""What the database counts up whenever people change bots, personas, chats, rules, symbols or providers."""

from django.db import models

WATCHED = {
    "bots_persona": (),
    "bots_bot": (
        "username", "persona_id", "enabled", "talkativeness", "pace", "latency", "hourly_cap", "token", "token_state",
        "retired_at",
    ),
    "bots_activehours": (),
    "bots_stance": ("bot_id", "topic", "text", "confidence"),
    "bots_holding": (),
    "conversations_membership": ("weight", "ended_at"),
    "conversations_chat": (
        "kind", "mode", "title", "telegram_id", "thread_id", "topics", "timezone", "observes_hours", "tempo",
        "listener_id", "disclosed_at", "reactions", "quiet_starts", "quiet_ends",
    ),
    "conversations_chat_feeds": (),
    "conversations_rules": (),
    "conversations_symbol": (),
    "conversations_provider": (
        "name", "kind", "base_url", "trusted_address", "model", "priority", "enabled", "api_key", "temperature",
        "max_tokens", "timeout", "requests_per_minute", "tokens_per_minute", "requests_per_day", "tokens_per_day",
        "context_tokens", "most_at_once",
    ),
    "conversations_price": (),
    "conversations_budget": (
        "scope", "chat_id", "bot_id", "provider_id", "period", "dollars", "tokens", "enabled", "warned_on", "spent_on",
    ),
}  # fmt: skip
"""Table, and the columns whose changes count; none named: all. Those that engine and pacing move do not count."""


class Revision(models.Model):
    """One of the sixteen rows that triggers move on; all together they are the revision.

    Many, so that two people who change something at once rarely wait for each other.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
