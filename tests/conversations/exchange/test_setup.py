from datetime import time
from typing import Any

import pytest

from bots.exchange.document import Document, Kind
from bots.exchange.remarks import Remark, Verdict
from conversations.exchange import setup
from conversations.exchange.setup import Setup
from conversations.models.rules import FIELDS
from tests.conversations.exchange import predecessor


def read(**settings: Any) -> tuple[Setup, list[Remark]]:
    paper = Document(Kind.SETUP, {"settings": settings})
    return setup.read(paper), paper.remarks


def told(remarks: list[Remark], verdict: Verdict) -> list[str]:
    return [remark.field.removeprefix("settings · ") for remark in remarks if remark.verdict is verdict]


def test_every_setting_with_a_counterpart_becomes_a_rule() -> None:
    found, remarks = read(**predecessor.SETTINGS)
    assert found.rules == {
        "scale": 1.5,
        "max_per_minute": 8,
        "reply_probability": 0.7,
        "mention_probability": 0.4,
        "reaction_probability": 0.15,
        "refresh_messages": 6,
        "refresh_minutes": 25,
        "duplicate_hours": 2,
        "rewrites": 3,
        "typing_shown": True,
        "slip_probability": 0.3,
        "news_probability": 0.25,
        "stance_cooldown_minutes": 0,
        "prime_morning_starts": time(9),
        "prime_morning_ends": time(12),
        "prime_afternoon_starts": time(14),
        "prime_afternoon_ends": time(18),
        "short_weight": 0.5,
        "medium_weight": 0.35,
        "long_weight": 0.15,
    }
    assert set(found.rules) <= set(FIELDS)
    assert not told(remarks, Verdict.REFUSAL)


def test_every_setting_without_a_counterpart_is_told_with_a_reason() -> None:
    _, remarks = read(**predecessor.SETTINGS)
    assert told(remarks, Verdict.NOTE) == [
        "message_length_profile · lengths",
        "new_message_probability",
        "simulation_active",
        "favourite_colour",
    ]


def test_what_belongs_to_each_bot_becomes_its_habit() -> None:
    found, _ = read(**predecessor.SETTINGS)
    assert (found.habits.wpm, found.habits.hourly_cap) == (38, 10)
    assert read(bot_hourly_msg_limit=7)[0].habits.hourly_cap == 7


def test_a_switch_that_was_off_is_a_number_that_is_zero() -> None:
    found, _ = read(natural_imperfections_enabled=False, natural_imperfections_probability=0.3, typing_enabled="hayır")
    assert found.rules == {"slip_probability": 0.0, "typing_shown": False}
    assert read(news_trigger_enabled=False, news_trigger_probability=0.4)[0].rules == {"news_probability": 0.0}


@pytest.mark.parametrize("switch", ["dedup_enabled", "consistency_guard_enabled", "prime_hours_boost"])
def test_what_cannot_be_switched_off_here_is_told(switch: str) -> None:
    found, remarks = read(**{switch: False})
    assert not found.rules
    assert told(remarks, Verdict.NOTE) == [switch]


def test_one_range_of_prime_hours_is_cut_in_two() -> None:
    found, remarks = read(prime_hours=["09:00-17:00"])
    assert list(found.rules.values()) == [time(9), time(13), time(13), time(17)]
    assert told(remarks, Verdict.REPAIR) == ["prime_hours"]


def test_a_number_out_of_range_is_moved_to_the_edge() -> None:
    found, remarks = read(scale_factor=50, dedup_max_attempts=9)
    assert found.rules == {"scale": 10, "rewrites": 5}
    assert told(remarks, Verdict.REPAIR) == ["scale_factor", "dedup_max_attempts"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scale_factor", "hızlı"),
        ("max_msgs_per_min", [8]),
        ("prime_hours", ["09:00-10:00", "11:00-12:00", "13:00-14:00"]),
        ("prime_hours", ["22:00-02:00"]),
        ("typing_enabled", "belki"),
        ("typing_speed_wpm", 40),
        ("bot_hourly_msg_limit", {}),
        ("message_length_profile", "kısa"),
        ("natural_imperfections_probability", 1.5),
    ],
)
def test_what_is_no_value_of_its_setting_is_refused(field: str, value: object) -> None:
    _, remarks = read(**{field: value})
    assert told(remarks, Verdict.REFUSAL) == [field]


@pytest.mark.parametrize("number", ["-1009876543210", -1009876543210, " -5 "])
def test_the_number_of_a_group_may_be_a_text(number: object) -> None:
    paper = Document(Kind.SETUP, {"chat": {"chat_id": number, "title": "Oda"}})
    group = setup.read(paper).group
    assert group is not None
    assert group.telegram_id == int(str(number))


@pytest.mark.parametrize("number", [None, "@kanal", 100, "-", True, -1.5, "-12345678901234567890"])
def test_what_is_no_group_is_refused(number: object) -> None:
    paper = Document(Kind.SETUP, {"chat": {"chat_id": number, "title": "Oda"}})
    setup.read(paper)
    assert [remark.field for remark in paper.remarks] == ["chat · chat_id"]
