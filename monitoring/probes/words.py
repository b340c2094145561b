"""Who finds the words: every enabled provider, asked."""

from django.conf import settings
from django.utils import timezone

from conversations import providers as providing
from conversations import spending, together
from conversations.llm import quotas
from conversations.models import Breaker, Provider
from monitoring.probes.finding import Finding, fail, ok, warn
from monitoring.probes.phrase import gettext as _

SECONDS = 25.0
NEARLY = 0.9


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


def budgets() -> list[Finding]:
    """What the cast may still spend."""
    found = spending.standings()
    if not found:
        return [ok("budget", _("No budget limits what the cast spends."))]
    return [_standing(one) for one in found]


def _standing(one: spending.Standing) -> Finding:
    name = f"budget {one.budget}"
    values = {"percent": str(one.percent), "ends": timezone.localtime(one.ends_at).strftime("%d.%m. %H:%M")}
    if one.is_spent:
        text = _("It is used up (%(percent)s %%), so the cast is silent until %(ends)s.")
        return fail(name, text % values, _("Raise it: `manage.py budget set`, or wait."))
    if one.is_tight:
        text = _("%(percent)s %% are gone; the cast saves until %(ends)s.")
        return warn(name, text % values, _("Raise it: `manage.py budget set`, or leave it: chatter ends first."))
    return ok(name, _("%(percent)s %% are gone.") % values)


def _used_up(provider: Provider) -> str:
    """The quota of which more than nine tenths are gone, or nothing."""
    return next((use.name for use in quotas.of(provider, timezone.now()) if use.share > NEARLY), "")


def _finding(provider: Provider, trial: providing.Trial | None) -> Finding:
    name = f"provider {provider}"
    if trial is None:
        return fail(name, _("It does not answer in time."), _("Look at its address, or disable it."))
    if not trial.ok:
        return fail(name, trial.text, _("Look at its address, key and model, or disable it."))
    if used := _used_up(provider):
        text = _("%(text)s Its quota is nearly used up: %(what)s.") % {"text": trial.text, "what": used}
        return warn(name, text, _("Raise the quota, or add another provider: `manage.py provider add`."))
    if Breaker.objects.filter(provider=provider, model=provider.model).exclude(state=Breaker.State.CLOSED).exists():
        text = _("%(text)s It kept failing and is left alone for a while: %(error)s")
        told = {"text": trial.text, "error": provider.last_error}
        return warn(name, text % told, _("Nothing: it is asked again by itself."))
    if provider.resting_until and provider.resting_until > timezone.now():
        text = _("%(text)s It asked to be left alone for a while: %(error)s")
        told = {"text": trial.text, "error": provider.last_error}
        return warn(name, text % told, _("Nothing: it is asked again by itself."))
    return ok(name, trial.text)
