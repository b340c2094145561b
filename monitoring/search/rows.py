"""Bots, personas, chats and people, by name."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from bots import found
from bots.models import Bot, Persona
from conversations import remits
from conversations.models import Chat, Participant
from monitoring.search.asking import Asked
from monitoring.search.hit import Hit

MOST = 5


def bots(asked: Asked) -> Iterator[Hit]:
    rows = Bot.objects.select_related("persona")
    for bot in _rows(rows, asked, "username", "persona__name"):
        yield Hit(bot.name, _desk(bot), f"@{bot.username}" + (f" · {_('retired')}" if bot.retired_at else ""))


def personas(asked: Asked) -> Iterator[Hit]:
    """Those that somebody plays: past versions are found from theirs."""
    played = Persona.objects.filter(pk__in=Bot.objects.values("persona"))
    for persona in _rows(played, asked, "name", "hint"):
        yield Hit(persona.name, _desk(persona), persona.hint)


def chats(asked: Asked) -> Iterator[Hit]:
    for chat in _rows(Chat.objects.all(), asked, "title", number="telegram_id"):
        yield Hit(chat.title, chat.get_absolute_url(), f"{chat.get_kind_display()} · {chat.get_mode_display()}")


def people(asked: Asked) -> Iterator[Hit]:
    seen = Participant.objects.filter(forgotten_at=None)
    for one in _rows(seen, asked, "name", "username", number="telegram_id"):
        yield Hit(str(one), _desk(one), f"@{one.username}" if one.username else "")


def staff(asked: Asked) -> Iterator[Hit]:
    for user in _rows(User.objects.filter(is_staff=True), asked, "username", "first_name", "last_name"):
        yield Hit(user.get_username(), _desk(user), user.get_full_name())


def _rows(rows: "QuerySet[Any]", asked: Asked, *columns: str, number: str = "") -> Iterable[Any]:
    rows = remits.within(asked.viewer, rows)
    if number and asked.number is not None:
        return rows.filter(**{number: asked.number})[:MOST]
    return found.named(rows, asked.words, *columns)[:MOST] if asked.words else ()


def _desk(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
