"""From the bytes of a file to one of the documents that can be imported. What cannot be is told in one line."""

import base64
import binascii
import codecs
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from bots.casts import sheets_json
from bots.exchange import depth, png, secrets
from bots.exchange.foreign import signs
from bots.exchange.remarks import Remark, Verdict
from bots.sheet import Format

MOST_BYTES = 5 * 1024 * 1024
MOST_PICTURE = 20 * 1024 * 1024
"""A card may come inside a picture, of which only the card is read."""
_INSIDE = ("ccv3", "chara")
"""Where a picture keeps its card, the newer version first."""
_PREDECESSOR = {"persona_hint", "persona_profile", "emotion_profile", "speed_profile", "active_hours"}


class Kind(StrEnum):
    KULIS = "kulis-cast"
    PREDECESSOR = "predecessor"
    SETUP = "predecessor-setup"
    CARD_V1 = Format.CARD_V1.value
    CARD_V2 = Format.CARD_V2.value
    CARD_V3 = Format.CARD_V3.value
    ELIZA = Format.ELIZA.value
    TINYTROUPE = Format.TINYTROUPE.value

    @property
    def foreign(self) -> Format | None:
        """The format of another house that this is, if it is one."""
        ours = {Kind.KULIS, Kind.PREDECESSOR, Kind.SETUP}
        return None if self in ours else Format(self.value)


class NotACast(Exception):
    """The text is one line for the person who chose the file."""


@dataclass(slots=True)
class Document:
    kind: Kind
    data: Mapping[str, Any]
    remarks: list[Remark] = field(default_factory=list)
    sha256: str = ""
    """Of the file."""


def read(raw: bytes) -> Document:
    """Which format it is, its content decides. Raises NotACast."""
    remarks: list[Remark] = []
    data = _parsed(_decoded(_carried(raw), remarks), remarks)
    if depth.too_deep(data):
        raise NotACast(_("The file is no valid JSON that a cast could be in."))
    if isinstance(data, list):
        data = {"bots": data}
    if not isinstance(data, dict):
        raise NotACast(_("The file holds no cast: it should be an object with a list of “bots”."))
    kind = _kind(data)
    if kind.foreign:
        data = _kept(data, remarks)
    return Document(kind, data, remarks, hashlib.sha256(raw).hexdigest())


def _carried(raw: bytes) -> bytes:
    """The bytes of the document: the file itself, or what a picture carries."""
    if not raw.startswith(png.SIGNATURE):
        if len(raw) > MOST_BYTES:
            raise NotACast(_("The file is larger than 5 MB; no cast is."))
        return raw
    if len(raw) > MOST_PICTURE:
        raise NotACast(_("The picture is larger than 20 MB; no card is."))
    try:
        texts = png.texts(raw, wanted=_INSIDE, most=2 * MOST_BYTES)
        packed = next(texts[name] for name in _INSIDE if name in texts)
        card = base64.b64decode(b"".join(packed.split()), validate=True)
    except png.BadPicture as error:
        raise NotACast(str(error)) from error
    except StopIteration as error:
        raise NotACast(_("The picture carries no character card.")) from error
    except binascii.Error as error:
        raise NotACast(_("The card inside the picture is damaged: it is no base64.")) from error
    if len(card) > MOST_BYTES:
        raise NotACast(_("The file is larger than 5 MB; no cast is."))
    return card


def _kept(data: dict[str, Any], remarks: list[Remark]) -> dict[str, Any]:
    """What of a stranger's document may be kept: no secret, and nothing that the database cannot hold."""
    whole = depth.keepable(data)
    if whole != data:
        remarks.append(Remark(Verdict.REPAIR, "", "", _("holds characters that nobody can see; they are left out.")))
    clean, places = secrets.without(whole)
    told = _("looks like a secret and is left out.")
    remarks.extend(Remark(Verdict.REPAIR, "", place, told) for place in places)
    kept: dict[str, Any] = clean
    return kept


def _decoded(raw: bytes, remarks: list[Remark]) -> str:
    if not raw.strip(b" \r\n\t"):
        raise NotACast(_("The file is empty."))
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding, said in (
        (("utf-16", "UTF-16"),) if wide else (("utf-8-sig", ""), ("cp1254", "Windows Türkçe (cp1254)"))
    ):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if said:
            remarks.append(
                Remark(
                    Verdict.REPAIR, "", "", _("The file is no UTF-8; it is read as %(encoding)s.") % {"encoding": said}
                )
            )
        return text
    raise NotACast(_("The file is no text that can be read; save it as UTF-8."))


def _parsed(text: str, remarks: list[Remark]) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [name for name, times in Counter(name for name, value in pairs).items() if times > 1]
        remarks.extend(
            Remark(Verdict.REPAIR, "", name, _("is given twice in one place; the last one counts.")) for name in twice
        )
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise NotACast(_("The file is no valid JSON: look at line %(line)s, column %(column)s.") % where) from error
    except (ValueError, RecursionError) as error:
        raise NotACast(_("The file is no valid JSON that a cast could be in.")) from error


def _kind(data: dict[str, Any]) -> Kind:
    try:
        if format_ := signs.format_of(data):
            return Kind(format_.value)
    except signs.NewerSpec as error:
        raise NotACast(str(error)) from error
    if "format" in data:
        return _ours(data)
    bots = data.get("bots")
    entries = [entry for entry in bots if isinstance(entry, dict)] if isinstance(bots, list) else []
    if isinstance(data.get("settings"), dict) or isinstance(data.get("chat"), dict):
        return Kind.SETUP
    if any(_PREDECESSOR & set(entry) for entry in entries):
        return Kind.PREDECESSOR
    if any("persona" in entry for entry in entries):
        raise NotACast(
            _("The file does not say what it is: add “format”: “%(format)s”, “version”: %(version)s beside “bots”.")
            % {"format": sheets_json.FORMAT, "version": sheets_json.VERSION}
        )
    if any({"name", "username"} & set(entry) for entry in entries):
        return Kind.PREDECESSOR
    raise NotACast(_("The file holds no cast: there is no list of “bots” in it that Kulis knows."))


def _ours(data: dict[str, Any]) -> Kind:
    version = data.get("version")
    if data["format"] != sheets_json.FORMAT:
        raise NotACast(_("The file holds no cast: its format is not “%(format)s”.") % {"format": sheets_json.FORMAT})
    if type(version) is not int or version < 1:
        raise NotACast(_("The file does not say which version of the format it is; add “version”: 1."))
    if version > sheets_json.VERSION:
        raise NotACast(_("The file is of version %(version)s; a newer Kulis wrote it.") % {"version": version})
    return Kind.KULIS
