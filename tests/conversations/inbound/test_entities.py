"""What Telegram marks in a text, counted as Telegram counts."""

from conversations.inbound import entities


def test_offsets_count_utf16_units() -> None:
    text = "👨‍💻📈 @nermin_bot İyi mi?"
    start = len(text[: text.index("@")].encode("utf-16-le")) // 2
    marks = [{"type": "mention", "offset": start, "length": 11}]
    [piece] = entities.pieces({"text": text, "entities": marks})
    assert (piece.kind, piece.text) == ("mention", "@nermin_bot")


def test_captions_have_marks_of_their_own() -> None:
    marks = [{"type": "bot_command", "offset": 0, "length": 4}]
    assert entities.pieces({"caption": "/sus", "caption_entities": marks})[0].text == "/sus"


def test_an_address_calls_nobody() -> None:
    text = "🙂 https://x.example/@kerem_bot ve @sevgi_bot"
    marks = [{"type": "url", "offset": 3, "length": 28}]
    assert "@kerem_bot" not in entities.spoken({"text": text, "entities": marks})
    assert entities.spoken({"text": text, "entities": marks}).endswith("ve @sevgi_bot")


def test_a_bot_of_ours_without_a_username_is_nobody_else() -> None:
    mark = {"type": "text_mention", "offset": 0, "length": 2, "user": {"id": 7}}
    assert entities.mentions_people({"text": "Ay", "entities": [mark]}, [])
    assert not entities.mentions_people({"text": "Ay", "entities": [mark]}, [7])
