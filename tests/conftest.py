"""What every test may ask for. The servers come from `tests.stack`."""

import hypothesis
import pytest
from django.conf import settings

from config.embedded import ports

# No test fails for being slow: this machine may be busy.
hypothesis.settings.register_profile("kulis", deadline=None, max_examples=60)
hypothesis.settings.load_profile("kulis")


def pytest_configure() -> None:
    """Passwords are hashed as cheaply as can be: the real way takes 100 MB and a tenth of a second each time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def loopback_port() -> int:
    """A port of this machine that nobody listens on."""
    return ports.any_free()
