"""A voice that needs no network: `OfflineVoice` fulfils the LLM port."""

from conversations.llm.offline.adapter import MODEL, OfflineVoice

__all__ = ["MODEL", "OfflineVoice"]
