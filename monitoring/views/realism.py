"""How alive the talk is: a chat, a time, and each number beside its band."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conversations import remits
from conversations.models import Chat
from monitoring import alive
from monitoring.access import watchers_only
from monitoring.charts import window

USUAL = "24h"


@require_safe
@watchers_only
def realism(request: HttpRequest) -> HttpResponse:
    """The first chat and one day, unless something else is asked for; what cannot be read counts as not asked."""
    asked = request.GET.dict()
    chats = list(remits.within(request.user, Chat.objects.order_by("-kind", "title")))
    chosen = next((chat for chat in chats if str(chat.pk) == asked.get("chat")), chats[0] if chats else None)
    spanned = asked if asked.get("range") in window.SPANS else asked | {"range": USUAL}
    shown = window.read(spanned, timezone.now(), timezone.get_default_timezone(), keep=("chat",))
    page = alive.of(chosen, shown.since, shown.until) if chosen else None
    return render(request, "stage/realism.html", {"chats": chats, "chosen": chosen, "window": shown, "page": page})
