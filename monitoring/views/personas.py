"""The personas of the cast: the list, two side by side, one as the pattern for another, fragments for many."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bots.models import Bot, Fragment
from bots.studio import casting, keep
from conversations import remits
from monitoring import access
from monitoring.access import viewer, watchers_only
from monitoring.studio import cast, forms, labels, page
from monitoring.views.studio import find, must


@require_safe
@watchers_only
def personas(request: HttpRequest) -> HttpResponse:
    """Who plays, to be found by name and opened, compared, or given a fragment."""
    must(request, access.READ_CAST)
    asked = request.GET.get("q", "").strip()
    return render(request, "studio/personas.html", {"listed": cast.listed(asked, viewer(request)), "asked": asked})


@require_safe
@watchers_only
def compare(request: HttpRequest) -> HttpResponse:
    """Two bots, place by place."""
    must(request, access.READ_CAST)
    chosen = cast.chosen(request.GET.getlist("bot"), viewer(request))[:2]
    everything = "all" in request.GET
    rows = cast.beside(*chosen, everything=everything) if len(chosen) == 2 else []
    context = {"everybody": cast.names(viewer(request)), "chosen": chosen, "rows": rows, "everything": everything}
    return render(request, "studio/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@watchers_only
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new bot after the pattern of this one."""
    must(request, access.ADD_BOT)
    bot = find(request, pk)
    form = forms.DuplicateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = casting.duplicate(bot, by=viewer(request), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("username", refusal.messages)
        else:
            messages.success(request, _("%(name)s is in the cast.") % {"name": made.name})
            return redirect("studio", pk=made.pk)
    return render(request, "studio/duplicate.html", {"bot": bot, "form": form}, status=422 if form.errors else 200)


# --- Fragments -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Given:
    """What became of one bot."""

    bot: Bot
    words: str
    done: bool


@require_safe
@watchers_only
def fragments(request: HttpRequest) -> HttpResponse:
    must(request, access.READ_CAST)
    me, found = viewer(request), Fragment.objects.select_related("version__bot__persona")
    known = set(remits.within(me, Bot.objects.all()).values_list("pk", flat=True))
    listed = [(one, _content(one), one.version.bot_id in known) for one in found]
    context = {"listed": listed, "may_cut": access.may(me, access.CUT)}
    return render(request, "studio/fragments.html", context)


@require_POST
@watchers_only
def cut(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a part of a bot, as it was last saved, under a name."""
    must(request, access.CUT)
    bot = find(request, pk)
    try:
        name = request.POST.get("name", "").replace("\x00", "")
        made = casting.cut(bot, kind=request.POST.get("kind", ""), name=name, by=viewer(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("studio", pk=bot.pk)
    messages.success(request, _("“%(name)s” is kept as a fragment.") % {"name": made.name})
    return redirect("fragment", pk=made.pk)


@require_POST
@watchers_only
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    must(request, access.DROP)
    casting.drop(get_object_or_404(Fragment, pk=pk), by=viewer(request))
    messages.success(request, _("The fragment is deleted. Bots that were given it keep what they have."))
    return redirect("fragments")


@require_http_methods(["GET", "HEAD", "POST"])
@watchers_only
def fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose bots; see what would change in each; give it to them, one by one, and hear what became of each."""
    must(request, access.READ_CAST)
    found = get_object_or_404(Fragment.objects.select_related("version__bot__persona"), pk=pk)
    me = viewer(request)
    context: dict[str, Any] = {
        "fragment": found,
        "content": _content(found),
        "may_write": access.may(me, access.WRITE_CAST),
    }
    if request.method == "POST":
        must(request, access.WRITE_CAST)
        if "confirmed" in request.POST:
            shown = dict(one.partition(":")[::2] for one in request.POST.getlist("bot"))
            context["given"] = [_given(request, found, bot, shown[str(bot.pk)]) for bot in cast.chosen(list(shown), me)]
        else:
            previews = [casting.preview(found, bot) for bot in cast.chosen(request.POST.getlist("bot"), me)]
            context["previews"] = [(one, page.differences(one.changes)) for one in previews]
            context["changing"] = sum(bool(one.changes) for one in previews)
    chosen = {bot.pk for bot in cast.chosen(request.GET.getlist("bot"), me)}
    return render(request, "studio/fragment.html", context | {"everybody": cast.names(me), "chosen": chosen})


def _content(fragment: Fragment) -> list[tuple[str, str]]:
    return [(labels.of(key), labels.shown(key, value)) for key, value in casting.content(fragment).items()]


def _given(request: HttpRequest, fragment: Fragment, bot: Bot, number: str) -> Given:
    """`number` is the version that the preview showed."""
    reason = request.POST.get("reason", "").strip()[:200]
    seen = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else -1
    try:
        version = casting.give(fragment, bot, number=seen, by=viewer(request), reason=reason)
    except keep.Overtaken:
        return Given(bot, _("Somebody changed it meanwhile; it was left as it is."), done=False)
    except ValidationError as refusal:
        return Given(bot, " ".join(refusal.messages), done=False)
    if version is None:
        return Given(bot, _("It was so already."), done=True)
    return Given(bot, _("Saved as version %(number)d.") % {"number": version.number}, done=True)
