"""The guard's rules in words that follow "it …", for people who read the report of an import."""

from django.utils.translation import gettext as _

from conversations.engine import guard


def wrong_with(text: str) -> tuple[str, ...]:
    """What a persona may not say of this text; empty when it is fine."""
    words = _words()
    return tuple(words.get(rule, rule) for rule in guard.persona(text))


def _words() -> dict[str, str]:
    return {
        guard.PROMISE.name: _("promises a gain or pushes people"),
        guard.HUMAN.name: _("claims to be a human being"),
        guard.LEAK.name: _("looks like a key or an instruction to the machine"),
        guard.PERSONAL.name: _("holds personal data"),
        guard.FIGURE.name: _("names a price, a level or a rate without a source"),
    }
