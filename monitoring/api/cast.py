"""Bots and personas: read, take in, switch, pause, retire, and give a token that nobody reads back."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from bots import casing, found, roster
from bots.exchange.parse import clock
from bots.models import Bot, Persona
from bots.sheet import BotSheet, Horizon, PersonaSheet, Risk
from bots.studio import facts
from conversations import remits
from monitoring import access, step_up
from monitoring.api import marks, once
from monitoring.api.door import Door, Verb, actor, read
from monitoring.api.paging import List, listed
from monitoring.api.problems import Refused
from monitoring.api.shapes import cast as shapes
from monitoring.api.shapes.engine import Reason
from monitoring.models import ApiKey

Scope = ApiKey.Scope
ROWS = Bot.objects.select_related("persona")
TOKENS = "bots.replace_token"


def find(request: Request, pk: int) -> Bot:
    """A bot that this person has to do with."""
    return get_object_or_404(remits.within(request.user, ROWS.all()), pk=pk)


def held(request: Request, pk: int) -> Bot:
    """The same, and nobody else changes it until this request has ended."""
    mine = remits.within(request.user, Bot.objects.all())
    return get_object_or_404(mine.select_for_update(no_key=True, of=("self",)).select_related("persona"), pk=pk)


def told(request: Request, bot: Bot, *, status: int = 200) -> Response:
    shown = shapes.BotShape(bot).data
    return marks.answer(request, shown, _mark(bot), status=status)


def _mark(bot: Bot) -> str:
    return f'"{bot.pk}.{bot.revision}"'


@listed("Bots", shapes.BotShape, shapes.BotFilters)
class Bots(List):
    needs = "bots.view_bot"
    writes = access.ADD_BOT
    scope: ClassVar[str] = Scope.READ_CAST
    write_scope: ClassVar[str] = Scope.WRITE_CAST
    rows = ROWS
    shape = shapes.BotShape
    filters = shapes.BotFilters

    @override
    def chosen(self, rows: QuerySet[Bot], given: dict[str, Any]) -> QuerySet[Bot]:
        if chat := given.pop("chat", None):
            rows = rows.filter(memberships__chat=chat, memberships__ended_at=None)
        if username := given.pop("username", None):
            rows = rows.alias(folded=Lower("username")).filter(folded=username.removeprefix("@").lower())
        if name := given.pop("name", None):
            rows = rows.filter(found.anywhere(casing.plain(name), "persona__name"))
        if (retired := given.pop("retired", None)) is not None:
            rows = rows.filter(retired_at__isnull=not retired)
        return rows.filter(**given)

    @extend_schema(request=shapes.Enrol, responses={201: shapes.BotShape}, summary="Take a new bot into the cast")
    def post(self, request: Request) -> Response:
        given = read(request, shapes.Enrol)
        return once.act(self, request, lambda: self._enrol(request, given))

    def _enrol(self, request: Request, given: dict[str, Any]) -> Response:
        bot = roster.enrol(_sheet(given), by=actor(request))
        return told(request, ROWS.get(pk=bot.pk), status=201)


class OneBot(Door):
    needs = "bots.view_bot"
    writes = "bots.change_bot"
    scope: ClassVar[str] = Scope.READ_CAST
    write_scope: ClassVar[str] = Scope.WRITE_CAST

    @extend_schema(responses=shapes.BotShape, summary="One bot")
    def get(self, request: Request, pk: int) -> Response:
        return told(request, find(request, pk))

    @extend_schema(request=shapes.BotEdit, responses=shapes.BotShape, summary="Switch a bot, and set its pace")
    def patch(self, request: Request, pk: int) -> Response:
        given = read(request, shapes.BotEdit, partial=True)
        return once.act(self, request, lambda: self._adjust(request, pk, given))

    def _adjust(self, request: Request, pk: int, given: dict[str, Any]) -> Response:
        bot = held(request, pk)
        marks.must_match(request, _mark(bot))
        must_be_here(bot)
        roster.adjust(bot, by=actor(request), **given)
        return told(request, ROWS.get(pk=pk))


class BotVerb(Verb):
    writes = "bots.change_bot"
    write_scope: ClassVar[str] = Scope.WRITE_CAST

    def change(self, request: Request, bot: Bot, given: dict[str, Any]) -> None:
        raise NotImplementedError

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        bot = held(request, where["pk"])
        must_be_here(bot)
        self.change(request, bot, given)
        return told(request, ROWS.get(pk=bot.pk))


@extend_schema(request=shapes.Pause, responses=shapes.BotShape, summary="Silence a bot for a while, everywhere")
class PauseBot(BotVerb):
    write_scope: ClassVar[str] = Scope.PAUSE
    asks = shapes.Pause

    @override
    def change(self, request: Request, bot: Bot, given: dict[str, Any]) -> None:
        roster.pause(bot, until=given["until"], by=actor(request), reason=given["reason"])


@extend_schema(request=Reason, responses=shapes.BotShape, summary="End the pause of a bot")
class ResumeBot(BotVerb):
    asks = Reason

    @override
    def change(self, request: Request, bot: Bot, given: dict[str, Any]) -> None:
        roster.resume(bot, by=actor(request))


@extend_schema(request=shapes.Retire, responses=shapes.BotShape, summary="Take a bot out of the cast, for good")
class RetireBot(BotVerb):
    writes = TOKENS
    write_scope = ""
    asks = shapes.Retire

    @override
    def prove(self, request: Request, given: dict[str, Any]) -> None:
        step_up.prove(request, given["code"])

    @override
    def change(self, request: Request, bot: Bot, given: dict[str, Any]) -> None:
        if given["username"].removeprefix("@").lower() != bot.username.lower():
            raise exceptions.ValidationError({"username": _("This is another bot. Nothing was done.")})
        roster.retire(bot, by=actor(request), reason=given["reason"])


@extend_schema(request=shapes.Token, responses=shapes.BotShape, summary="Give a bot a token, in place of any other")
class SetToken(BotVerb):
    writes = TOKENS
    write_scope = ""
    asks = shapes.Token

    @override
    def prove(self, request: Request, given: dict[str, Any]) -> None:
        step_up.prove(request, given["code"])

    @override
    def change(self, request: Request, bot: Bot, given: dict[str, Any]) -> None:
        roster.set_token(bot, given["token"], by=actor(request))


@listed("Personas, each version a row that never changes", shapes.PersonaShape, shapes.PersonaFilters)
class Personas(List):
    needs = access.READ_CAST
    scope: ClassVar[str] = Scope.READ_CAST
    rows = Persona.objects.all()
    shape = shapes.PersonaShape
    filters = shapes.PersonaFilters

    @override
    def chosen(self, rows: QuerySet[Persona], given: dict[str, Any]) -> QuerySet[Persona]:
        if bot := given.pop("bot", None):
            rows = rows.filter(bots=bot)
        return rows.filter(**given)


class OnePersona(Door):
    needs = access.READ_CAST
    scope: ClassVar[str] = Scope.READ_CAST

    @extend_schema(responses=shapes.PersonaShape, summary="One version of a persona")
    def get(self, request: Request, pk: int) -> Response:
        found = get_object_or_404(remits.within(request.user, Persona.objects.all()), pk=pk)
        shown = shapes.PersonaShape(found).data
        return marks.answer(request, shown, marks.of(shown))


def must_be_here(bot: Bot) -> None:
    if bot.retired_at:
        raise Refused(_("It is retired."))


def _sheet(given: dict[str, Any]) -> BotSheet:
    """A new bot on paper."""
    traits = {name: given[name] for name in roster.TRAITS if name in given}
    frozen: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in traits.items()}
    frozen |= {name: kind(frozen[name]) for name, kind in (("risk", Risk), ("horizon", Horizon)) if name in frozen}
    settings = {name: given[name] for name in facts.SETTINGS if name in given}
    hours = clock.hours(list(given.get(facts.HOURS, []))).value
    return BotSheet(username=given["username"], persona=PersonaSheet(**frozen), hours=hours, **settings)
