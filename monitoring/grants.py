"""What each role may do, as permissions on models. Deny by default: what is not listed here is not granted."""

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ADMIN = "admin", _("admin")
    OPERATOR = "operator", _("operator")
    ANALYST = "analyst", _("analyst")
    AUDITOR = "auditor", _("auditor")


MEANING = {
    Role.ADMIN: _("Everything: people, tokens, keys, switching the cast on."),
    Role.OPERATOR: _("Runs the cast: personas, chats, pauses, switching the cast off. No tokens, keys or people."),
    Role.ANALYST: _("Watches: chats, messages, turns, the cast. Changes nothing, sees no cost."),
    Role.AUDITOR: _("Reads the whole audit trail and the sign-ins. Sees no message."),
}

_CAST = (
    "persona", "bot", "activehours", "stance", "holding", "memory", "mood", "relationship", "origin", "version",
    "fragment",
)  # fmt: skip
_TALK = (
    "chat", "membership", "message", "turn", "rules", "engine", "symbol", "headline", "quote", "feed", "quotesource",
)  # fmt: skip
_LEDGER = (
    "participant",
    "sendattempt",
    "llmcall",
    "provider",
    "price",
    "budget",
    "breaker",
    "inboundupdate",
    "response",
    "event",
)


def _each(verbs: str, app: str, models: tuple[str, ...]) -> set[str]:
    return {f"{app}.{verb}_{model}" for verb in verbs.split() for model in models}


_WATCH = _each("view", "bots", _CAST) | _each("view", "conversations", _TALK)

_NOTICES = {"monitoring.view_incident", "monitoring.view_threshold", "monitoring.view_report"}

GRANTS: dict[Role, set[str]] = {
    Role.OPERATOR: _WATCH
    | _each("view", "conversations", _LEDGER)
    | _each("add change", "bots", ("persona", "bot"))
    | _each("add delete", "bots", ("fragment",))
    | _each("add change delete", "bots", ("activehours", "stance", "holding", "memory"))
    | _each("add change", "conversations", ("chat",))
    | _each("add change delete", "conversations", ("membership", "symbol"))
    | _each("add change", "conversations", ("feed", "quotesource"))
    | {"conversations.add_rules", "conversations.stop_engine", "conversations.reset_breaker", "bots.view_auditentry"}
    | _NOTICES
    | _each("view change", "monitoring", ("fault",))
    | {"monitoring.see_health", "monitoring.change_incident", "monitoring.change_threshold"},
    Role.ANALYST: _WATCH | _NOTICES,
    Role.AUDITOR: {"bots.view_auditentry", "bots.read_whole_trail", "axes.view_accesslog", "axes.view_accessattempt"},
}


def permissions(role: Role) -> QuerySet[Permission]:
    """The rows behind a role. An admin holds every permission there is."""
    if role is Role.ADMIN:
        return Permission.objects.all()
    wanted = Q(pk=None)
    for name in GRANTS[role]:
        app, _dot, codename = name.partition(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return Permission.objects.filter(wanted)
