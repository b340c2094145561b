"""The page as a process: the door of `config.asgi`, and a row that says that it lives."""

from django.conf import settings

from config import statics
from config.asgi import application
from conversations import presence
from conversations.models import Process
from monitoring.incidents import lookout

__all__ = ["application"]

if settings.STATIC_MANIFEST:
    statics.expect_built(settings.STATIC_ROOT)
presence.begin(Process.Kind.WEB)
lookout.begin()
