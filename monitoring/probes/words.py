"""Who finds the words: every enabled provider, asked."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import providers as providing
from conversations import together
from conversations.models import Provider
from monitoring.probes.finding import Finding, fail, ok, warn

SECONDS = 25.0


def providers() -> list[Finding]:
    enabled = list(Provider.objects.filter(enabled=True).order_by("priority", "pk"))
    if not enabled:
        return [
            fail("provider", _("No provider is enabled, so nobody finds words."), _("Run `manage.py provider add`."))
        ]
    trials = together.ask(enabled, providing.look, seconds=SECONDS)
    found = [_finding(provider, trial) for provider, trial in zip(enabled, trials, strict=True)]
    if all(provider.is_offline for provider in enabled) and not settings.DEMO:
        text = _("Only the offline voice speaks.")
        found.append(warn("provider", text, _("Give the cast a model: `manage.py provider add`.")))
    return found


def _finding(provider: Provider, trial: providing.Trial | None) -> Finding:
    name = f"provider {provider}"
    if trial is None:
        return fail(name, _("It does not answer in time."), _("Look at its address, or disable it."))
    if not trial.ok:
        return fail(name, trial.text, _("Look at its address, key and model, or disable it."))
    if provider.resting_until and provider.resting_until > timezone.now():
        text = _("%(text)s It rests after %(count)s failures: %(error)s")
        values = {"text": trial.text, "count": provider.failures, "error": provider.last_error}
        return warn(name, text % values, _("Nothing: it is asked again by itself."))
    return ok(name, trial.text)
