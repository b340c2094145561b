"""The switch, and what the machinery writes down: updates from Telegram, events for the watchers."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import override

from bots.admin import confirm, evidence
from bots.admin.desk import History, person
from conversations import control
from conversations.models import Chat, Engine, Event, Turn


def _what_falls_silent(_rows: QuerySet[Engine]) -> str:
    counts = {"chats": Chat.objects.talking().count(), "turns": Turn.objects.filter(state__in=Turn.UNSENT).count()}
    return _("Chats that fall silent: %(chats)d. Turns that are skipped: %(turns)d.") % counts


@admin.register(Engine)
class EngineAdmin(History[Engine]):
    summary = gettext_lazy("The one switch. Off: nothing is said anywhere, within two seconds.")
    empty = gettext_lazy("There is no switch: it is made when Kulis is installed. Run manage.py migrate.")
    list_display = ("standing", "changed_by", "reason", "changed_at", "ticked_at")
    fields = ("standing", "changed_by", "reason", "changed_at", "ticked_at", "listener")
    actions = ("start", "stop")

    @override
    def offers(self, request: HttpRequest, obj: Engine) -> list[str]:
        return ["stop"] if obj.running else ["start"]

    @admin.display(description=gettext_lazy("engine"))
    def standing(self, engine: Engine) -> SafeString:
        return evidence.pill("good", _("running")) if engine.running else evidence.pill("bad", _("stopped"))

    def has_start_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("conversations.start_engine")

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("conversations.stop_engine")

    @confirm.asks(
        gettext_lazy("Start the cast"),
        consequence=gettext_lazy("In every live chat the cast begins to talk, one chat after the other."),
        permissions=("start",),
        reason=True,
        code=True,
    )
    def start(self, request: HttpRequest, _rows: QuerySet[Engine]) -> None:
        control.start(by=person(request), reason=confirm.reason(request))

    @confirm.asks(
        gettext_lazy("Stop the cast"),
        consequence=gettext_lazy(
            "Everywhere, within two seconds, nothing new is said. What waits is skipped, what is being sent may finish."
        ),
        permissions=("stop",),
        danger=True,
        reason=True,
        numbers=_what_falls_silent,
    )
    def stop(self, request: HttpRequest, _rows: QuerySet[Engine]) -> None:
        control.stop(by=person(request), reason=confirm.reason(request))


@admin.register(Event)
class EventAdmin(History[Event]):
    summary = gettext_lazy("What the dashboards were told, in order. Old rows are pruned.")
    empty = gettext_lazy("Nothing has happened yet. Start the engine.")
    list_display = ("id", "kind", "chat", "subject_id", "at")
    list_filter = ("kind", "chat", "at")
    list_select_related = ("chat",)
