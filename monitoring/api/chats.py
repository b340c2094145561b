"""Chats: open one, run it, silence it, tell its audience; and who plays there."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from bots.models import Bot
from conversations import control, members, rehearsal, remits
from conversations.models import Chat, Membership
from monitoring import access
from monitoring.api import marks, once
from monitoring.api.door import Door, Verb, actor, read
from monitoring.api.paging import List, asked, listed
from monitoring.api.shapes import talk as shapes
from monitoring.api.shapes.engine import Reason
from monitoring.models import ApiKey

Scope = ApiKey.Scope


def find(request: Request, pk: int) -> Chat:
    """A chat that this person has to do with."""
    return get_object_or_404(remits.within(request.user, Chat.objects.all()), pk=pk)


def told(request: Request, pk: int, *, status: int = 200) -> Response:
    shown = shapes.ChatShape(Chat.objects.get(pk=pk)).data
    return marks.answer(request, shown, _mark(shown), status=status)


def _mark(shown: dict[str, Any]) -> str:
    moving = {"next_due", "hushed_until"}
    return marks.of({name: value for name, value in shown.items() if name not in moving})


class _OfTalk(Door):
    writes = access.SAY
    scope: ClassVar[str] = Scope.READ_TALK
    write_scope: ClassVar[str] = Scope.WRITE_TALK


@listed("Chats", shapes.ChatShape, shapes.ChatFilters)
class Chats(_OfTalk, List):
    writes = "conversations.add_chat"
    rows = Chat.objects.all()
    shape = shapes.ChatShape
    filters = shapes.ChatFilters

    @override
    def chosen(self, rows: QuerySet[Chat], given: dict[str, Any]) -> QuerySet[Chat]:
        if bot := given.pop("bot", None):
            rows = rows.filter(memberships__bot=bot, memberships__ended_at=None)
        return rows.filter(**given)

    @extend_schema(
        request=shapes.ChatNew, responses={201: shapes.ChatShape}, summary="Open a rehearsal room, or register a group"
    )
    def post(self, request: Request) -> Response:
        if remits.ids(request.user) is not None:
            raise PermissionDenied(_("What is new belongs to none of your chats; ask somebody without a limit."))
        given = read(request, shapes.ChatNew)
        return once.act(self, request, lambda: self._open(request, given))

    def _open(self, request: Request, given: dict[str, Any]) -> Response:
        bots, by = _bots(request, given["bots"]), actor(request)
        if given["kind"] == Chat.Kind.REHEARSAL:
            if given["telegram_id"] or given["thread_id"]:
                raise exceptions.ValidationError(
                    {"telegram_id": _("A rehearsal room lives inside Kulis: it has no Telegram number.")}
                )
            chat = rehearsal.open_room(given["title"], members=bots, topics=given["topics"], by=by)
            return told(request, chat.pk, status=201)
        if given["telegram_id"] is None:
            raise exceptions.ValidationError({"telegram_id": _("A Telegram group needs its number.")})
        chat = control.add_group(
            given["title"], telegram_id=given["telegram_id"], thread_id=given["thread_id"], members=bots,
            topics=given["topics"], disclosed_by=given["disclosed_by"], by=by,
        )  # fmt: skip
        return told(request, chat.pk, status=201)


class OneChat(_OfTalk):
    @extend_schema(responses=shapes.ChatShape, summary="One chat")
    def get(self, request: Request, pk: int) -> Response:
        return told(request, find(request, pk).pk)

    @extend_schema(request=shapes.ChatEdit, responses=shapes.ChatShape, summary="Set how a chat is run")
    def patch(self, request: Request, pk: int) -> Response:
        given = read(request, shapes.ChatEdit, partial=True)
        return once.act(self, request, lambda: self._adjust(request, pk, given))

    def _adjust(self, request: Request, pk: int, given: dict[str, Any]) -> Response:
        mine = remits.within(request.user, Chat.objects.all())
        chat = get_object_or_404(mine.select_for_update(no_key=True), pk=pk)
        marks.must_match(request, _mark(shapes.ChatShape(chat).data))
        listener = given.get("listener")
        if listener and not chat.memberships.filter(bot=listener, ended_at=None).exists():
            raise exceptions.ValidationError({"listener": _("The bot does not play in this chat.")})
        if given:
            control.adjust(chat, by=actor(request), **given)
        return told(request, pk)


class ChatVerb(_OfTalk, Verb):
    def change(self, request: Request, chat: Chat, given: dict[str, Any]) -> None:
        raise NotImplementedError

    @override
    def do(self, request: Request, given: dict[str, Any], **where: Any) -> Response:
        self.change(request, find(request, where["pk"]), given)
        return told(request, where["pk"])


@extend_schema(request=shapes.ModeChange, responses=shapes.ChatShape, summary="Live, approval, paused or disabled")
class Mode(ChatVerb):
    asks = shapes.ModeChange

    @override
    def change(self, request: Request, chat: Chat, given: dict[str, Any]) -> None:
        control.set_mode(chat, Chat.Mode(given["mode"]), by=actor(request), reason=given["reason"])


@extend_schema(request=Reason, responses=shapes.ChatShape, summary="Let the cast fall silent in a chat")
class PauseChat(ChatVerb):
    write_scope: ClassVar[str] = Scope.PAUSE
    asks = Reason

    @override
    def change(self, request: Request, chat: Chat, given: dict[str, Any]) -> None:
        control.set_mode(chat, Chat.Mode.PAUSED, by=actor(request), reason=given["reason"])


@extend_schema(
    request=Reason, responses=shapes.ChatShape, summary="Tell the audience that it is a simulation, then go live"
)
class Disclose(ChatVerb):
    asks = Reason
    whole = False

    @override
    def change(self, request: Request, chat: Chat, given: dict[str, Any]) -> None:
        control.disclose(chat, by=actor(request))


@extend_schema(request=shapes.Members, responses=shapes.ChatShape, summary="Let more bots play in a chat")
class AddMembers(ChatVerb):
    asks = shapes.Members

    @override
    def change(self, request: Request, chat: Chat, given: dict[str, Any]) -> None:
        control.set_members(chat, _bots(request, given["bots"]), by=actor(request))


def _bots(request: Request, numbers: list[int]) -> list[Bot]:
    """Active bots that this person has to do with. Raises ValidationError for any other."""
    wanted = list(dict.fromkeys(numbers))
    found = remits.within(request.user, Bot.objects.filter(retired_at=None)).in_bulk(wanted)
    if missing := [number for number in wanted if number not in found]:
        raise exceptions.ValidationError({"bots": _("There is no bot %(number)d.") % {"number": missing[0]}})
    return [found[number] for number in wanted]


# --- Members ---------------------------------------------------------------------------------------------------------
@listed("Who plays where", shapes.MembershipShape, shapes.MembershipFilters)
class Memberships(_OfTalk, List):
    writes = ""
    rows = Membership.objects.select_related("taken_by")
    shape = shapes.MembershipShape
    filters = shapes.MembershipFilters

    @override
    def chosen(self, rows: QuerySet[Membership], given: dict[str, Any]) -> QuerySet[Membership]:
        if (ended := given.pop("ended", None)) is not None:
            rows = rows.filter(ended_at__isnull=not ended)
        return rows.filter(**given)


class OneMembership(_OfTalk):
    @extend_schema(responses=shapes.MembershipShape, summary="One bot in one chat")
    def get(self, request: Request, pk: int) -> Response:
        return _member(request, self._found(request, pk))

    @extend_schema(request=shapes.Weight, responses=shapes.MembershipShape, summary="How often a bot speaks there")
    def patch(self, request: Request, pk: int) -> Response:
        given = read(request, shapes.Weight, partial=True)
        return once.act(self, request, lambda: self._weigh(request, pk, given))

    @extend_schema(parameters=[Reason], responses={204: None}, summary="Take a bot out of a chat")
    def delete(self, request: Request, pk: int) -> Response:
        given = asked(request, Reason)
        return once.act(self, request, lambda: self._take_out(request, pk, given.get("reason", "")))

    def _weigh(self, request: Request, pk: int, given: dict[str, Any]) -> Response:
        member = members.held(self._found(request, pk))
        marks.must_match(request, _weight_mark(member))
        weight = given.get("weight", member.weight)
        members.weigh(member, weight, by=actor(request), reason=given.get("reason", ""))
        return _member(request, self._found(request, pk))

    def _take_out(self, request: Request, pk: int, reason: str) -> Response:
        members.take_out(self._found(request, pk), by=actor(request), reason=reason)
        return Response(None, 204)

    def _found(self, request: Request, pk: int) -> Membership:
        return get_object_or_404(remits.within(request.user, Membership.objects.select_related("taken_by")), pk=pk)


def _member(request: Request, member: Membership) -> Response:
    return marks.answer(request, shapes.MembershipShape(member).data, _weight_mark(member))


def _weight_mark(member: Membership) -> str:
    return marks.of([member.pk, member.weight, member.ended_at])
