from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = _("What is said")

    def ready(self) -> None:
        from conversations import checks  # noqa: F401 - registers itself, and needs the models
