"""One number for all that belongs together."""

from uuid import UUID, uuid4

import pytest

from bots import traces


def test_work_follows_a_trace_and_goes_back_to_the_one_before() -> None:
    outer, inner = uuid4(), uuid4()
    assert traces.current() is None
    with traces.follow(outer):
        with traces.follow(inner):
            assert traces.current() == inner
        assert traces.own() == traces.current() == outer
    assert traces.current() is None


def test_only_numbers_and_names_of_ours_are_told() -> None:
    with traces.follow(None, msg_id=7, bot=None, words="gizli"), traces.span("llm.call", provider=3, prompt="gizli"):
        place = traces.here()
    assert place is not None
    assert place.fields == {"msg_id": 7, "provider": 3}


def test_the_header_leads_another_process_to_the_same_trace() -> None:
    with traces.follow(None):
        trace, parent = traces.read(traces.header())
        assert trace == traces.current()
    assert parent


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "00-xyz",
        f"00-{'0' * 32}-{'1' * 16}-01",
        f"00-{'1' * 32}-{'0' * 16}-01",
        f"00-{'A' * 32}-{'1' * 16}-01",
        f"00-{'1' * 32}-{'1' * 16}-01\n",
    ],
)
def test_a_header_that_is_none_leads_nowhere(text: object) -> None:
    assert traces.read(text) == (None, 0)


def test_a_header_of_others_is_read() -> None:
    text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert traces.read(text) == (UUID("4bf92f3577b34da6a3ce929d0e0e4736"), 0x00F067AA0BA902B7)
