"""From the bytes of a file to one of the documents that can be imported. What cannot be is told in one line."""

import codecs
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from bots.casts import sheets_json
from bots.exchange.remarks import Remark, Verdict

MOST_BYTES = 5 * 1024 * 1024
_PREDECESSOR = {"persona_hint", "persona_profile", "emotion_profile", "speed_profile", "active_hours"}


class Kind(StrEnum):
    KULIS = "kulis-cast"
    PREDECESSOR = "predecessor"
    SETUP = "predecessor-setup"


class NotACast(Exception):
    """The text is one line for the person who chose the file."""


@dataclass(slots=True)
class Document:
    kind: Kind
    data: Mapping[str, Any]
    remarks: list[Remark] = field(default_factory=list)


def read(raw: bytes) -> Document:
    """Which format it is, its content decides. Raises NotACast."""
    if len(raw) > MOST_BYTES:
        raise NotACast(_("The file is larger than 5 MB; no cast is."))
    remarks: list[Remark] = []
    data = _parsed(_decoded(raw, remarks), remarks)
    if isinstance(data, list):
        data = {"bots": data}
    if not isinstance(data, dict):
        raise NotACast(_("The file holds no cast: it should be an object with a list of “bots”."))
    return Document(_kind(data), data, remarks)


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
