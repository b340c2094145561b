from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Kulis"

    def ready(self) -> None:
        # Pages and commands send wake-ups too; without our application they would go to a broker that nobody has.
        from config import celery, tracing  # noqa: F401

        tracing.export()


class OTPAdminConfig(AdminConfig):
    default_site = "config.admin.KulisAdminSite"
