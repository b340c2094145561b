"""A person speaks through a bot: take it over, speak, stay, hand it back."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from bots.models import Bot
from conversations import remits, takeover
from conversations.models import Chat
from monitoring import access, reasons, screens
from monitoring.access import viewer, watchers_only

_VERBS: dict[str, Callable[..., object]] = {
    "take": takeover.take,
    "stay": takeover.stay,
    "hand-back": takeover.hand_back,
}


@require_POST
@watchers_only
def change(request: HttpRequest, pk: int, bot: int, verb: str) -> HttpResponse:
    """Who plays this bot here from now on: the person who asks, or the engine."""
    chat, played = _found(request, pk, bot)
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](chat, played, by=viewer(request))
    except ValidationError as refused:
        return _refused(refused)
    if not screens.wants_piece(request):
        return redirect(chat)
    return _speaking(request, chat) if verb == "stay" else HttpResponseClientRedirect(chat.get_absolute_url())


@require_POST
@watchers_only
def speak(request: HttpRequest, pk: int, bot: int) -> HttpResponse:
    """Words of a person through a bot; the message itself comes as every message does."""
    chat, played = _found(request, pk, bot)
    answers = request.POST.get("reply_to", "")
    reply_to = chat.messages.filter(pk=answers).first() if answers.isdecimal() and len(answers) < 16 else None
    try:
        takeover.speak(chat, played, request.POST.get("text", ""), by=viewer(request), reply_to=reply_to)
    except ValidationError as refused:
        return _refused(refused)
    return _speaking(request, chat) if screens.wants_piece(request) else redirect(chat)


def _found(request: HttpRequest, pk: int, bot: int) -> tuple[Chat, Bot]:
    if not access.may(viewer(request), access.SAY):
        raise PermissionDenied(_("Your role watches; it speaks through no bot."))
    mine = remits.within(request.user, Chat.objects.all())
    return get_object_or_404(mine, pk=pk), get_object_or_404(Bot.objects.select_related("persona"), pk=bot)


def _speaking(request: HttpRequest, chat: Chat) -> HttpResponse:
    return render(request, "stage/_speaking.html", screens.speaking(chat, viewer(request)))


def _refused(refused: ValidationError) -> HttpResponse:
    """In the words of the rule, or of what keeps the bot silent, where there is one."""
    code = getattr(refused, "code", None) or ""
    told = f"{reasons.rule(code)} " if code in reasons.RULES else ""
    why = f" ({reasons.blocked(code)})" if code in reasons.BLOCKED else ""
    return HttpResponse(
        f"{told}{' '.join(refused.messages)}{why}", status=422, content_type="text/plain; charset=utf-8"
    )
