from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bots.exchange import predecessor, reading
from bots.exchange.document import Document, Kind
from bots.exchange.entry import Entry
from bots.exchange.remarks import Remark, Verdict
from bots.sheet import BotSheet, Horizon, Risk
from tests.bots.exchange import irregular

FORBIDDEN = ("kaçırmayın", " TL")


def check(text: str) -> tuple[str, ...]:
    return tuple(f"says {word.strip()}" for word in FORBIDDEN if word in text)


def read(*entries: dict[str, Any], **habits: int) -> tuple[list[BotSheet], list[Remark]]:
    paper = Document(Kind.PREDECESSOR, {"bots": list(entries)})
    return list(reading.bots(paper, check=check, habits=predecessor.Habits(**habits))), paper.remarks


def told(remarks: list[Remark], verdict: Verdict = Verdict.REPAIR) -> dict[str, str]:
    return {remark.field: remark.text for remark in remarks if remark.verdict is verdict}


@pytest.mark.parametrize("name", [[], "", "  "])
def test_nobody_is_called_after_an_empty_name(name: object) -> None:
    _sheets, remarks = read(irregular.REGULAR | {"username": None, "name": name})
    assert "name" in told(remarks, Verdict.REFUSAL)


def test_no_username_is_made_of_a_name_without_a_letter() -> None:
    _sheets, remarks = read(irregular.REGULAR | {"username": None, "name": 0})
    assert "username" in told(remarks, Verdict.REFUSAL)


def test_a_regular_entry_becomes_a_whole_bot() -> None:
    [sheet], remarks = read(irregular.REGULAR)
    who = sheet.persona
    assert (sheet.username, who.name, who.tone, who.mood_note) == (
        "hatice_sabirli",
        "Hatice Sabırlı",
        "yumuşak",
        "sakin",
    )
    assert (who.risk, who.horizon, who.risk_note) == (Risk.VERY_LOW, Horizon.LONG, "çok düşük risk, uzun vade")
    assert (who.energy, who.energy_note, who.empathy) == (0.25, "düşük tempo", 0.8)
    assert (who.wpm, sheet.pace, sheet.hourly_cap, sheet.token) == (25, 1.4, 12, "")
    assert (who.watchlist, who.never_do, who.emoji) == (("AKBNK", "Altın"), ("krediyle işlem yapmam",), ("☕", "🌿"))
    assert who.anecdotes == ("İlk maaşımda çok şey öğrendim.",)
    assert sheet.stances[0].confidence == 0.8
    assert sheet.holdings[0].average_price == Decimal(22)
    assert not told(remarks, Verdict.REFUSAL)


def test_an_odd_entry_is_read_and_every_repair_is_told_by_field() -> None:
    [sheet], remarks = read(irregular.ODD)
    who = sheet.persona
    assert (sheet.username, sheet.pace, who.wpm) == ("omer_firtina", 0.5, 45)
    assert who.style_note == "uzunluk: kısa; emoji: evet"
    assert (who.watchlist, who.emoji, who.phrases) == (("SASA", "XU030"), ("🚀", "🔥"), ("dalga güzel",))
    assert (who.energy, who.empathy, who.empathy_note) == (0.9, 0.5, "kendi hâlinde")
    assert [(stance.topic, stance.text, stance.confidence) for stance in sheet.stances] == [
        ("SASA", "Oynaklığı severim.", 0.8)
    ]
    assert [(one.symbol, one.average_price, one.size) for one in sheet.holdings] == [
        ("SASA", Decimal("41.25"), Decimal(1500))
    ]
    assert set(told(remarks)) == {
        "username",
        "persona_profile · risk_profile",
        "persona_profile · watchlist",
        "persona_profile · style",
        "emotion_profile · empathy",
        "emotion_profile · signature_emoji",
        "emotion_profile · signature_phrases",
        "speed_profile · typing · wpm_max",
        "speed_profile · delay · delay_multiplier",
        "active_hours",
        "stances 1",
        "stances 1 · confidence",
        "stances 2",
        "stances 3 · confidence",
        "stances 3 · topic",
        "holdings 1 · symbol",
        "holdings 1 · avg_price",
        "holdings 1 · size",
    }
    assert set(told(remarks, Verdict.NOTE)) == {"persona_profile · goals", "username"}
    assert not told(remarks, Verdict.REFUSAL)


