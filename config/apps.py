import importlib

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Kulis"

    def ready(self) -> None:
        """Every process knows the broker, also those that Celery did not start: pages and commands send wake-ups too."""
        importlib.import_module("config.celery")

    def ready(self) -> None:
        from config import celery  # noqa: F401 - without our application, wake-ups go to a broker that nobody has


class OTPAdminConfig(AdminConfig):
    default_site = "config.admin.KulisAdminSite"
