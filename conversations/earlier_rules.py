"""The way back: rules as they were, and a chat that inherits again."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bots import audit
from conversations import control
from conversations.models import Chat, Rules
from conversations.models.rules import CAST_WIDE, FIELDS


def go_back(rules: Rules, *, by: audit.Actor, reason: str = "") -> Rules:
    """Let an earlier state hold again: a new revision with all its values. Raises ValidationError."""
    latest = newest(rules.chat)
    names = [name for name in FIELDS if not (rules.chat_id and name in CAST_WIDE)]
    changed = {name: value for name in names if (value := getattr(rules, name)) != getattr(latest, name, None)}
    if not changed:
        raise ValidationError(_("These rules hold already."))
    note = " ".join(filter(None, [_("Back to revision %(number)d.") % {"number": rules.pk}, reason]))
    return control.revise(by=by, chat=rules.chat, note=note, seen=latest.pk if latest else 0, **changed)


def give_back(chat: Chat, name: str, *, by: audit.Actor) -> None:
    """Let a chat inherit a rule again. Raises ValidationError."""
    latest = newest(chat)
    if name not in FIELDS or latest is None or getattr(latest, name) is None:
        raise ValidationError(_("This rule is inherited already."))
    label = Rules._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a column
    control.revise(by=by, chat=chat, note=_("Given back: %(rule)s.") % {"rule": label}, seen=latest.pk, **{name: None})


def newest(chat: Chat | None) -> Rules | None:
    """The revision that holds for a chat alone, or for every chat."""
    return Rules.objects.filter(chat=chat).select_related("chat").order_by("-pk").first()
