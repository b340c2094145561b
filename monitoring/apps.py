from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("What people see")

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        from conversations.models import Chat
        from monitoring import checks, invitations  # noqa: F401 - checks register themselves; both need the models

        pre_delete.connect(lambda instance, **_more: invitations.forget(instance), sender=Chat, weak=False)
