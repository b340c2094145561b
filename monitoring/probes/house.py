"""What the house rests on: addresses, demo mode, keys, backups, the switch."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Max
from django.utils import timezone

from bots import outbound, trail, vault
from bots.models import AuditEntry, Bot
from conversations.models import Engine, Provider
from monitoring import sealed
from monitoring.probes.finding import Finding, fail, ok, warn
from monitoring.probes.phrase import gettext as _

BACKUP_EVERY = timedelta(days=7)
LOOKED_AT = 1000
"""Entries of the audit trail."""


def settled() -> list[Finding]:
    """What the environment says."""
    found = [
        ok("address PUBLIC_URL", settings.PUBLIC_URL),
        _telegram_address(),
        ok(
            "address DATABASE_URL", _shown(settings.DATABASES["default"]["HOST"], settings.DATABASES["default"]["PORT"])
        ),
        ok("address REDIS_URL", _place(settings.REDIS_URL)),
    ]
    if settings.OUTBOUND_ALLOW:
        found.append(ok("address OUTBOUND_ALLOW", ", ".join(settings.OUTBOUND_ALLOW)))
    return found


def kept() -> list[Finding]:
    """What the database holds of it."""
    trusted = Provider.objects.filter(trusted_address=True).exclude(base_url="").order_by("name")
    named = [ok(f"address provider {provider}", provider.base_url) for provider in trusted]
    return [*named, demo(), keys(), engine(), backup(), audit_trail()]


def _telegram_address() -> Finding:
    base = settings.TELEGRAM_API_BASE
    if base.startswith("http://") and not outbound.is_loopback(base):
        text = _("%(address)s is not encrypted: every token travels in the clear.") % {"address": base}
        return warn("address TELEGRAM_API_BASE", text, _("Use https://."))
    return ok("address TELEGRAM_API_BASE", base)


def audit_trail() -> Finding:
    """The newest entries, which takes a moment; `manage.py audit verify` looks at all."""
    verdict = trail.verify(newest=LOOKED_AT)
    if verdict.holds:
        return ok(
            "audit trail", _("Its newest %(count)s entries are as they were written.") % {"count": verdict.entries}
        )
    text = _("It breaks at entry %(seq)s: %(why)s.") % {"seq": verdict.broken_at, "why": verdict.why}
    return fail("audit trail", text, _("Find out who can write to the database past Kulis; restore from a backup."))


def demo() -> Finding:
    if not settings.DEMO:
        return ok("demo", _("Demo mode is off."))
    if not settings.IS_LOOPBACK:
        text = _("Demo mode is on although others reach %(address)s.") % {"address": settings.PUBLIC_URL}
        return fail("demo", text, _("Set DEMO=0."))
    if Bot.objects.exclude(token="").exists() and not outbound.is_loopback(settings.TELEGRAM_API_BASE):
        return fail("demo", _("Demo mode is on although real tokens are stored."), _("Set DEMO=0."))
    return ok("demo", _("Demo mode is on: whoever sits at this machine may watch."))


def keys() -> Finding:
    try:
        shut, used = sealed.shut(per_key=1), sealed.keys()
        current = vault.current_key()
    except ImproperlyConfigured as broken:
        return fail("keys", str(broken), _("Put the key back that sealed the tokens and keys."))
    if shut:
        names = ", ".join(f"{one.owner} ({one.key})" for one in shut)
        text = _("FIELD_KEYS does not open what is stored, for example: %(names)s.") % {"names": names}
        return fail("keys", text, _("Put the key back that sealed the tokens and keys."))
    old = {name: count for name, count in used.items() if name != current}
    told = _("Every sealed value opens; new ones use key %(name)s.") % {"name": current}
    if old:
        still = ", ".join(f"{name}: {count}" for name, count in sorted(old.items()))
        older = _("Older keys are still needed (%(still)s).") % {"still": still}
        return ok("keys", f"{told} {older}")
    return ok("keys", told)


def engine() -> Finding:
    switch = Engine.objects.get(pk=1)
    if switch.running:
        return ok("engine", _("The cast may talk."))
    who = switch.changed_by or "kulis"
    text = _("The cast is silent: stopped by %(who)s. %(reason)s") % {"who": who, "reason": switch.reason}
    return warn("engine", text.strip(), _("Start it with `manage.py engine start`."))


def backup() -> Finding:
    taken = AuditEntry.objects.filter(action="backup.take").aggregate(newest=Max("at"))["newest"]
    if taken:
        age = timezone.now() - taken
        text, late = _("The last backup is %(days)s days old.") % {"days": age.days}, age > BACKUP_EVERY
    else:
        text, late = _("No backup was ever taken."), not settings.DEMO
    remedy = _("Run `manage.py backup FILE`, and keep FILE and the key apart from here.")
    return warn("backup", text, remedy) if late else ok("backup", text)


def _place(address: str) -> str:
    """Host and port, without the password."""
    parts = urlsplit(address)
    return _shown(parts.hostname or "", parts.port or "")


def _shown(host: object, port: object) -> str:
    return f"{host or 'local socket'}{f':{port}' if port else ''}"
