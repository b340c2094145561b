"""Everything that fits, group by group, for who asks."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from monitoring import access
from monitoring.help import lookup
from monitoring.search import places, rows, talk
from monitoring.search.asking import Asked
from monitoring.search.hit import Group, Hit, Words

Look = Callable[[Asked], Iterator[Hit]]

_AT_DESKS: tuple[tuple[Words, str, Look], ...] = (
    (pgettext_lazy("found", "Bots"), "bots.view_bot", rows.bots),
    (_("Personas"), "bots.view_persona", rows.personas),
    (_("People in chats"), "conversations.view_participant", rows.people),
    (_("Staff"), "auth.view_user", rows.staff),
)
"""Their pages are in the admin."""
_ON_STAGE: tuple[tuple[Words, Look], ...] = (
    (_("Turns"), talk.turns),
    (_("Chats"), rows.chats),
    (_("Messages"), talk.messages),
)


def of(request: HttpRequest, asked: Asked) -> list[Group]:
    asked = replace(asked, viewer=request.user)
    return [group for group in _groups(request, asked) if group.hits]


def _groups(request: HttpRequest, asked: Asked) -> Iterator[Group]:
    yield Group(_("Pages"), tuple(places.pages(request, asked)))
    if not asked.text:
        return
    yield Group(_("Settings"), tuple(places.settings(request, asked)))
    if getattr(request.user, "is_staff", False):
        for name, permission, look in _AT_DESKS:
            if access.may(request.user, permission):
                yield Group(name, tuple(look(asked)))
    if access.watcher(request):
        for name, look in _ON_STAGE:
            yield Group(name, tuple(look(asked)))
    yield Group(_("Help"), tuple(lookup.entries(asked)))
