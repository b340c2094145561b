"""What every test may ask for. The servers come from `tests.stack`."""

import hypothesis
import pytest

from config.embedded import ports

# No test fails for being slow: this machine may be busy.
hypothesis.settings.register_profile("kulis", deadline=None, max_examples=60)
hypothesis.settings.load_profile("kulis")


@pytest.fixture
def loopback_port() -> int:
    """A port of this machine that nobody listens on."""
    return ports.any_free()
