"""One turn from all sides, what a person decides about it, and the turns that wait for that."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from conversations import control, decisions, remits
from conversations.models import Chat, Turn
from monitoring import access, reasons, screens, second_factor, story
from monitoring import attention as reader
from monitoring.access import viewer, watchers_only

Verb = Callable[[HttpRequest, Turn], Turn]


@require_safe
@watchers_only
def turn(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a bot spoke, or did not: a page of its own, or a panel beside the talk."""
    template = "stage/_story.html" if screens.wants_piece(request) else "stage/turn.html"
    return render(request, template, _context(request, pk))


@require_safe
@watchers_only
def attention(request: HttpRequest) -> HttpResponse:
    """What waits for a person, and what went wrong lately."""
    found = reader.of(timezone.now(), viewer(request))
    parts = [
        {"title": _("Wait for approval"), "turns": found.held, "queue": True},
        {"title": _("Perhaps delivered"), "turns": found.doubtful},
        {"title": _("Stand there more than once"), "turns": found.copied},
        {"title": _("Failed"), "turns": found.failed},
    ]
    return render(request, "stage/attention.html", {"found": found, "parts": parts})


@require_POST
@sensitive_post_parameters("code")
@watchers_only
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A person's decision about a turn; what is refused comes back with all that was typed."""
    if not access.may(viewer(request), access.SAY):
        raise PermissionDenied(_("Your role may not decide about turns."))
    if verb not in _VERBS:
        raise Http404
    decided = get_object_or_404(remits.within(request.user, Turn.objects.select_related("chat")), pk=pk)
    try:
        decided = _VERBS[verb](request, decided)
    except ValidationError as refusal:
        if screens.wants_piece(request):
            return HttpResponse(_words(refusal), status=422, content_type="text/plain; charset=utf-8")
        typed = {name: request.POST.get(name, "") for name in ("reason", "number", "text")}
        context = _context(request, pk) | {"refusal": _words(refusal), "typed": typed}
        return render(request, "stage/turn.html", context, status=422)
    return _done(request, decided)


def _done(request: HttpRequest, turn: Turn) -> HttpResponse:
    """Back to where it was decided: the talk, as a piece of it for a script, or the turn's own page."""
    if "talk" not in request.POST:
        return redirect(turn)
    if not screens.wants_piece(request):
        return redirect(turn.chat)
    context = screens.behind(Chat.objects.get(pk=turn.chat_id)) | {"may_decide": True}
    return render(request, "stage/_behind.html", context)


def _delivered(request: HttpRequest, turn: Turn) -> Turn:
    number = request.POST.get("number", "").strip()
    if number and not (number.isascii() and number.isdecimal() and len(number) <= 15):
        raise ValidationError(_("The number of a message is digits alone."))
    given = int(number) if number else None
    decisions.delivered(turn, by=viewer(request), reason=_reason(request), number=given)
    return turn


def _again(request: HttpRequest, turn: Turn) -> Turn:
    """Twice is worse than not at all, so whoever asks for it shows the second factor anew."""
    second_factor.verify(viewer(request), request.POST.get("code", ""))
    return decisions.send_again(turn, by=viewer(request), reason=_reason(request))


def _reword(request: HttpRequest, turn: Turn) -> Turn:
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    if text != turn.text:
        decisions.reword(turn, text, by=viewer(request), reason=_reason(request))
    elif not control.approve(turn, by=viewer(request)):
        raise ValidationError(_("It is too late for that."))
    return turn


def _reject(request: HttpRequest, turn: Turn) -> Turn:
    if not control.reject(turn, by=viewer(request), reason=_reason(request), came=[Turn.State.HELD]):
        raise ValidationError(_("It is too late for that."))
    return turn


def _cancel(request: HttpRequest, turn: Turn) -> Turn:
    if not control.reject(turn, by=viewer(request), reason=_reason(request)):
        raise ValidationError(_("It is too late for that."))
    return turn


def _retry(request: HttpRequest, turn: Turn) -> Turn:
    return decisions.retry(turn, by=viewer(request), reason=_reason(request))


_VERBS: dict[str, Verb] = {
    "delivered": _delivered,
    "again": _again,
    "reword": _reword,
    "reject": _reject,
    "cancel": _cancel,
    "retry": _retry,
}


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:200]


def _words(refusal: ValidationError) -> str:
    """In the words of the rule where one refused."""
    code = getattr(refusal, "code", None) or ""
    told = f"{reasons.rule(code)} " if code in reasons.RULES else ""
    return told + " ".join(refusal.messages)


def _context(request: HttpRequest, pk: int) -> dict[str, Any]:
    user = viewer(request)
    try:
        told = story.of(pk, user)
    except Turn.DoesNotExist as missing:
        raise Http404 from missing
    if not remits.holds(user, told.turn.chat_id):
        raise Http404
    may_decide = access.may(user, access.SAY)
    return {
        "story": told,
        "turn": told.turn,
        "sees_cost": access.may(user, access.COST),
        "may_decide": may_decide,
        "doubtful": may_decide and decisions.may_be_settled(told.turn),
        "has_code": may_decide and told.turn.state in decisions.DOUBTFUL and second_factor.is_set_up(user),
    }
