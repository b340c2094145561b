from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Kulis"

    def ready(self) -> None:
        from config import celery  # noqa: F401 - without our application, wake-ups go to a broker that nobody has


class OTPAdminConfig(AdminConfig):
    default_site = "config.admin.KulisAdminSite"
