"""The rules that a fresh Kulis goes by are the ones that the simulation measures."""

from dataclasses import asdict

import pytest

from conversations.engine import policy, rulesets
from conversations.models.rules import FIELDS, RANGES


@pytest.mark.django_db
def test_a_fresh_kulis_goes_by_the_lively_rules() -> None:
    found, lively = asdict(policy.current()), asdict(rulesets.LIVELY)
    assert {name: value for name, value in found.items() if value != lively[name]} == {"revision": found["revision"]}


@pytest.mark.parametrize("name", sorted(rulesets.NAMED))
def test_every_set_says_everything_within_its_range(name: str) -> None:
    values = asdict(rulesets.NAMED[name])
    assert set(values) == {*FIELDS, "revision"}
    for rule, (low, high) in RANGES.items():
        given = values[rule] if isinstance(values[rule], tuple) else [values[rule]]
        assert all(low <= value <= high for value in given), rule
