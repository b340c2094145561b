"""By what a document of another house is known."""

from typing import Any

from django.utils.translation import gettext as _

from bots.sheet import Format

_SPECS = {"chara_card_v2": Format.CARD_V2, "chara_card_v3": Format.CARD_V3}
_CARD = {"description", "personality", "scenario", "first_mes", "mes_example"}
_ELIZA = {"bio", "lore", "adjectives", "messageExamples", "postExamples", "modelProvider"}


class NewerSpec(Exception):
    """A card of a specification that nobody here knows; the text is a sentence for people."""


def format_of(data: dict[str, Any]) -> Format | None:
    """Whose document this is; None when it is none of those. Raises NewerSpec."""
    spec = data.get("spec")
    if isinstance(spec, str) and spec in _SPECS:
        return _SPECS[spec]
    if isinstance(spec, str) and spec.startswith("chara_card"):
        raise NewerSpec(_("The file is a character card of a kind that Kulis does not know; it reads V1, V2 and V3."))
    if data.get("type") == "TinyPerson" and "persona" in data:
        return Format.TINYTROUPE
    if "name" not in data or "bots" in data or "format" in data:
        return None
    if _ELIZA & set(data):
        return Format.ELIZA
    return Format.CARD_V1 if len(_CARD & set(data)) > 1 or {"first_mes", "mes_example"} & set(data) else None


def version_of(format_: Format, data: dict[str, Any]) -> str:
    if format_ is Format.CARD_V1:
        return "1.0"
    version = data.get("spec_version")
    return str(version)[:16] if isinstance(version, str | int | float) else ""
