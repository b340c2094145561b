"""Pages of the house, lists of the admin, and settings: found in the language of who asks."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bots import casing
from conversations.models import Rules
from conversations.models.rules import FIELDS
from monitoring import access
from monitoring.search.asking import Asked
from monitoring.search.hit import Hit

MOST = 8


def pages(request: HttpRequest, asked: Asked) -> Iterator[Hit]:
    """Without a word: where one can go from here."""
    yield from _fitting(_everywhere(request), asked)[:MOST]


def settings(request: HttpRequest, asked: Asked) -> Iterator[Hit]:
    if asked.words:
        yield from _fitting(_rules(request), asked)[:MOST]


def _everywhere(request: HttpRequest) -> Iterator[Hit]:
    if access.watcher(request):
        yield from _stage(request)
    yield Hit(_("Help"), reverse("help"), _("Guides, reasons, and what doctor says"))
    if getattr(request.user, "is_staff", False):
        yield Hit(_("Admin"), reverse("admin:index"), _("Everything that can be set, in one place"))
        for app in admin.site.get_app_list(request):
            yield from (_list(model) for model in app["models"] if model["admin_url"])
        yield Hit(_("Second factor"), reverse("second-factor"), _("Your phone, and your recovery codes"))
        yield Hit(_("Password"), reverse("admin:password_change"), _("Your own"))


def _stage(request: HttpRequest) -> Iterator[Hit]:
    viewer = access.viewer(request)
    yield Hit(_("Overview"), reverse("dashboard"), _("What the cast does right now"))
    yield Hit(_("Rehearsal"), reverse("first-room"), _("Hear the cast where no audience is"))
    yield Hit(_("Chats"), reverse("chats"), _("Every room and group"))
    if access.may(viewer, access.READ_CAST):
        yield Hit(_("Personas"), reverse("personas"), _("Write them, try them out, compare two"))
    yield Hit(_("Approvals"), reverse("approvals"), _("Messages that wait for a yes"))
    yield Hit(_("Turns that need a look"), reverse("attention"), _("What waits for a person, and what went wrong"))
    yield Hit(_("Incidents"), reverse("incidents"), _("What goes wrong now, and what went wrong"))
    yield Hit(_("Reports"), reverse("reports"), _("Each day and each week in numbers; by e-mail too"))
    yield Hit(_("Realism"), reverse("realism"), _("How alive the talk is"))
    yield Hit(pgettext("page", "Bots"), reverse("bots"), _("Who said how much, and each bot's numbers"))
    yield Hit(_("Delivery"), reverse("delivery"), _("What is on its way, and what nobody is sure of"))
    yield Hit(_("Providers"), reverse("providers"), _("Who finds the words, how fast, and who failed"))
    if access.may(viewer, access.COST):
        yield Hit(_("Spending"), reverse("spending"), _("What words cost, budgets and quotas"))
    if access.may(viewer, access.HEALTH):
        yield Hit(_("Health"), reverse("health"), _("What is wrong in the house, and how it fared day by day"))
    if access.may(viewer, access.START):
        yield Hit(_("Start the engine"), reverse("engine-start"), _("Asks before it does"))


def _list(model: dict[str, Any]) -> Hit:
    return Hit(capfirst(str(model["name"])), model["admin_url"], str(model.get("summary", "")))


def _rules(request: HttpRequest) -> Iterator[Hit]:
    user = request.user
    if not (getattr(user, "is_staff", False) and access.may(user, "conversations.view_rules")):
        return
    address = reverse("admin:conversations_rules_changelist")
    for name in FIELDS:
        field = Rules._meta.get_field(name)
        if isinstance(field, models.Field):
            yield Hit(capfirst(str(field.verbose_name)), f"{address}#id_{name}", str(field.help_text))


def _fitting(hits: Iterable[Hit], asked: Asked) -> list[Hit]:
    """Those with each of the words; where one begins the title, first."""
    if not asked.words:
        return list(hits)
    found = [hit for hit in hits if _has(f"{hit.title} {hit.about}", asked.words)]
    return sorted(found, key=lambda hit: not _has(hit.title, asked.words[:1]))


def _has(text: str, words: tuple[str, ...]) -> bool:
    told = casing.plain(text)
    return all(word in told for word in words)
