"""How a bot was: its versions, the difference of any two, and the way back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bots.models import Bot, Version
from bots.studio import facts, keep
from monitoring import access
from monitoring.access import viewer, watchers_only
from monitoring.studio import labels, page
from monitoring.views.studio import find, must

MOST = 200


@require_safe
@watchers_only
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions, and what is not the same in two of them: the newest two, or those that are asked for."""
    must(request, access.READ_CAST)
    bot = find(request, pk)
    found = list(Version.objects.filter(bot=bot).defer("facts")[:MOST])
    numbers = [version.number for version in found]
    after = _asked(request, "to", numbers, numbers[0] if numbers else 0)
    before = _asked(request, "from", numbers, next((n for n in numbers if n < after), after))
    return _shown(request, bot, found, before, after)


@require_POST
@watchers_only
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make the bot as it was in a version; that is a version too."""
    must(request, access.WRITE_CAST)
    bot = find(request, pk)
    version = get_object_or_404(Version, bot=bot, number=number)
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        seen = page.opened(bot, request.POST.get("seen", ""))
        kept = keep.restore(version, seen=seen, by=viewer(request), reason=reason)
    except keep.Overtaken:
        messages.error(request, _("Somebody changed it meanwhile, so nothing was restored. Look at it anew."))
        return redirect("versions", pk=bot.pk)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("versions", pk=bot.pk)
    told = (
        _("Version %(old)d is restored, as version %(new)d.") % {"old": number, "new": kept.number}
        if kept
        else _("It is as in version %(old)d already.") % {"old": number}
    )
    messages.success(request, told)
    return redirect("studio", pk=bot.pk)


def _shown(request: HttpRequest, bot: Bot, found: list[Version], before: int, after: int) -> HttpResponse:
    pair = {v.number: v for v in Version.objects.filter(bot=bot, number__in=(before, after))}
    seen = keep.look(bot)
    elsewhere = bool(found) and keep.newest_of(bot).facts != seen.facts  # type: ignore[union-attr]  # there are some
    changes = facts.changes(pair[before].facts, pair[after].facts) if before in pair and after in pair else ()
    context = {
        "bot": bot,
        "versions": found,
        "before": pair.get(before),
        "after": pair.get(after),
        "differences": page.differences(changes),
        "summary": labels.summary(changes),
        "elsewhere": elsewhere,
        "seen": page.sealed(bot, seen),
        "may_write": access.may(viewer(request), access.WRITE_CAST) and not bot.retired_at,
    }
    return render(request, "studio/versions.html", context)


def _asked(request: HttpRequest, name: str, numbers: list[int], otherwise: int) -> int:
    raw = request.GET.get(name, "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 and int(raw) in numbers else otherwise
