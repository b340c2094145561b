"""Which adapter speaks for a provider."""

from bots import vault
from conversations.llm import offline, port
from conversations.models import Provider


def of(provider: Provider) -> port.LLM:
    """The adapter of one provider, with its key. Raises InvalidKey when the key does not open."""
    if provider.is_offline:
        return offline.OfflineVoice()
    try:
        key = vault.open(provider.api_key, place=provider.place("api_key")) if provider.api_key else ""
    except vault.VaultError as error:
        raise port.InvalidKey(str(error)) from error
    from conversations.llm.openai_api import OpenAIVoice  # the SDK is a quarter of a start; most processes never ask

    return OpenAIVoice(base_url=provider.base_url, key=key, trusted=provider.trusted_address)
