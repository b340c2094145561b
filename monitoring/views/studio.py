"""The studio: the page of one bot, its live checks, and trying it out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bots.models import Bot
from bots.studio import facts, keep
from bots.studio.keep import Seen
from conversations import remits, trying
from conversations.llm import port
from monitoring import access, reasons, screens
from monitoring.access import viewer, watchers_only
from monitoring.studio import forms, page, tried
from monitoring.studio.sheet import Sheet

PAGE = "studio/studio.html"


def must(request: HttpRequest, permission: str) -> None:
    if not access.may(viewer(request), permission):
        raise PermissionDenied(_("Your role does not include this part of the studio."))


def find(request: HttpRequest, pk: int) -> Bot:
    """A bot that this person has to do with."""
    return get_object_or_404(remits.within(request.user, Bot.objects.select_related("persona")), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@watchers_only
def studio(request: HttpRequest, pk: int) -> HttpResponse:
    """All that people write about a bot; what is sent is its next version."""
    must(request, access.READ_CAST)
    bot = find(request, pk)
    if request.method == "POST":
        return _save(request, bot)
    seen = keep.look(bot)
    return _shown(request, bot, seen, Sheet(seen.facts))


@require_POST
@watchers_only
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong with what is being typed, and what saving it would change. Pieces of the page."""
    must(request, access.WRITE_CAST)
    bot = find(request, pk)
    try:
        seen = page.opened(bot, request.POST.get("seen", ""))
    except ValidationError as refusal:
        return HttpResponse(" ".join(refusal.messages), status=422, content_type="text/plain; charset=utf-8")
    sheet = Sheet(seen.facts, request.POST)
    sheet.is_valid()
    newest = keep.newest_of(bot)
    faults = sheet.faults()
    context = {
        "bot": bot,
        "sheet": sheet,
        "tabs": [page.Tab(name, title, faults.get(name, 0)) for name, title in page.TABS],
        "meanwhile": newest if newest and newest.number != seen.number else None,
        **page.standing(sheet, seen.facts),
    }
    return render(request, "studio/_checked.html", context)


@require_POST
@watchers_only
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would say, with what stands in the form now; nothing is saved."""
    must(request, access.WRITE_CAST)
    bot = find(request, pk)
    context: dict[str, Any] = {"sees_cost": access.may(viewer(request), access.COST)}
    try:
        seen = page.opened(bot, request.POST.get("seen", ""))
    except ValidationError as refusal:
        return _tried(request, bot, keep.look(bot), None, context | {"trouble": " ".join(refusal.messages)}, 422)
    sheet = Sheet(seen.facts, request.POST)
    scene = forms.ScenarioForm(request.POST, chats=page.chats(bot, viewer(request)))
    context["scene"] = scene
    if not sheet.is_valid():
        context["trouble"] = _("Some fields are wrong; they are marked. Put them right, then try again.")
        return _tried(request, bot, seen, sheet, context, 422)
    try:
        if scene.is_valid():
            shown = trying.attempt(bot, sheet.facts(), tried.scenario(scene.cleaned_data, bot), by=viewer(request))
            context["outcome"] = tried.outcome(shown)
    except ValidationError as refusal:
        context["trouble"] = " ".join(refusal.messages)
    except port.LLMError as error:
        context |= {"trouble": str(reasons.ended(error.reason)), "detail": str(error)}
    return _tried(request, bot, seen, sheet, context, 200 if "outcome" in context else 422)


def _tried(
    request: HttpRequest, bot: Bot, seen: Seen, sheet: Sheet | None, context: dict[str, Any], status: int
) -> HttpResponse:
    context["left"] = trying.left(viewer(request))
    if screens.wants_piece(request):  # a refusal is an answer here: it goes where the reply would
        return render(request, "studio/_tried.html", context)
    return _shown(request, bot, seen, sheet or Sheet(seen.facts), status=status, **context)


def _save(request: HttpRequest, bot: Bot) -> HttpResponse:
    must(request, access.WRITE_CAST)
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        seen = page.opened(bot, request.POST.get("seen", ""))
    except ValidationError as refusal:
        now = keep.look(bot)
        sheet = Sheet(now.facts, request.POST)
        return _shown(request, bot, now, sheet, status=422, problem=" ".join(refusal.messages), reason=reason)
    sheet = Sheet(seen.facts, request.POST)
    if not sheet.is_valid():
        problem = _("Nothing was saved: some fields are wrong. They are marked, and so are their tabs.")
        return _shown(request, bot, seen, sheet, status=422, problem=problem, reason=reason)
    mine = sheet.facts()
    for place in request.POST.getlist("theirs"):
        facts.take(mine, place, seen.facts)
    try:
        version = keep.save(bot, mine, seen=seen, by=viewer(request), reason=reason)
    except keep.Overtaken as overtaken:
        conflict, merged = page.conflict(overtaken, seen, mine)
        again = Sheet(merged.facts)
        return _shown(request, bot, overtaken.now, again, status=409, conflict=conflict, reason=reason)
    except ValidationError as refusal:
        return _shown(request, bot, seen, sheet, status=422, problem=" ".join(refusal.messages), reason=reason)
    told = _("Saved as version %(number)d.") % {"number": version.number} if version else _("Nothing has changed.")
    messages.success(request, told)
    return redirect("studio", pk=bot.pk)


def _shown(request: HttpRequest, bot: Bot, seen: Seen, sheet: Sheet, *, status: int = 200, **more: Any) -> HttpResponse:
    me = viewer(request)
    context = {
        **page.of(bot, seen, sheet),
        "learned": page.learned(bot, me),
        "may_write": access.may(me, access.WRITE_CAST) and not bot.retired_at,
        "may_duplicate": access.may(me, access.ADD_BOT),
        "may_cut": access.may(me, access.CUT),
        "sees_cost": access.may(me, access.COST),
        "scene": forms.ScenarioForm(chats=page.chats(bot, viewer(request))),
        "left": trying.left(me),
        **more,
    }
    return render(request, PAGE, context, status=status)
