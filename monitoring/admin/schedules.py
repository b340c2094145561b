"""The clock of the machinery. Declared in code and restored at every start; people may only pause a task."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from typing_extensions import override

from bots.admin import confirm, evidence
from bots.admin.desk import History, person
from conversations import schedule

_KINDS = (IntervalSchedule, CrontabSchedule, ClockedSchedule, SolarSchedule)
admin.site.unregister([PeriodicTask, *_KINDS])


@admin.register(PeriodicTask)
class TaskAdmin(History[Any]):
    summary = gettext_lazy("What the clock starts, and how often. Without the tick nobody speaks.")
    empty = gettext_lazy("No tasks yet: they are written when the scheduler starts (make run, or celery beat).")
    list_display = ("name", "standing", "every", "queue", "last_run_at", "total_run_count")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab", "solar", "clocked")
    search_fields = ("name", "task")
    fields = ("name", "task", "standing", "every", "queue", "expire_seconds", "last_run_at", "total_run_count")
    actions = ("pause", "resume")

    @override
    def offers(self, request: HttpRequest, obj: Any) -> list[str]:
        return ["pause"] if obj.enabled else ["resume"]

    @admin.display(description=gettext_lazy("standing"), ordering="enabled")
    def standing(self, task: Any) -> SafeString:
        return evidence.pill("good", _("runs")) if task.enabled else evidence.pill("bad", _("paused"))

    @admin.display(description=gettext_lazy("how often"))
    def every(self, task: Any) -> str:
        return str(task.interval or task.crontab or task.solar or task.clocked or "–")

    def has_switch_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("django_celery_beat.change_periodictask")

    @confirm.asks(
        gettext_lazy("Pause"),
        consequence=gettext_lazy(
            "These tasks no longer run, also after a restart. Without the tick no bot speaks and nobody is answered; "
            "to silence the cast, stop the engine instead."
        ),
        permissions=("switch",),
        danger=True,
    )
    def pause(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        confirm.each(request, rows, lambda task: schedule.switch(task, enabled=False, by=person(request)))

    @confirm.asks(
        gettext_lazy("Resume"),
        consequence=gettext_lazy("These tasks run again, beginning within seconds."),
        permissions=("switch",),
    )
    def resume(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        confirm.each(request, rows, lambda task: schedule.switch(task, enabled=True, by=person(request)))


class KindAdmin(History[Any]):
    summary = gettext_lazy("A rhythm that tasks use. Declared by Kulis; read only.")
    empty = gettext_lazy("None in use: the tasks of Kulis run in intervals.")


admin.site.register(_KINDS, KindAdmin)
