import pytest
from django.conf import LazySettings

from bots import roster
from bots.exchange import tokens
from bots.exchange.tokens import Result
from bots.models import Bot
from tests.bots import people
from tests.fakes.handles import TelegramFake

pytestmark = pytest.mark.django_db
UNKNOWN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"


@pytest.fixture
def telegram(telegram_server: TelegramFake, settings: LazySettings) -> TelegramFake:
    settings.TELEGRAM_MODE, settings.TELEGRAM_API_BASE = "polling", telegram_server.address
    return telegram_server


@pytest.fixture
def cast() -> list[Bot]:
    return roster.enrol_all([people.named(name) for name in ("birinci_bot", "ikinci_bot", "ucuncu_bot")], by="test")


def bind(pasted: str, cast: list[Bot]) -> list[Result]:
    return tokens.bind(pasted, bots=cast, by="test")


def states() -> dict[str, str]:
    return dict(Bot.objects.order_by("pk").values_list("username", "token_state"))


def test_tokens_without_names_go_to_the_waiting_bots_in_their_order(cast: list[Bot], telegram: TelegramFake) -> None:
    pasted = "\n".join(telegram.add_bot(name) for name in ("bir_gercek_bot", "iki_gercek_bot"))
    results = bind(pasted, cast)
    assert [(result.line, result.ok, result.username) for result in results] == [
        (1, True, "bir_gercek_bot"),
        (2, True, "iki_gercek_bot"),
    ]
    assert "@birinci_bot is now @bir_gercek_bot" in results[0].text
    assert states() == {"bir_gercek_bot": "healthy", "iki_gercek_bot": "healthy", "ucuncu_bot": "missing"}


def test_a_token_finds_the_bot_that_it_belongs_to(cast: list[Bot], telegram: TelegramFake) -> None:
    pasted = "\n".join(telegram.add_bot(name) for name in ("yabanci_bot", "Birinci_Bot"))
    results = bind(pasted, cast)
    assert [result.username for result in results] == ["yabanci_bot", "Birinci_Bot"]
    assert states() == {"Birinci_Bot": "healthy", "yabanci_bot": "healthy", "ucuncu_bot": "missing"}


@pytest.mark.parametrize("separator", [" ", ":", "\t", " = ", ", "])
def test_a_line_may_name_its_bot(cast: list[Bot], telegram: TelegramFake, separator: str) -> None:
    [result] = bind(f"@ikinci_bot{separator}{telegram.add_bot('baska_adla_bot')}", cast)
    assert result.ok
    assert states()["baska_adla_bot"] == "healthy"
    assert "ikinci_bot" not in states()


def test_a_bad_line_stops_no_other_line(cast: list[Bot], telegram: TelegramFake) -> None:
    good, revoked = telegram.add_bot("birinci_bot"), telegram.add_bot("ikinci_bot")
    telegram.revoke("ikinci_bot")
    pasted = f"# my bots\nnonsense\n\n{revoked}\n{UNKNOWN}\n{good}\n{good}\nkimse_bot {good}\n"
    results = bind(pasted, cast)
    assert [(result.line, result.ok) for result in results] == [
        (2, False), (4, False), (5, False), (6, True), (7, True), (8, False)
    ]  # fmt: skip
    assert states() == {"birinci_bot": "healthy", "ikinci_bot": "missing", "ucuncu_bot": "missing"}


def test_no_result_repeats_a_token(cast: list[Bot], telegram: TelegramFake) -> None:
    pasted = f"{UNKNOWN}\nkimse_bot {telegram.add_bot('birinci_bot')}\nTOKEN_BURAYA_123\n"
    told = " ".join(result.text for result in bind(pasted, cast))
    assert not any(secret in told for secret in (UNKNOWN, "FAKE", "TOKEN_BURAYA"))


def test_more_tokens_than_bots_are_told_so(cast: list[Bot], telegram: TelegramFake) -> None:
    results = bind("\n".join(telegram.add_bot(f"fazla_{n}_bot") for n in range(4)), cast)
    assert [result.ok for result in results] == [True, True, True, False]


def test_a_telegram_that_is_away_binds_nothing_and_says_why(cast: list[Bot], telegram: TelegramFake) -> None:
    token = telegram.add_bot("birinci_bot")
    telegram.fault("getMe", 503)
    [result] = bind(token, cast)
    assert not result.ok
    assert result.text
    assert states()["birinci_bot"] == "missing"
