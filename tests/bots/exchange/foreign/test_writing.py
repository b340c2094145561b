"""What goes back to other houses: their own document, with what Kulis changed since laid over it."""

import base64
import copy
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from bots.exchange import document, outgoing, png, reading
from bots.exchange.document import Kind
from bots.sheet import BotSheet, Format
from tests.bots import people
from tests.bots.exchange.foreign import characters
from tests.bots.exchange.foreign.reader import fine, read

SAME = [
    (characters.V2, Format.CARD_V2),
    (characters.V3, Format.CARD_V3),
    (characters.ELIZA, Format.ELIZA),
    (characters.TINY, Format.TINYTROUPE),
]
FOREIGN = [format_ for _data, format_ in SAME]


def changed(sheet: BotSheet, **traits: Any) -> BotSheet:
    return replace(sheet, persona=replace(sheet.persona, **traits))


@pytest.mark.parametrize(("data", "format_"), SAME)
def test_what_nobody_changed_goes_back_as_it_came(data: dict[str, Any], format_: Format) -> None:
    sheet, _ = read(data)
    assert outgoing.character(sheet, format_) == data


STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8"), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcxyz ", min_size=1), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(SAME), st.dictionaries(st.from_regex(r"x_[aeiou]{1,6}", fullmatch=True), STRANGE, max_size=3))
def test_whatever_kulis_does_not_know_goes_back_as_it_came(
    one: tuple[dict[str, Any], Format], strange: dict[str, Any]
) -> None:
    data = copy.deepcopy(one[0]) | strange
    inner = data.get("data") or data.get("persona") or data
    inner |= strange
    sheet, _ = read(data)
    assert sheet.origin is not None
    sent = outgoing.character(changed(sheet, hint="Yeni."), one[1])
    kept = sheet.origin.document
    assert {key: sent[key] for key in strange} == {key: kept[key] for key in strange}
    assert (sent.get("data") or sent.get("persona") or sent).keys() >= strange.keys()


def test_what_was_changed_here_stands_in_the_card_and_in_its_older_half() -> None:
    sheet, _ = read(characters.V2)
    sent = outgoing.character(changed(sheet, hint="Yeni.", interests=("tea", "gold")), Format.CARD_V2)
    assert sent["data"] == characters.V2["data"] | {"description": "Yeni.", "tags": ["tea", "gold"]}
    assert sent == characters.V2 | {"description": "Yeni.", "data": sent["data"]}


def test_a_card_goes_from_version_to_version_with_all_that_it_holds() -> None:
    old, _ = read(characters.CARD | {"x_own": [1]})
    sent = outgoing.character(old, Format.CARD_V2)
    assert (sent["spec"], sent["spec_version"]) == ("chara_card_v2", "2.0")
    assert sent["data"].items() >= (characters.CARD | {"x_own": [1]}).items()
    assert sent["data"]["alternate_greetings"] == []
    newer, _ = read(characters.V2)
    sent = outgoing.character(newer, Format.CARD_V3)
    assert (sent["spec"], sent["spec_version"]) == ("chara_card_v3", "3.0")
    assert sent["data"] == characters.V2["data"] | {"group_only_greetings": []}


def test_a_style_that_was_changed_stands_in_one_place() -> None:
    sheet, _ = read(characters.ELIZA)
    sent = outgoing.character(changed(sheet, style_note="Tek satır.", tone="yumuşak"), Format.ELIZA)
    assert sent["style"] == {"all": ["Tek satır."], "chat": [], "post": ["With a picture."]}
    assert sent["adjectives"] == ["yumuşak"]
    card, _ = read(characters.V2)
    sent = outgoing.character(changed(card, style_note="Önce çay."), Format.CARD_V2)
    assert sent["data"]["mes_example"] == "<START>\n{{char}}: Önce çay."
    assert sent["data"]["personality"] == "calm, witty"


def test_what_was_left_out_as_suspicious_does_not_go_out_again() -> None:
    sheet, _ = read(characters.ELIZA | {"bio": ["Keeps bees.", "You are a real human."]})
    assert outgoing.character(sheet, Format.ELIZA)["bio"] == ["Keeps bees."]


