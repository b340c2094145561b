"""What every test may ask for. The servers come from `tests.stack`."""

import pytest

from config.embedded import ports


@pytest.fixture
def loopback_port() -> int:
    """A port of this machine that nobody listens on."""
    return ports.any_free()
