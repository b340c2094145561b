"""What becomes of a character of another house, field by field."""

import copy
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots import enrolment
from bots.exchange import depth
from bots.exchange.document import Document, Kind
from bots.exchange.foreign import fields
from bots.exchange.reading import bots
from bots.exchange.remarks import Verdict, refused
from bots.sheet import Format, MemoryKind
from tests.bots.exchange.anything import JSON
from tests.bots.exchange.foreign import characters
from tests.bots.exchange.foreign.reader import fine, read, told

KINDS: dict[Kind, dict[str, Any]] = {
    Kind.CARD_V1: characters.CARD,
    Kind.CARD_V2: characters.V2,
    Kind.CARD_V3: characters.V3,
    Kind.ELIZA: characters.ELIZA,
    Kind.TINYTROUPE: characters.TINY,
}


@pytest.mark.parametrize(
    ("data", "format_", "version"),
    [
        (characters.CARD, Format.CARD_V1, "1.0"),
        (characters.V2, Format.CARD_V2, "2.0"),
        (characters.V3, Format.CARD_V3, "3.0"),
        (characters.ELIZA, Format.ELIZA, ""),
        (characters.TINY, Format.TINYTROUPE, ""),
    ],
)
def test_the_content_tells_whose_document_it_is_and_the_whole_of_it_is_kept(
    data: dict[str, Any], format_: Format, version: str
) -> None:
    sheet, remarks = read(data)
    assert sheet.origin is not None
    assert (sheet.origin.format, sheet.origin.version) == (format_, version)
    assert sheet.origin.document == data
    assert re.fullmatch(r"[0-9a-f]{64}", sheet.origin.sha256)
    assert not refused(remarks)


def test_a_card_becomes_a_persona_with_its_templates_filled() -> None:
    sheet, remarks = read(characters.V2)
    who = sheet.persona
    assert sheet.username == "elodie_cinar_bot"
    assert who.hint == "Élodie Çınar is a retired trader who loves tea.\nShe speaks to arkadaş softly."
    assert (who.name, who.tone, who.interests) == ("Élodie Çınar", "calm, witty", ("tea", "markets"))
    assert who.style_note == "Tea first.\nThen the market."
    assert told(remarks, "data · description") == [
        "becomes: who this is.", "is a template; its places are filled in."
    ]  # fmt: skip
    assert told(remarks, "data · tags") == ["becomes: interests."]
    assert told(remarks, "data · scenario") == ["is not used; it is kept for exports."]
    assert told(remarks, "data · username") == ["is missing; @elodie_cinar_bot is made from the name."]


def test_the_nickname_of_a_card_speaks_in_its_examples() -> None:
    sheet, _ = read(characters.V3)
    assert sheet.persona.hint.startswith("Élo is a retired trader")
    assert sheet.persona.style_note == "Tea first.\nThen the market."


def test_a_character_of_eliza_becomes_a_persona_with_memories() -> None:
    sheet, remarks = read(characters.ELIZA)
    who = sheet.persona
    assert sheet.username == "adadeniz_bot"
    assert (who.name, who.hint, who.tone) == ("Ada Deniz", "Ada reads balance sheets. She keeps bees.", "dry, patient")
    assert (who.interests, who.style_note) == (("gold", "bees"), "Short sentences.\nNo capitals.")
    own = [memory.text for memory in sheet.memories if memory.kind is MemoryKind.PERSONAL_FACT]
    assert own[:2] == ["Her first share was a ferry line.", "Bees cannot be hurried."]
    assert told(remarks, "knowledge") == ["1 of its entries are no texts and are not used.", "becomes: memories."]
    assert told(remarks, "style · post") == ["is not used; it is kept for exports."]
    assert told(remarks, "system") == ["is not used; it is kept for exports."]


def test_an_agent_of_tinytroupe_becomes_a_persona_with_memories() -> None:
    sheet, remarks = read(characters.TINY)
    who = sheet.persona
    assert sheet.username == "leyla_kaya_bot"
    assert who.hint == "34, Turkish, İzmir, Accountant, A bakery. You count loaves."
    assert (who.tone, who.style_note) == ("You are curious. You like order.", "Plain words.")
    assert (who.interests, who.expertise) == (("Olive oil", "Gold"), ("You read tables, and quickly.",))
    assert (who.energy, who.empathy) == (0.25, 0.5)
    assert {"Patience pays.", "Severim: Early trains", "Sevmem: Noise", "You write lists."} <= {
        memory.text for memory in sheet.memories
    }
    assert told(remarks, "persona · personality · big_five · agreeableness") == ["names no level and is not used."]
    assert told(remarks, "persona · occupation · since") == ["is not used; it is kept for exports."]
    assert told(remarks, "persona · long_term_goals") == ["is not used; it is kept for exports."]


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Çağla Işık", "cagla_isik_bot"),
        ("Ay", "ay_bot"),
        ("7 of 9", "of_9_bot"),
        ("İŞ BOT", "is_bot"),
        ("Robot", "robot"),
        ("Ferdinand Maximilian von und zu Hohenstein", "ferdinand_maximilian_von_und_bot"),
        ("桜", "persona_[0-9a-f]{8}_bot"),
        ("🌿", "persona_[0-9a-f]{8}_bot"),
    ],
)
def test_a_username_is_made_of_any_name(name: str, handle: str) -> None:
    made = fields.handle_of(name)
    assert re.fullmatch(handle, made)
    assert re.fullmatch(r"[a-z][a-z0-9_]{1,28}bot", made)


@pytest.mark.parametrize("data", KINDS.values())
def test_a_document_without_a_name_is_refused(data: dict[str, Any]) -> None:
    nameless = copy.deepcopy(data)
    inner = nameless.get("data") or nameless.get("persona") or nameless
    inner["name"] = None
    _, remarks = read(nameless)
    assert refused(remarks)


@settings(max_examples=40)
@given(st.data())
def test_whatever_a_document_holds_it_is_refused_or_fits_the_database(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(KINDS)))
    written = copy.deepcopy(KINDS[kind])
    inner = written.get("data") or written.get("persona") or written
    for key in data.draw(st.lists(st.sampled_from(sorted(inner)), max_size=3)):
        inner[key] = data.draw(JSON)
    paper = Document(kind, depth.keepable(written), sha256="0" * 64)
    [sheet] = bots(paper, check=fine)
    if not refused(paper.remarks):
        enrolment.prepare([replace(sheet, memories=sheet.memories[:1])], by="test")


def test_remarks_stand_under_the_name_of_the_character() -> None:
    _, remarks = read(characters.ELIZA)
    assert {remark.entry for remark in remarks} == {"1 · Ada Deniz"}
    assert {remark.verdict for remark in remarks} == {Verdict.NOTE, Verdict.REPAIR}
