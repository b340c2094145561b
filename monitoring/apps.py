from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("What people see")

    def ready(self) -> None:
        from conversations import presence
        from conversations.engine import retention
        from monitoring import checks, faults  # noqa: F401 - registers itself, and needs the models
        from monitoring.faults import keeper, rows

        presence.companions.append(keeper.accompany)
        retention.beside.append(
            retention.Kept("faults", _("errors of our programs and pages"), rows.DAYS, rows.drop, rows.waiting)
        )