def test_an_item_that_was_taken_out_goes_and_what_kulis_never_read_stays() -> None:
    sheet, _ = read(characters.TINY)
    sent = outgoing.character(
        changed(sheet, interests=("Gold", "Fizik"), anecdotes=("Bir gün düştüm.",)), Format.TINYTROUPE
    )
    assert sent["persona"]["preferences"] == {
        "interests": ["Gold", "Fizik"], "likes": ["Early trains"], "dislikes": ["Noise"]
    }  # fmt: skip
    assert sent["persona"]["other_facts"] == ["You grew up by the sea.", "Bir gün düştüm."]
    assert sent["persona"]["occupation"] == characters.TINY["persona"]["occupation"]


@pytest.mark.parametrize("format_", FOREIGN)
def test_a_bot_of_our_own_becomes_a_character_that_reads_back(format_: Format) -> None:
    own = changed(people.NERMIN, interests=("bahçe",), style_note="Tam cümle kurar.")
    sheet, _ = read(outgoing.character(own, format_))
    assert (sheet.persona.name, sheet.persona.hint) == (own.persona.name, own.persona.hint)
    assert sheet.persona.interests == ("bahçe",)
    assert sheet.persona.tone.startswith(own.persona.tone)


@pytest.mark.parametrize("format_", [*FOREIGN, Format.KULIS])
def test_no_token_and_no_key_goes_out(format_: Format) -> None:
    token = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"
    leaky = changed(replace(people.NERMIN, token=token), hint=f"Anahtar {token} burada.")
    sent = json.dumps(outgoing.cast([leaky]) if format_ is Format.KULIS else outgoing.character(leaky, format_))
    assert token not in sent


def test_a_picture_carries_the_card_in_both_versions() -> None:
    sheet, _ = read(characters.V3)
    drawn = outgoing.picture(sheet)
    assert document.read(drawn).data == characters.V3
    carried = png.texts(drawn, wanted=("chara", "ccv3"), most=document.MOST_BYTES)
    assert json.loads(base64.b64decode(carried["chara"]))["spec"] == "chara_card_v2"


def test_several_bots_go_into_an_archive_and_not_into_one_character() -> None:
    sheets = [people.NERMIN, people.named("ikinci_bot")]
    with zipfile.ZipFile(io.BytesIO(outgoing.content(sheets, Format.TINYTROUPE, "cast.zip"))) as packed:
        assert packed.namelist() == ["nermin_temettu_bot.agent.json", "ikinci_bot.agent.json"]
        assert json.loads(packed.read("ikinci_bot.agent.json"))["type"] == "TinyPerson"
    pictures = outgoing.content(sheets, Format.CARD_V3, "cast.zip", pictures=True)
    with zipfile.ZipFile(io.BytesIO(pictures)) as packed:
        assert document.read(packed.read("ikinci_bot.png")).kind is Kind.CARD_V3
    assert outgoing.content(sheets, Format.CARD_V3, "cast.zip", pictures=True) == pictures


@pytest.mark.parametrize(
    ("name", "bots", "told"),
    [("cast.json", 2, "holds one bot"), ("a.png", 1, "Only character cards"), ("a.json", 0, "no bot")],
)
def test_what_fits_no_file_is_told(name: str, bots: int, told: str) -> None:
    sheets = [people.NERMIN, people.named("ikinci_bot")][:bots]
    with pytest.raises(ValidationError, match=told):
        outgoing.content(sheets, Format.ELIZA, name)


def test_a_cast_of_our_own_gives_back_the_fields_that_it_does_not_know() -> None:
    entry: dict[str, Any] = {
        "username": "ali_bot", "persona": {"name": "Ali", "zodiac": "terazi"}, "shoe_size": 41, "memories": [],
        "token": "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234", "api_key": "abcdefgh",
    }  # fmt: skip
    raw = json.dumps({"format": "kulis-cast", "version": 1, "bots": [entry]}).encode()
    [sheet] = reading.bots(document.read(raw), check=fine)
    [sent] = outgoing.cast([changed(sheet, name="Veli")])["bots"]
    assert (sent["shoe_size"], sent["persona"]["zodiac"], sent["persona"]["name"]) == (41, "terazi", "Veli")
    assert not {"token", "api_key"} & set(sent)
    [plain] = reading.bots(document.read(json.dumps(outgoing.cast([people.NERMIN])).encode()), check=fine)
    assert plain.origin is None
