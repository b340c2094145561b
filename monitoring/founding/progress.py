"""How far a set-up has come, read from what there is: closing the page loses nothing."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bots.models import Bot
from conversations import control
from conversations.models import Chat, Provider
from monitoring.founding import owner

OFFLINE = "founding-offline"
"""In the session: this owner stays with the offline voice for now."""


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    title: "str | Promise"
    done: bool


def steps(request: HttpRequest) -> list[Step]:
    """In the order in which they are taken."""
    return [
        Step("owner", _("Your account"), done=not owner.is_open()),
        Step("words", _("Where words come from"), done=bool(request.session.get(OFFLINE)) or voices().exists()),
        Step("bots", _("Your bots"), done=Bot.objects.active().filter(token_state=Bot.Token.HEALTHY).exists()),
        Step("group", _("Your group"), done=groups().exists()),
        Step("stage", _("Rehearse and begin"), done=control.is_running() and groups().talking().exists()),
    ]


def next_step(found: list[Step]) -> str:
    """The first that is not done; the last when all are."""
    return next((step.name for step in found if not step.done), found[-1].name)


def voices() -> Any:
    """Providers that write, other than the offline voice."""
    return Provider.objects.filter(enabled=True).exclude(kind=Provider.Kind.OFFLINE)


def groups() -> Any:
    """Telegram groups that somebody has chosen for the cast; those that only noted themselves have no topics."""
    return Chat.objects.filter(kind=Chat.Kind.TELEGRAM).exclude(topics=[])
