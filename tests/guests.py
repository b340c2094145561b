"""The guest of a demo, as a browser."""

from urllib.parse import urlsplit

from django.test import Client
from pytest_django import Settings

from monitoring import entry

HERE = "http://localhost:8000"


def demo(settings: Settings) -> None:
    settings.DEMO = True


def stranger() -> Client:
    """A browser on this machine that nobody let in yet."""
    return Client(headers={"host": "localhost:8000"})


def path(link: str) -> str:
    return urlsplit(link).path


def browser() -> Client:
    """A guest who came in through a one-time link. The demo must be open."""
    client = stranger()
    assert client.get(path(entry.mint(HERE))).status_code == 302
    return client
