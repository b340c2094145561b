from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What is told is compared as it stands in the source."""
    with translation.override("en"):
        yield
