"""What every test may ask for. The servers come from `tests.stack`."""

import gc
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from pytest_django import DjangoDbBlocker

from bots import deadline
from config.embedded import ports

# No test fails for being slow: this machine may be busy.
hypothesis.settings.register_profile("kulis", deadline=None, max_examples=40)
hypothesis.settings.load_profile("kulis")


WAITS = ("processes", "commits", "browser")
LONG = (
    "test_outages", "test_short", "test_leaving", "test_sockets_miss_nothing", "test_processes", "test_switch",
    "test_walk", "test_day", "test_admin_site", "test_bring_back",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that wait or take long come first, so that no worker is left with one of them at the end."""
    waiting = {item.path for item in items if any(item.get_closest_marker(name) for name in WAITS)}
    long = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: (long.get(item.path.stem, len(LONG)), item.path not in waiting))


def pytest_collection_finish() -> None:
    """What is there by now stays: it need not be looked through for garbage again and again."""
    gc.freeze()


def pytest_configure() -> None:
    """Passwords are hashed as cheaply as can be: the real way takes 100 MB and a tenth of a second each time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def pytest_unconfigure() -> None:
    """What a process keeps open for its life is closed at the end of it."""
    for client in deadline._clients.values():
        client.close()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database of the tests', also where every chosen test commits: the plugin would count none of those."""
    with django_db_blocker.unblock():
        laid = setup_databases(verbosity=0, interactive=False, aliases={"default": True})
    yield
    with django_db_blocker.unblock():
        teardown_databases(laid, verbosity=0)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """The language in which a page was asked for ends with its test: the next one may run in any order."""
    yield
    translation.deactivate()


@pytest.fixture
def loopback_port() -> int:
    """A port of this machine that nobody listens on."""
    return ports.any_free()
