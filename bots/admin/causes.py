"""Why a mood or a relationship is as it is: its last causes in words, and by how much each moved what."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bots import bonds, feelings
from bots.admin import evidence
from bots.models import BondChange, Mood, MoodChange, Relationship
from bots.models.mind import BONDS, FEELINGS

EVENTS: Mapping[str, str | Promise] = {
    "pleased": gettext_lazy("pleased"),
    "hurt": gettext_lazy("hurt"),
    "mentioned": gettext_lazy("mentioned"),
    "ignored": gettext_lazy("left unanswered"),
    "proved_right": gettext_lazy("proved right"),
    "proved_wrong": gettext_lazy("proved wrong"),
    "silent": gettext_lazy("silent for long"),
    "agreement": gettext_lazy("agreement"),
    "disagreement": gettext_lazy("disagreement"),
    "help": gettext_lazy("help"),
    "praise": gettext_lazy("praise"),
    "criticism": gettext_lazy("criticism"),
}
"""What may have happened, in words."""
STANDINGS: Mapping[str, str | Promise] = {
    "stranger": gettext_lazy("stranger"),
    "acquaintance": gettext_lazy("acquaintance"),
    "friend": gettext_lazy("friend"),
    "close_friend": gettext_lazy("close friend"),
    "rival": gettext_lazy("rival"),
}
TONES = {"friend": "good", "close_friend": "good", "rival": "bad"}
_SHOWN = 3


def newest(changes: QuerySet[Any]) -> ArraySubquery:
    """The last events of a row, the newest first, within the query that reads the row."""
    told = changes.order_by("-happened_at", "-id").values(told=JSONObject(event="event", about="about"))
    return ArraySubquery(told[:_SHOWN])


def lately(told: list[dict[str, str]]) -> str:
    """What moved it last, with the words that did: short enough for a list."""
    return "; ".join(
        f"{EVENTS.get(one['event'], one['event'])}" + (f" ({evidence.brief(one['about'])})" if one["about"] else "")
        for one in told
    )


def of_mood(mood: Mood) -> str | SafeString:
    changes = MoodChange.objects.filter(bot=mood.bot_id)
    return _table((one, _felt(one.event)) for one in changes)


def of_bond(bond: Relationship) -> str | SafeString:
    return _table((one, _moved(one.event)) for one in bond.changes.all())


def standing(bond: Relationship) -> SafeString:
    found = bonds.standing(bond)
    return evidence.pill(TONES.get(found, "quiet"), STANDINGS[found])


def levels(row: Mood | Relationship) -> str:
    """All its numbers in a line."""
    names = FEELINGS if isinstance(row, Mood) else BONDS
    return " · ".join(f"{_label(type(row), name)} {getattr(row, name)}" for name in names)


def _felt(event: str) -> str:
    return _moves(Mood, feelings.EVENTS.get(event, {}))


def _moved(event: str) -> str:
    steps = {name: bonds.step(delta) for name, delta in bonds.EVENTS.get(event, {}).items()}
    return _moves(Relationship, steps)


def _moves(model: type[Mood | Relationship], steps: Mapping[str, int]) -> str:
    return ", ".join(f"{_label(model, name)} {step:+d}" for name, step in steps.items())


def _label(model: type[Mood | Relationship], name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # plain columns, all of them


def _table(rows: Iterable[tuple[MoodChange | BondChange, str]]) -> str | SafeString:
    told = [
        (evidence.at(one.happened_at), EVENTS.get(one.event, one.event), moves, one.about or "–") for one, moves in rows
    ]
    if not told:
        return _("Nothing has moved it yet.")
    head = format_html_join(
        "", '<th scope="col">{}</th>', ((one,) for one in (_("When"), _("Why"), _("Moved"), _("Words")))
    )
    body = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", told)
    return format_html(
        '<div class="causes" tabindex="0"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>', head, body
    )
