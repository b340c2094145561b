"""Spans that do not fit together stop the start."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks

from bots.telegram import bot_api
from conversations import checks
from conversations.engine import spans


def test_the_spans_fit_together() -> None:
    assert checks.leases_outlast_writes() == []
    assert "kulis.E003" not in {found.id for found in run_checks()}
    assert spans.WRITE + timedelta(seconds=bot_api.SECONDS) + spans.MARGIN < spans.LEASE


@pytest.mark.parametrize(("seconds", "fits"), [(20, False), (35, False), (36, True)])
def test_a_lease_that_is_too_short_is_refused(seconds: int, fits: bool) -> None:
    found = checks.fitting(lease=timedelta(seconds=seconds), write=spans.WRITE, margin=spans.MARGIN)
    assert [error.id for error in found] == ([] if fits else ["kulis.E003"])
