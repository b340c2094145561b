from datetime import time
from decimal import Decimal

from bots.casts import sheets_json
from bots.sheet import BotSheet, HoldingSheet, Hours, PersonaSheet

BOT = BotSheet(
    username="nermin_temettu_bot",
    persona=PersonaSheet(name="Nermin Hanım", watchlist=("TUPRS",)),
    hours=(Hours(time(20, 0), time(1, 30)),),
    holdings=(HoldingSheet("TUPRS", Decimal("96.40"), Decimal("350")),),
    token="123456:secret",
)


def test_a_cast_file_names_its_format_and_version() -> None:
    document = sheets_json.dump((BOT,))
    assert (document["format"], document["version"]) == ("kulis-cast", 1)


def test_a_token_is_never_written() -> None:
    assert "secret" not in str(sheets_json.dump((BOT,)))
    assert "token" not in sheets_json.dump((BOT,))["bots"][0]


def test_hours_and_decimals_become_texts_that_lose_nothing() -> None:
    (bot,) = sheets_json.dump((BOT,))["bots"]
    assert bot["hours"] == ["20:00-01:30"]
    assert bot["holdings"] == [{"symbol": "TUPRS", "average_price": "96.40", "size": "350", "note": ""}]
    assert bot["persona"]["watchlist"] == ["TUPRS"]
