"""Short signs: emoji, symbols of the market, usernames, tokens."""

import re

from django.utils.translation import gettext as _

from bots import casing, roster
from bots.exchange.parse import Read, Unreadable, read_as, shown, texts

_SKIN = "[\U0001f3fb-\U0001f3ff]"
_PICTURE = rf"[^\w\s\u200d\ufe0f{_SKIN[1:-1]}](?:\ufe0f|{_SKIN})?"
_EMOJI = re.compile(rf"[\U0001f1e6-\U0001f1ff]{{2}}|{_PICTURE}(?:\u200d{_PICTURE})*")
_HANDLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
_EXCHANGE = re.compile(r"(?<=\w)\.(?:E|IS)$", re.IGNORECASE)


def emoji(raw: object) -> Read[tuple[str, ...]]:
    """A list of emoji, or one text of nothing but emoji."""
    if isinstance(raw, str):
        found = texts.many(length=16)(_EMOJI.findall(raw))
        return Read(found.value, (_("is one text in the file; its emoji are read as a list."),))
    found = texts.many(length=16)(raw)
    words = [item for item in found.value if any(letter.isalpha() for letter in item)]
    lost = [_("“%(raw)s” is no emoji and is left out.") % {"raw": shown(word)} for word in words]
    return Read(tuple(item for item in found.value if item not in words), (*found.repairs, *lost))


def symbol(raw: object) -> Read[str]:
    """What a holding is called. The marks of an exchange and of chats fall off: "XU030.E", "$garan"."""
    found = texts.one(32)(raw)
    bare = _bare(found.value)
    if re.fullmatch(r"[a-z0-9]{3,}", bare):
        bare = bare.upper()
    if not bare:
        raise Unreadable(_("“%(raw)s” is no symbol.") % {"raw": shown(raw)})
    return found if bare == found.value else read_as(raw, bare)


def symbols(raw: object) -> Read[tuple[str, ...]]:
    """A watch list: symbols, and plain words such as "Altın", which stay as they are."""
    found = texts.many(length=32, commas=True)(raw)
    bare = tuple(_bare(item) for item in found.value)
    changed = [read_as(old, new).repairs[0] for old, new in zip(found.value, bare, strict=True) if old != new]
    return Read(tuple(dict.fromkeys(item for item in bare if item)), (*found.repairs, *changed))


def username(raw: object) -> Read[str]:
    """A Telegram username: 5 to 32 of a-z, 0-9 and _. Its @, its address and Turkish letters are forgiven."""
    found = texts.one(64)(raw)
    bare = re.sub(r"^(?:https?://)?(?:t\.me/)?@?", "", found.value)
    handle = bare if _HANDLE.fullmatch(bare) else handle_of(bare)
    if not _HANDLE.fullmatch(handle):
        raise Unreadable(
            _("“%(raw)s” is no username: 5 to 32 of a-z, 0-9 and _, a letter first.") % {"raw": shown(raw)}
        )
    return found if handle == found.value else read_as(raw, f"@{handle}".removeprefix("@"))


def handle_of(name: str) -> str:
    """What a bot of this name could be called: "Ayşe Scalper" → "ayse_scalper"; a short one ends with "_bot". Nothing
    where there is no letter to make it of."""
    handle = re.sub(r"[^a-z0-9]+", "_", casing.plain(name)).strip("_").lstrip("0123456789_")[:28]
    return handle if len(handle) >= 5 or not handle else f"{handle}_bot"


def token(raw: object) -> Read[str]:
    """A token, or none: a placeholder is no token. What is read here is never shown."""
    bare = raw.strip() if isinstance(raw, str) else ""
    secret = bare.partition(":")[2]
    if roster.TOKEN.fullmatch(bare) and len(set(secret.lower())) > 2:
        return Read(bare)
    if raw in ("", None):
        return Read("")
    return Read("", (_("holds no real token but a placeholder; the bot comes without one."),))


def _bare(item: str) -> str:
    return _EXCHANGE.sub("", item.lstrip("$#").strip())