@pytest.mark.parametrize(
    ("pair", "wpm"),
    [((1.5, 3.0), 22), ((5.0, 7.0), 60), ((2.5, 4.0), 32), ((1.0, 1.0), 20), ((35, 45), 40), ((80, 90), 60)],
)
def test_typing_speeds_that_were_none_are_rescaled(pair: tuple[float, float], wpm: int) -> None:
    entry = Entry({"min": pair[0], "max": pair[1]}, "", [])
    assert predecessor.words_per_minute(entry, "min", "max") == wpm
    assert len(entry.remarks) == 1


def test_what_an_entry_does_not_say_the_habits_say() -> None:
    [sheet], _ = read(irregular.NAMELESS, wpm=44, hourly_cap=9)
    assert (sheet.persona.wpm, sheet.hourly_cap, sheet.persona.name) == (44, 9, "Isimsiz Kahraman")


def test_a_missing_username_is_made_from_the_name() -> None:
    [sheet], remarks = read(irregular.HANDLELESS)
    assert sheet.username == "cagla_isik"
    assert "@cagla_isik" in told(remarks)["username"]


def test_two_bots_with_one_handle_both_come_in_under_names_of_their_own() -> None:
    sheets, remarks = read(irregular.ODD, irregular.TWIN)
    assert [sheet.username for sheet in sheets] == ["omer_firtina", "Omer_Firtina_2"]
    assert any("@Omer_Firtina_2" in remark.text for remark in remarks)


def test_the_same_entry_twice_comes_in_once() -> None:
    sheets, remarks = read(irregular.REGULAR, dict(irregular.REGULAR))
    assert len(sheets) == 1
    assert [remark.entry for remark in remarks if "word for word" in remark.text] == ["2 · Hatice Sabırlı"]


def test_one_token_serves_the_first_bot_that_brings_it() -> None:
    token = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"
    sheets, remarks = read(irregular.REGULAR | {"token": token}, irregular.NAMELESS | {"token": token})
    assert [sheet.token for sheet in sheets] == [token, ""]
    assert not any(token in remark.text for remark in remarks)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "??"}, "username"),
        ({"name": ["liste", None, True]}, ""),
        ({"stances": "altın güzel"}, "stances"),
        ({"stances": [{"topic": "Altın"}]}, "stances 1 · stance_text"),
        ({"stances": [{"topic": "Altın", "stance_text": "İyi.", "confidence": "belki"}]}, "stances 1 · confidence"),
        ({"stances": ["altın"]}, "stances 1"),
        ({"holdings": [{"symbol": "AKBNK", "size": 5}]}, "holdings 1 · avg_price"),
        ({"holdings": [{"symbol": "AKBNK", "size": 5, "avg_price": "10.500"}]}, "holdings 1 · avg_price"),
        ({"active_hours": ["sabahtan"]}, "active_hours"),
        ({"persona_profile": "sert"}, "persona_profile"),
        ({"emotion_profile": {"energy": []}}, "emotion_profile · energy"),
        ({"persona_hint": "90 TL hedefim var."}, "persona_hint"),
        ({"name": "kaçırmayın"}, "name"),
    ],
)
def test_what_cannot_be_read_without_guessing_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    _, remarks = read(irregular.REGULAR | change)
    assert list(told(remarks, Verdict.REFUSAL)) == ([field] if field else [])


def test_a_bot_without_name_and_username_is_nobody() -> None:
    _, remarks = read({"persona_hint": "Kimse bilmez"})
    assert list(told(remarks, Verdict.REFUSAL)) == ["username", "name"]


def test_an_entry_that_is_no_object_is_refused_and_the_rest_is_still_looked_at() -> None:
    sheets, remarks = read("Ali", irregular.REGULAR)  # type: ignore[arg-type]  # the point
    assert len(sheets) == 1
    assert [remark.entry for remark in remarks if remark.verdict is Verdict.REFUSAL] == ["1"]


def test_a_bot_of_the_predecessor_remembers_ten_things_or_more() -> None:
    sheets, _ = read(*irregular.CAST["bots"])
    assert all(10 <= len(sheet.memories) <= 16 for sheet in sheets)
    assert all(len({memory.text for memory in sheet.memories}) == len(sheet.memories) for sheet in sheets)


def test_the_same_file_is_read_the_same_way_every_time() -> None:
    assert read(*irregular.CAST["bots"])[0] == read(*irregular.CAST["bots"])[0]
    assert read(irregular.REGULAR)[0] != [replace(read(irregular.REGULAR)[0][0], pace=9.0)]
