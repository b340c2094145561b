"""What was said, and a person's own words: in a rehearsal room, or through a bot."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from bots.models import Bot
from conversations import rehearsal, remits, takeover
from conversations.models import Chat, Membership, Message
from monitoring import access
from monitoring.api import once
from monitoring.api.chats import find
from monitoring.api.door import Door, Verb, read
from monitoring.api.paging import LatestSaid, List, listed
from monitoring.api.shapes import talk as shapes
from monitoring.models import ApiKey

ROWS = Message.objects.select_related("bot__persona", "participant", "turn").defer(
    "turn__prompt", "turn__candidates", "turn__verdicts", "turn__quotes", "turn__embedding", "turn__draft", "turn__text"
)


@listed("What was said in a chat, newest first", shapes.MessageShape, shapes.MessageFilters)
class Messages(List):
    writes = access.SAY
    scope: ClassVar[str] = ApiKey.Scope.READ_TALK
    rows = ROWS
    shape = shapes.MessageShape
    filters = shapes.MessageFilters
    pagination_class = LatestSaid

    @override
    def within(self, request: Request, **where: Any) -> QuerySet[Message]:
        return self.rows.filter(chat=find(request, where["pk"]))

    @override
    def chosen(self, rows: QuerySet[Message], given: dict[str, Any]) -> QuerySet[Message]:
        columns = {"bot": "bot", "since": "said_at__gte", "until": "said_at__lt"}
        return rows.filter(**{columns[name]: value for name, value in given.items()})

    @extend_schema(
        request=shapes.Say,
        responses={201: shapes.MessageShape},
        summary="Say something in a rehearsal room",
    )
    def post(self, request: Request, pk: int) -> Response:
        given = read(request, shapes.Say)
        return once.act(self, request, lambda: self._say(request, pk, given))

    def _say(self, request: Request, pk: int, given: dict[str, Any]) -> Response:
        chat = find(request, pk)
        me = rehearsal.guest(access.viewer(request))
        answered = _answered(chat, given["reply_to"])
        message = rehearsal.say(chat, participant=me, text=given["text"], reply_to=answered)
        return Response(shapes.MessageShape(ROWS.get(pk=message.pk)).data, 201)


class OneMessage(Door):
    scope: ClassVar[str] = ApiKey.Scope.READ_TALK

    @extend_schema(responses=shapes.MessageShape, summary="One message")
    def get(self, request: Request, pk: int) -> Response:
        message = get_object_or_404(remits.within(request.user, ROWS), pk=pk)
        return Response(shapes.MessageShape(message).data)


def _answered(chat: Chat, number: int | None) -> Message | None:
    if number is None:
        return None
    found = chat.messages.filter(pk=number).first()
    if found is None:
        raise exceptions.ValidationError({"reply_to": _("The message you reply to is in another chat.")})
    return found


# --- Through a bot: people alone, for the words are marked as a person's ---------------------------------------------
class Nothing(serializers.Serializer[dict[str, Any]]):
    """An empty body."""


class _Through(Verb):
    writes = access.SAY
    asks: ClassVar[type[serializers.BaseSerializer[Any]]] = Nothing

    def change(self, request: Request, chat: Chat, bot: Bot) -> None:
        raise NotImplementedError

    def played(self, request: Request, where: dict[str, int]) -> tuple[Chat, Bot]:
        chat = find(request, where["pk"])
        return chat, get_object_or_404(Bot.objects.select_related("persona"), pk=where["bot"])

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        chat, bot = self.played(request, where)
        self.change(request, chat, bot)
        member = Membership.objects.select_related("taken_by").get(chat=chat, bot=bot)
        return Response(shapes.MembershipShape(member).data)


def _told(summary: str) -> Any:
    return extend_schema(request=Nothing, responses=shapes.MembershipShape, summary=summary)


@_told("Speak through a bot in a chat from now on")
class Take(_Through):
    @override
    def change(self, request: Request, chat: Chat, bot: Bot) -> None:
        takeover.take(chat, bot, by=access.viewer(request))


@_told("Keep the bot for as long again")
class Stay(_Through):
    @override
    def change(self, request: Request, chat: Chat, bot: Bot) -> None:
        takeover.stay(chat, bot, by=access.viewer(request))


@_told("Let the engine play the bot again")
class HandBack(_Through):
    @override
    def change(self, request: Request, chat: Chat, bot: Bot) -> None:
        takeover.hand_back(chat, bot, by=access.viewer(request))


@extend_schema(
    request=shapes.Speak, responses=shapes.TurnShape, summary="Say it through the bot, marked as a person's words"
)
class SpeakThrough(_Through):
    asks = shapes.Speak

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        chat, bot = self.played(request, where)
        answered = _answered(chat, given["reply_to"])
        turn = takeover.speak(chat, bot, given["text"], by=access.viewer(request), reply_to=answered)
        return Response(shapes.TurnShape(turn, context={"request": request}).data)
