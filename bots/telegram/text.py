"""Text as Telegram measures it: in UTF-16 units."""

LIMIT = 4096


def utf16_len(text: str) -> int:
    """Characters outside the basic plane, most emoji among them, count twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def clip(text: str, limit: int = LIMIT) -> str:
    """The text, cut at the last space that fits and ended with "…" when it is longer than `limit` units."""
    if utf16_len(text) <= limit:
        return text
    room, end = limit - 1, 0
    while (width := utf16_len(text[end])) <= room:
        room -= width
        end += 1
    head = text[:end]
    inside_a_word = not text[end].isspace() and not head[-1:].isspace()
    if inside_a_word and len(words := head.rsplit(maxsplit=1)) > 1:
        head = words[0]
    return head.rstrip() + "…"
