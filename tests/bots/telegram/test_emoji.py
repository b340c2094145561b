import pytest

from bots.telegram import emoji
from tests.fakes.telegram.reactions import ALLOWED


def test_the_list_is_telegrams() -> None:
    assert emoji.ALLOWED == ALLOWED
    assert len(emoji.ALLOWED) == 73


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("❤\ufe0f", "❤"),
        ("⚡\ufe0f", "⚡"),
        ("❤\ufe0f\u200d🔥", "❤\u200d🔥"),
        ("🤷\u200d♂\ufe0f", "🤷\u200d♂"),
        ("🕊\ufe0e", "🕊"),
        (" 👍 ", "👍"),
        ("👨\u200d💻", "👨\u200d💻"),
    ],
)
def test_an_emoji_is_spelled_as_telegram_takes_it(typed: str, sent: str) -> None:
    assert emoji.clean(typed) == sent
    assert emoji.allowed(typed)


@pytest.mark.parametrize("typed", ["📈", "📉", "💡", "✅", "💬", "", "👍👍", "👍🏽", "evet"])
def test_other_emoji_are_not_allowed(typed: str) -> None:
    assert not emoji.allowed(typed)
