"""Bots on paper to files: one for a whole cast in our own format, one for each bot in the formats of other houses."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bots.casts import sheets_json
from bots.exchange import merging, png, secrets
from bots.exchange.foreign.incoming import HOUSES, at_first
from bots.sheet import BotSheet, Format

FORMATS = (Format.KULIS, Format.CARD_V2, Format.CARD_V3, Format.ELIZA, Format.TINYTROUPE)
CARDS = (Format.CARD_V2, Format.CARD_V3)
_SUFFIX = {Format.TINYTROUPE: ".agent.json"}
_NEW_YEAR = (2020, 1, 1, 0, 0, 0)
"""The same cast makes the same archive, whenever it is made."""


def content(sheets: Sequence[BotSheet], format_: Format, name: str, *, pictures: bool = False) -> bytes:
    """What the file of this name holds; its ending chooses between one character, a picture and an archive.
    Raises ValidationError."""
    kind = name.lower().rpartition(".")[2]
    if format_ not in CARDS and (pictures or kind == "png"):
        raise ValidationError(_("Only character cards come in pictures: --format card-v2 or card-v3."))
    if format_ is Format.KULIS:
        return text(cast(sheets))
    if not sheets:
        raise ValidationError(_("There is no bot to export."))
    if kind == "zip":
        return archive(sheets, format_, pictures=pictures)
    if len(sheets) > 1:
        said = _("A file in this format holds one bot, and there are %(n)s: choose with --bot, or name a file.zip.")
        raise ValidationError(said % {"n": len(sheets)})
    return picture(sheets[0]) if pictures or kind == "png" else text(character(sheets[0], format_))


def cast(sheets: Sequence[BotSheet]) -> dict[str, Any]:
    """The whole cast in our own format. What a file brought and Kulis does not know is given back."""
    return sheets_json.whole([_entry(sheet) for sheet in sheets])


def character(sheet: BotSheet, format_: Format) -> dict[str, Any]:
    """One bot as a document of another house, over the one that it came from when that was of the same kind."""
    house, origin = HOUSES[format_], sheet.origin
    now = house.written(sheet)
    if origin is None or HOUSES.get(origin.format) is not house:
        clean, _where = secrets.without(house.whole(format_, {}, now))
    else:
        inner = merging.merged(house.inside(origin.document), then=house.written(at_first(origin)), now=now)
        clean, _where = secrets.without(house.whole(format_, origin.document, inner))
    document: dict[str, Any] = clean
    return document


def text(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def picture(sheet: BotSheet) -> bytes:
    """A small PNG with the card inside, as V2 and as V3."""
    inside = {"chara": Format.CARD_V2, "ccv3": Format.CARD_V3}
    packed = {name: base64.b64encode(text(character(sheet, format_))) for name, format_ in inside.items()}
    return png.drawn(hashlib.sha256(sheet.username.encode()).digest(), packed)


def archive(sheets: Sequence[BotSheet], format_: Format, *, pictures: bool = False) -> bytes:
    """A zip with one file for each bot, named by its username."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        for sheet in sheets:
            suffix = ".png" if pictures else _SUFFIX.get(format_, ".json")
            content = picture(sheet) if pictures else text(character(sheet, format_))
            packed.writestr(zipfile.ZipInfo(f"{sheet.username}{suffix}", _NEW_YEAR), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _entry(sheet: BotSheet) -> dict[str, Any]:
    entry: dict[str, Any] = secrets.without(sheets_json.entry(sheet))[0]
    if sheet.origin is None or sheet.origin.format is not Format.KULIS:
        return entry
    return merging.overlaid(sheet.origin.document, entry)
