"""Rehearsal rooms and groups: the list, the talk, what lies further back, and a person's own words."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conversations import rehearsal, remits
from conversations.models import Chat, Message
from monitoring import access, live, room, screens, thread
from monitoring.access import viewer, watchers_only


@require_safe
@watchers_only
def chats(request: HttpRequest) -> HttpResponse:
    """Every place where the cast plays."""
    return render(request, "stage/chats.html", {"listed": room.listed(viewer(request))})


@require_safe
@watchers_only
def first_room(request: HttpRequest) -> HttpResponse:
    """The first rehearsal room, or the list that says how to open one."""
    chat = room.first_room(viewer(request))
    return redirect(chat) if chat else redirect("chats")


@require_safe
@watchers_only
def chat(request: HttpRequest, pk: int) -> HttpResponse:
    """The talk of one chat, live. Each kind has one address."""
    found = get_object_or_404(remits.within(request.user, Chat.objects.all()), pk=pk)
    if found.get_absolute_url() != request.path:
        return redirect(found)
    return _show(request, found)


def _show(request: HttpRequest, chat: Chat, *, said: dict[str, str] | None = None, error: str = "") -> HttpResponse:
    mark = live.mark()
    at = request.GET.get("at", "")
    page = _page(chat, at, viewer(request).pk)
    context: dict[str, Any] = {
        "mark": mark,
        "page": page,
        "at": at if page.has_newer else "",
        "listed": room.listed(viewer(request)),
        "may_decide": access.may(viewer(request), access.SAY),
        "may_say": chat.is_rehearsal and access.may(viewer(request), access.SAY),
        "said": said or {},
        "error": error,
        **screens.behind(chat),
        **screens.speaking(chat, viewer(request)),
    }
    return render(request, "stage/room.html", context, status=422 if error else 200)


def _page(chat: Chat, at: str, viewer_id: int) -> thread.Page:
    """The newest page, or the one around a message of this chat."""
    message = chat.messages.filter(pk=at).first() if at.isdecimal() and len(at) < 16 else None
    return thread.around(message, viewer_id=viewer_id) if message else thread.newest(chat, viewer_id=viewer_id)


@require_safe
@watchers_only
def older(request: HttpRequest, pk: int, before: int) -> HttpResponse:
    """The page before a message, as a piece of the thread."""
    mine = remits.within(request.user, Message.objects.select_related("chat"))
    message = get_object_or_404(mine, pk=before, chat=pk)
    page = thread.before(message, viewer_id=viewer(request).pk)
    return render(request, "stage/_older.html", {"page": page, "chat": message.chat})


@require_POST
@watchers_only
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's line in a rehearsal room."""
    chat = _where_one_may_write(request, pk)
    text, answers = request.POST.get("text", ""), request.POST.get("reply_to", "")
    reply_to = chat.messages.filter(pk=answers).first() if answers.isdecimal() and len(answers) < 16 else None
    try:
        message = rehearsal.say(chat, participant=rehearsal.guest(viewer(request)), text=text, reply_to=reply_to)
    except ValidationError as refused:
        return _not_said(request, chat, " ".join(refused.messages))
    return _line(request, message)


@require_POST
@watchers_only
def react(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's emoji on a message in a rehearsal room; `on` is the message and the emoji, as in 12:👍."""
    chat = _where_one_may_write(request, pk)
    number, _colon, sign = request.POST.get("on", "").partition(":")
    message = get_object_or_404(
        Message.objects.select_related("chat"), pk=number if number.isdecimal() and len(number) < 16 else 0, chat=chat
    )
    try:
        rehearsal.react(message, participant=rehearsal.guest(viewer(request)), sign=sign)
    except ValidationError as refused:
        return HttpResponse(" ".join(refused.messages), status=422, content_type="text/plain; charset=utf-8")
    return _line(request, message)


def _where_one_may_write(request: HttpRequest, pk: int) -> Chat:
    if not access.may(viewer(request), access.SAY):
        raise PermissionDenied(_("Your role watches; it does not write."))
    return get_object_or_404(remits.within(request.user, Chat.objects.all()), pk=pk, kind=Chat.Kind.REHEARSAL)


def _line(request: HttpRequest, message: Message) -> HttpResponse:
    """The message as it stands in the talk now; the whole page for who has no script."""
    if not screens.wants_piece(request):
        return redirect(message.chat)
    (line,) = thread.of_ids([message.pk], viewer_id=viewer(request).pk)
    return HttpResponse(render_to_string("stage/_line.html", {"line": line, "chat": message.chat}))


def _not_said(request: HttpRequest, chat: Chat, error: str) -> HttpResponse:
    """The reason beside the text, which stays as it was typed."""
    if screens.wants_piece(request):
        return HttpResponse(error, status=422, content_type="text/plain; charset=utf-8")
    return _show(request, chat, said=request.POST.dict(), error=error)
