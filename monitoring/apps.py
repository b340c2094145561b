from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("What people see")

    def ready(self) -> None:
        from conversations import presence
        from monitoring import checks, faults, kept  # noqa: F401 - registers itself, and needs the models
        from monitoring.faults import keeper

        presence.companions.append(keeper.accompany)
        kept.tell()
