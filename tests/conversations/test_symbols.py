"""The table of symbols: shipped once, extended by staff, read by the engine."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from bots.models import AuditEntry
from conversations import symbols
from conversations.engine import words
from conversations.models import Symbol
from monitoring.grants import Role
from tests import desk, staff

pytestmark = pytest.mark.django_db
ship = import_module("conversations.migrations.0012_symbol_table").ship


@pytest.fixture
def shipped() -> None:
    """The table of a fresh clone, whatever ran before."""
    Symbol.objects.all().delete()
    ship(apps, None)


@pytest.fixture
def bare() -> None:
    Symbol.objects.all().delete()


# --- What comes with Kulis -------------------------------------------------------------------------------------------
def test_a_fresh_clone_knows_what_people_talk_about(shipped: None) -> None:
    assert Symbol.objects.filter(kind="share").count() >= 120
    assert set(Symbol.objects.values_list("kind", flat=True)) == set(Symbol.Kind.values)
    assert 5 <= Symbol.objects.filter(thin=True).count() <= 20
    said = "Türk Hava Yolları'nı sattım, doları ve gram altını tutuyorum; btc mi eth mi, bist ne olur"
    assert words.tickers_in(said, symbols.table()) == ("THYAO", "USDTRY", "XAUTRY", "BTCUSDT", "ETHUSDT", "XU100")


def test_every_shipped_row_passes_as_if_staff_had_typed_it(shipped: None) -> None:
    paper = symbols.SHIPPED.read_text(encoding="utf-8")
    assert symbols.keep(symbols.read(paper), by="tests") == symbols.Kept(added=0, changed=0)


def test_what_staff_changed_or_removed_is_never_overruled(shipped: None) -> None:
    Symbol.objects.filter(code="THYAO").update(name="Bizim Uçaklar", thin=True)
    Symbol.objects.create(code="YENIX")
    ship(apps, None)
    assert Symbol.objects.get(code="THYAO").name == "Bizim Uçaklar"
    assert Symbol.objects.filter(code="YENIX").exists()


def test_everyday_words_are_no_tickers(shipped: None) -> None:
    for text in (
        "mavi gömlek giydim",
        "bu kentte akşam oldu",
        "logo tasarımı link attım",
        "baskı altında kaldım",
        "garantili iş yok",
        "kolay gelsin koçum",
        "odası boş",
    ):
        assert words.tickers_in(text, symbols.table()) == (), text


# --- The reader ------------------------------------------------------------------------------------------------------
def test_the_table_is_one_query_and_the_same_value_while_nothing_changes(
    shipped: None, django_assert_num_queries: "pytest.FixtureRequest"
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        first = symbols.table()
    assert symbols.table() is first
    Symbol.objects.create(code="YENIX", name="Yeni", aliases=["yenice"], thin=True)
    added = next(ticker for ticker in symbols.table() if ticker.code == "YENIX")
    assert (added.names, added.thin) == (("Yeni", "yenice"), True)


# --- Pasting ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_a_table_is_read_however_its_columns_are_divided(bare: None, divider: str) -> None:
    lines = [["code", "name"], ["abc1", "Abece", "abc a.ş.|a be ce", "share", "yes"], [], ["XYZ"]]
    found = symbols.read("\n".join(divider.join(cells) for cells in lines))
    assert [(s.code, s.name, s.aliases, s.kind, s.thin) for s in found] == [
        ("ABC1", "Abece", ["abc a.ş.", "a be ce"], "share", True),
        ("XYZ", "", [], "share", False),
    ]


@pytest.mark.parametrize(
    ("paper", "said"),
    [
        ("THY-AO,Uçak", "Satır 1"),
        ("ABC,Abece,,fish", "Satır 1"),
        ("ABC,Abece\n,Kodsuz", "Satır 2"),
        ("ABC,Bir\nABC,İki", "ABC"),
        ("ABC,,%s" % ("a" * 33), "Satır 1"),
        ("\n  \n", "satır yok"),
    ],
)
def test_a_wrong_table_is_refused_line_by_line(bare: None, paper: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        symbols.read(paper)


def test_a_name_leads_to_one_symbol_only(bare: None) -> None:
    with pytest.raises(ValidationError, match="AAA, BBB"):
        symbols.keep(symbols.read("AAA,Ortak\nBBB,,ORTAK"), by="tests")
    assert not Symbol.objects.exists()


def test_a_paste_adds_changes_and_leaves_one_entry_in_the_trail(bare: None) -> None:
    symbols.keep(symbols.read("AAA,Bir\nBBB,İki"), by="tests")
    assert symbols.keep(symbols.read("AAA,Bir\nBBB,İki,iki a.ş.\nCCC"), by="tests") == symbols.Kept(1, 1)
    assert AuditEntry.objects.filter(action="symbol.import").latest("id").after == {
        "added": ["CCC"],
        "changed": ["BBB"],
    }


# --- The desk --------------------------------------------------------------------------------------------------------
@pytest.fixture
def browser() -> Client:
    return staff.at_the_desk(Role.OPERATOR)


def test_staff_paste_a_table_at_the_desk(bare: None, browser: Client) -> None:
    address = reverse("admin:conversations_symbol_paste")
    assert address in browser.get(desk.address(Symbol, "changelist")).content.decode()
    refused = browser.post(address, {"lines": "THY-AO"})
    assert refused.status_code == 200
    assert "THY-AO" in refused.content.decode()
    assert browser.post(address, {"lines": "AAA,Bir,birinci"}).status_code == 302
    assert Symbol.objects.get(code="AAA").aliases == ["birinci"]


def test_who_may_only_look_pastes_nothing(bare: None) -> None:
    watcher = staff.at_the_desk(Role.ANALYST)
    assert watcher.post(reverse("admin:conversations_symbol_paste"), {"lines": "AAA"}).status_code == 403
    assert not Symbol.objects.exists()


def test_a_symbol_is_added_by_hand_with_its_names_and_found_by_them(bare: None, browser: Client) -> None:
    desk.send(browser, desk.address(Symbol, "add"), code="thyao", name="Türk Hava Yolları", aliases="thy\nUÇAK")
    assert Symbol.objects.get().code == "THYAO"
    assert AuditEntry.objects.filter(action="symbol.add").exists()
    for term in ("ucak", "HAVA YOLLARI", "thya"):
        assert "THYAO" in browser.get(desk.address(Symbol, "changelist"), {"q": term}).content.decode()


def test_a_name_that_is_taken_is_refused_at_the_desk(bare: None, browser: Client) -> None:
    Symbol.objects.create(code="USDTRY", name="Dolar")
    answer = desk.send(browser, desk.address(Symbol, "add"), code="USDX", aliases="DOLAR")
    assert "aliases" in answer.context["adminform"].form.errors
    assert not Symbol.objects.filter(code="USDX").exists()
