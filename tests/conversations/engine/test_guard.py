"""What never leaves and what has to pass, by a table that people labelled."""

import pytest

from conversations.engine import guard
from tests.conversations.engine import labelled


def broken(text: str) -> set[str]:
    return {verdict.rule for verdict in guard.judge(text, may_mention=["nermin_bot"]) if not verdict.passed}


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in labelled.REFUSED.items() for text in texts])
def test_this_never_leaves(rule: str, text: str) -> None:
    assert rule in broken(text)


@pytest.mark.parametrize("text", labelled.PASSED)
def test_this_passes(text: str) -> None:
    assert broken(text) == set()


def shares(refused: list[tuple[str, str]], passed: list[str]) -> tuple[float, float]:
    """Of what must not leave, how much is held back by its rule; of what is harmless, how much is held back too."""
    return (
        sum(rule in broken(text) for rule, text in refused) / len(refused),
        sum(bool(broken(text)) for text in passed) / len(passed),
    )


def test_of_five_hundred_lines_hardly_any_is_judged_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    refused, passed = labelled.refused(), labelled.passed()
    assert len(refused) + len(passed) >= 500
    recall, alarms = shares(refused, passed)
    kept_apart = shares(*labelled.held_out())
    with capsys.disabled():
        print(f"\n  guard over {len(refused) + len(passed)} lines: recall {recall:.1%}, false alarms {alarms:.1%}")
        print(f"  on the lines kept apart: recall {kept_apart[0]:.1%}, false alarms {kept_apart[1]:.1%}")
        for rule in sorted({rule for rule, _ in refused}):
            of_rule = [(name, text) for name, text in refused if name == rule]
            print(f"    {rule}: recall {shares(of_rule, passed)[0]:.1%} of {len(of_rule)}")
    assert recall >= 0.98
    assert alarms <= 0.05
    assert kept_apart[0] >= 0.95
    assert kept_apart[1] <= 0.05


def test_what_was_found_is_named() -> None:
    verdict = guard.judge("Bu hisse garanti kazandırır.")[0]
    assert (verdict.stage, verdict.rule, verdict.passed) == ("guard", "promise", False)
    assert verdict.detail == "garanti kazandirir"


def test_a_clean_text_has_one_verdict() -> None:
    assert [verdict.rule for verdict in guard.judge("Sakinim.")] == ["clean"]


def test_every_broken_rule_is_told() -> None:
    assert broken("Garanti kazanç, hemen alın: https://example.com") == {"promise", "advice", "link"}


def test_only_the_cast_is_mentioned() -> None:
    assert broken("@nermin_bot ile @yabanci_biri konuşsun") == {"foreign_mention"}
    assert broken("@NERMIN_BOT sen ne dersin?") == set()


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_is_not_sent(text: str) -> None:
    assert broken(text) == {"empty"}


def test_a_flood_is_not_sent() -> None:
    assert broken("sakin " * 200) == set()
    assert broken("sakin " * 201) == {"too_long"}


@pytest.mark.parametrize("text", ["_" * 500 + "!", "a_" * 300, "a " * 300, "kazan " * 100, "0" * 600, "@" * 600])
def test_a_strange_text_takes_no_longer_than_another(text: str) -> None:
    assert guard.judge(text)


@pytest.mark.parametrize("text", labelled.OF_PERSONAS)
def test_a_persona_may_say_what_it_never_does(text: str) -> None:
    assert guard.persona(text) == ()


def test_a_persona_that_promises_is_named_by_the_rules_it_breaks() -> None:
    assert guard.persona("Garanti kazanç verir, hedef 450 der.") == ("promise", "unsourced_figure")
