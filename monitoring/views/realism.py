"""How alive the talk is: a chat, a period, and each number beside its band."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conversations import remits
from conversations.models import Chat
from monitoring import alive
from monitoring.access import watchers_only


@require_safe
@watchers_only
def realism(request: HttpRequest) -> HttpResponse:
    """The first chat and one day, unless something else is asked for; what cannot be read counts as not asked."""
    chats = list(remits.within(request.user, Chat.objects.order_by("-kind", "title")))
    chosen = next((chat for chat in chats if str(chat.pk) == request.GET.get("chat")), chats[0] if chats else None)
    days = next((days for days in alive.PERIODS if str(days) == request.GET.get("days")), alive.PERIODS[0])
    page = alive.of(chosen, days, timezone.now()) if chosen else None
    context = {"chats": chats, "chosen": chosen, "days": days, "periods": alive.PERIODS, "page": page}
    return render(request, "stage/realism.html", context)
