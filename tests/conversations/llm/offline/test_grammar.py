from random import Random

import pytest

from conversations.llm.offline import grammar
from conversations.llm.offline.grammar import Frame, Scope
from conversations.llm.offline.turkish import Noun


def all_of(line: str, *, formal: bool = False, traits: frozenset[str] = frozenset(), **slots: Noun) -> set[str]:
    pools = {"kim": (grammar.parse("komşu"), grammar.parse(":elder: torun"))}
    frame = grammar.parse(line)
    return {grammar.speak(frame, Scope(slots, pools, traits, formal), Random(seed)) for seed in range(60)}


def test_a_choice_offers_each_of_its_options_also_nested_and_empty_ones() -> None:
    assert all_of("{bir|iki {üç|dört}|}son") == {"birson", "iki üçson", "iki dörtson", "son"}


def test_tied_choices_agree() -> None:
    assert all_of("{1=gemi|tır} {2=var|yok}, {1=dümen|direksiyon} {2=bizde|onda}") == {
        "gemi var, dümen bizde", "gemi yok, dümen onda", "tır var, direksiyon bizde", "tır yok, direksiyon onda",
    }  # fmt: skip


def test_a_slot_is_inflected() -> None:
    assert all_of("<t.loc> <d.acc> gör", t=Noun("kur"), d=Noun("faiz farkı", possessed=True)) == {
        "kurda faiz farkını gör"
    }


def test_an_option_whose_slot_is_missing_is_not_chosen() -> None:
    assert all_of("{<s.loc>|borsada} bekle") == {"borsada bekle"}


def test_the_register_decides_between_siz_and_sen() -> None:
    assert all_of("ne [dersiniz/dersin]", formal=True) == {"ne dersiniz"}
    assert all_of("ne [dersiniz/dersin]") == {"ne dersin"}


def test_a_pool_gives_only_what_suits_the_speaker() -> None:
    assert all_of("@kim.gen sözü") == {"komşunun sözü"}
    assert all_of("@kim sözü", traits=frozenset({"elder"})) == {"komşu sözü", "torun sözü"}


def test_an_empty_name_leaves_no_trace() -> None:
    assert all_of("<who>, haklı", who=Noun("")) == {"haklı"}
    assert all_of("haklı <who>, evet", who=Noun("")) == {"haklı, evet"}


def suits(frame: Frame, *traits: str, **slots: Noun) -> bool:
    return frame.suits(frozenset(traits), slots)


def test_a_guarded_frame_asks_for_traits_and_slots() -> None:
    frame = grammar.parse(":elder !bold: Torun <s> sordu")
    assert suits(frame, "elder", s=Noun("THYAO"))
    assert not suits(frame, s=Noun("THYAO"))
    assert not suits(frame, "elder", "bold", s=Noun("THYAO"))
    assert not suits(frame, "elder")


@pytest.mark.parametrize("line", ["{a|b", "a}b", "a|b", "<t.xyz> var"])
def test_a_malformed_line_is_refused(line: str) -> None:
    with pytest.raises(grammar.Malformed):
        grammar.parse(line)
