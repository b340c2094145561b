"""What the page of the rules shows, and what it does: look ahead, save, go back."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit
from conversations import control, earlier_rules, foresight
from conversations.admin.tuning import past
from conversations.admin.tuning.form import TuningForm
from conversations.admin.tuning.picture import Picture
from conversations.admin.tuning.words import said
from conversations.models import Chat, Rules
from conversations.models.rules import CAST_WIDE, FIELDS

SHOWN = 8
"""Revisions on the page; the others are in the whole history."""


def form(chat: Chat | None, data: Any = None) -> TuningForm:
    everywhere = earlier_rules.newest(None)
    if everywhere is None:
        raise PermissionDenied(_("There are no rules yet. Run manage.py migrate."))
    return TuningForm(data, chat=chat, everywhere=everywhere, newest=earlier_rules.newest(chat) if chat else everywhere)


def ahead(chat: Chat | None, given: TuningForm | None) -> dict[str, Any]:
    """What the rules in the form would do, or those that hold where there is none, or what it says is wrong."""
    wrong = given is not None and _is_wrong(given)
    instead = given.proposed() if given is not None and not wrong else None
    effect = foresight.of(chat, timezone.localtime(), instead=instead)
    return {"effect": effect, "picture": Picture.of(effect), "wrong": wrong, "edits": instead is not None}


def save(given: TuningForm, *, by: audit.Actor) -> Rules | None:
    """The next revision, or None with what is wrong among the errors of the form."""
    if not given.is_valid():
        return None
    if not given.changes():
        given.add_error(None, _("Nothing is different from the rules that hold now."))
        return None
    try:
        return control.revise(
            by=by, chat=given.chat, note=given.cleaned_data["note"], seen=given.cleaned_data["seen"], **given.changes()
        )
    except ValidationError as refusal:
        given.add_error(None, refusal.messages)
        return None


def own(chat: Chat) -> list[tuple[str, past.Change]]:
    """The rules that a chat has for itself: what every chat goes by, and what it goes by."""
    everywhere, newest = earlier_rules.newest(None), earlier_rules.newest(chat)
    names = [name for name in FIELDS if name not in CAST_WIDE and getattr(newest, name, None) is not None]
    return [
        (
            name,
            past.Change(
                Rules._meta.get_field(name).verbose_name,  # type: ignore[union-attr]  # a column
                said(name, getattr(everywhere, name)),
                said(name, getattr(newest, name)),
            ),
        )
        for name in names
    ]


def history(chat: Chat | None) -> list[past.Revision]:
    return past.newest(chat, most=SHOWN)


def scopes(chats: QuerySet[Chat]) -> list[tuple[Chat, int]]:
    """The chats that this person may see, each with how many rules of its own it has. Two queries."""
    rows = Rules.objects.exclude(chat=None).order_by("chat_id", "-id").distinct("chat_id")
    own = {row.chat_id: sum(getattr(row, name) is not None for name in FIELDS if name not in CAST_WIDE) for row in rows}
    return [(chat, own.get(chat.pk, 0)) for chat in chats.order_by("title", "pk")]


def _is_wrong(given: TuningForm) -> bool:
    """The reason is missing while somebody still tries things out; everything else must be right."""
    return not given.is_valid() and set(given.errors) != {"note"}
