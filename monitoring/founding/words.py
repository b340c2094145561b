"""The provider of an owner's first words: address and key are tried before anything is kept, then a model chosen."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bots import audit
from conversations import pool, providers
from conversations.llm import adapters, port
from conversations.models import Provider

KNOWN = {
    "https://api.openai.com/v1": "OpenAI",
    "https://openrouter.ai/api/v1": "OpenRouter",
    "https://api.mistral.ai/v1": "Mistral",
    "https://api.groq.com/openai/v1": "Groq",
}
"""Addresses to choose from; every other OpenAI-compatible one can be typed."""
UNCHOSEN = "?"
_QUICK = ("mini", "flash", "haiku", "small", "lite")
"""Words in the names of models that are quick and cheap, which is what a chat needs."""


@dataclass(frozen=True, slots=True)
class Offer:
    models: tuple[str, ...]
    suggested: str


def connect(base_url: str, key: str, *, by: audit.Actor) -> Provider:
    """Try address and key; what works is kept, disabled until a model is chosen. Raises ValidationError by field."""
    provider = providers.propose(_name(base_url), base_url=base_url, model=UNCHOSEN, key=key)
    _expect_answer(provider)
    provider.enabled = False
    return providers.keep(provider, by=by)


def waiting() -> Provider | None:
    """The one that works and has no model yet."""
    return Provider.objects.filter(model=UNCHOSEN, enabled=False).order_by("-pk").first()


def offer(provider: Provider) -> Offer:
    """What it offers; nothing where it does not say."""
    pool.give_back()
    try:
        models = tuple(sorted(adapters.of(provider).models()))
    except port.LLMError:
        models = ()
    quick = [name for name in models if any(word in name.lower() for word in _QUICK)]
    return Offer(models, next(iter(quick or models), ""))


def choose(provider: Provider, model: str, *, by: audit.Actor) -> str:
    """Let it write with `model`, after one word from it. What it answered; ValidationError when it did not."""
    provider.model = model
    trial = providers.test(provider)
    if not trial.ok:
        raise ValidationError({"model": trial.text})
    with transaction.atomic():
        providers.adjust(provider, by=by, model=model)
        providers.enable(provider, by=by)
    return trial.text


def stay_offline(*, by: audit.Actor) -> None:
    """The voice of this machine writes, until there is another."""
    voice = Provider.objects.filter(kind=Provider.Kind.OFFLINE).first()
    if voice is not None:
        providers.enable(voice, by=by)
    else:
        providers.add(
            _("Offline voice"), base_url="", model="kulis-offline-1", priority=100, kind=Provider.Kind.OFFLINE, by=by
        )


def _expect_answer(provider: Provider) -> None:
    pool.give_back()
    try:
        adapters.of(provider).models()
    except port.InvalidKey as error:
        raise ValidationError({"key": str(error)}) from error
    except port.Unavailable as error:
        raise ValidationError({"base_url": str(error)}) from error
    except port.LLMError:
        return  # some list no models; a word from the chosen one will tell


def _name(base_url: str) -> str:
    """A name that no other provider has."""
    address = base_url.strip().rstrip("/")
    name = KNOWN.get(address) or urlsplit(address).hostname or address
    taken = set(Provider.objects.values_list("name", flat=True))
    fresh = (f"{name[:60]}{'' if number == 1 else f' {number}'}" for number in range(1, len(taken) + 2))
    return next((each for each in fresh if each not in taken), _("Provider"))
