"""The queue of what waits for a person's yes: one by one, by key or by click, and several at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conversations import control, decisions, remits
from conversations.models import Chat, Turn
from monitoring import access, live, reasons, screens
from monitoring import approvals as reader
from monitoring.access import viewer, watchers_only


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision, for whoever made it."""

    turn: Turn
    words: str
    done: bool = True
    until: datetime | None = None
    """So long it may be taken back."""


Verb = Callable[[HttpRequest, Turn], Outcome]


@require_safe
@watchers_only
def approvals(request: HttpRequest) -> HttpResponse:
    """All that waits, or the part that the address asks for."""
    return render(request, "stage/approvals.html", _context(request, _asked(request.GET.get)))


@require_POST
@watchers_only
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One decision about one turn, as it was seen: `gen` says which words those were."""
    _must_decide(request)
    if verb not in _VERBS:
        raise Http404
    turn = _seen(request, pk, request.POST.get("gen", ""))
    try:
        outcome = _VERBS[verb](request, turn)
    except ValidationError as refusal:
        return _refused(request, turn, refusal)
    if screens.wants_piece(request):
        return render(request, "stage/_outcome.html", {"outcome": outcome, "filter": _asked(request.POST.get)})
    (messages.success if outcome.done else messages.error)(request, f"{outcome.words} “{turn.text[:80]}”")
    return redirect(f"{reverse('approvals')}{_asked(request.POST.get)}")


@require_POST
@watchers_only
def several(request: HttpRequest) -> HttpResponse:
    """Many at once: first all of them are named, then it is done one by one and told one by one."""
    _must_decide(request)
    verb = request.POST.get("verb", "")
    if verb not in {"approve", "reject"}:
        raise Http404
    asked, chosen = (
        _asked(request.POST.get),
        [_chosen(request, one) for one in request.POST.getlist("turn")[: reader.MOST]],
    )
    context: dict[str, Any] = {"verb": verb, "filter": asked, "reasons": reader.REASONS}
    if "confirmed" in request.POST:
        context["outcomes"] = [_VERBS[verb](request, turn) for turn in chosen if turn]
    else:
        context["turns"] = [turn for turn in chosen if turn and turn.state == Turn.State.HELD]
    return render(request, "stage/approvals_several.html", context)


# --- The verbs -------------------------------------------------------------------------------------------------------
def _approve(request: HttpRequest, turn: Turn) -> Outcome:
    if not control.approve(turn, by=viewer(request), hold=decisions.UNDO):
        return _overtaken(turn)
    turn.refresh_from_db(fields=["send_after"])
    return Outcome(turn, _("Approved."), until=turn.send_after)


def _reword(request: HttpRequest, turn: Turn) -> Outcome:
    """Whoever has typed keeps the words: a decision that came too late is a refusal here."""
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    now = Turn.objects.get(pk=turn.pk)
    if now.state != Turn.State.HELD or now.gen != turn.gen:
        raise ValidationError(reader.decided(now))
    if text == now.text:
        return _approve(request, turn)
    decisions.reword(turn, text, by=viewer(request), hold=decisions.UNDO)
    turn.refresh_from_db(fields=["send_after", "text", "gen"])
    return Outcome(turn, _("Approved with your words."), until=turn.send_after)


def _reject(request: HttpRequest, turn: Turn) -> Outcome:
    reason = (request.POST.get("other", "").strip() or request.POST.get("reason", "").strip())[:200]
    if not control.reject(turn, by=viewer(request), reason=reason, came=[Turn.State.HELD]):
        return _overtaken(turn)
    return Outcome(turn, _("Rejected."))


def _back(request: HttpRequest, turn: Turn) -> Outcome:
    try:
        decisions.take_back(turn, by=viewer(request))
    except ValidationError:
        return Outcome(turn, _("Too late to take it back: it is being said, or somebody was faster."), done=False)
    return Outcome(turn, _("Taken back. It waits again."))


_VERBS: dict[str, Verb] = {"approve": _approve, "reword": _reword, "reject": _reject, "back": _back}


def _overtaken(turn: Turn) -> Outcome:
    """Somebody was faster, or its time is over: nothing was changed."""
    return Outcome(turn, reader.decided(Turn.objects.get(pk=turn.pk)), done=False)


# --- What was asked --------------------------------------------------------------------------------------------------
def _must_decide(request: HttpRequest) -> None:
    if not access.may(viewer(request), access.SAY):
        raise PermissionDenied(_("Your role may not decide about turns."))


def _asked(get: Callable[[str, str], str | None]) -> reader.Filter:
    return reader.Filter.read(get("risk", "") or "", get("chat", "") or "")


def _seen(request: HttpRequest, pk: int, gen: str) -> Turn:
    """The turn as the person saw it: if it has moved since, the claim it carries is not the one that stands."""
    mine = remits.within(request.user, Turn.objects.select_related("chat", "bot__persona"))
    turn = get_object_or_404(mine.defer(*Turn.HEAVY), pk=pk)
    turn.gen = int(gen) if gen.isascii() and gen.isdecimal() and len(gen) < 10 else -1
    return turn


def _chosen(request: HttpRequest, one: str) -> Turn | None:
    """A chosen card, as in 12:3 for turn and claim. Nonsense is none."""
    number, _colon, gen = one.partition(":")
    known = number.isascii() and number.isdecimal() and len(number) < 16
    found = known and remits.within(request.user, Turn.objects.filter(pk=number)).exists()
    return _seen(request, int(number), gen) if found else None


def _refused(request: HttpRequest, turn: Turn, refusal: ValidationError) -> HttpResponse:
    """The reason beside the text, which stays as it was typed, even where its card is gone."""
    code = getattr(refusal, "code", None) or ""
    told = " ".join([*([str(reasons.rule(code))] if code in reasons.RULES else []), *refusal.messages])
    if screens.wants_piece(request):
        return HttpResponse(told, status=422, content_type="text/plain; charset=utf-8")
    context = _context(request, _asked(request.POST.get))
    context |= {"refused": turn.pk, "refusal": told, "typed": request.POST.get("text", "")}
    context["refused_is_gone"] = turn.pk not in {card.turn.pk for card in context["queue"].cards}
    return render(request, "stage/approvals.html", context, status=422)


def _context(request: HttpRequest, asked: reader.Filter) -> dict[str, Any]:
    mark, now = live.mark(), timezone.now()
    beside = screens.approval(asked, viewer(request))
    leaving = reader.leaving(now, 2 * decisions.UNDO, viewer(request)) if beside["may_decide"] else []
    return {
        "mark": mark,
        "queue": reader.of(asked, viewer(request)),
        "outcomes": [Outcome(turn, _("Approved."), until=turn.send_after) for turn in leaving],
        "chosen": request.GET.get("chosen") == "all",
        "approving": remits.within(request.user, Chat.objects.filter(mode=Chat.Mode.APPROVAL)).order_by("title"),
        **beside,
    }
