"""The page as a process: the door of `config.asgi`, and a row that says that it lives."""

from config.asgi import application
from conversations import presence
from conversations.models import Process

__all__ = ["application"]

presence.begin(Process.Kind.WEB)
