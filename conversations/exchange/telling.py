"""A plan in words for people, and as plain values for programs."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bots.exchange.remarks import Verdict
from bots.exchange.tokens import Result
from bots.sheet import BotSheet
from conversations.exchange.importing import Plan
from conversations.models import Rules


def words(plan: Plan) -> str:
    """Everything that was found and, unless it is refused, everything that comes of it."""
    counts = {verdict.value: _count(plan, verdict) for verdict in Verdict}
    summary = _("%(repair)s repairs, %(note)s notes, %(refusal)s refusals.") % counts
    return "\n".join([*_findings(plan), *([] if plan.refused else _contents(plan)), summary])


def cast(sheets: tuple[BotSheet, ...]) -> str:
    return "\n".join(_line(sheet) for sheet in sheets)


def facts(plan: Plan) -> dict[str, Any]:
    group = plan.setup.group if plan.opens_group else None
    return {
        "format": plan.kind,
        "bots": [bot(sheet) for sheet in plan.sheets],
        "skipped": list(plan.known),
        "rules": {name: str(value) for name, value in plan.setup.rules.items()},
        "chat": {"title": group.title, "telegram_id": group.telegram_id, "topics": group.topics} if group else None,
        "remarks": [
            {"verdict": remark.verdict, "entry": remark.entry, "field": remark.field, "text": remark.text}
            for remark in plan.remarks
        ],
        "counts": {verdict: _count(plan, verdict) for verdict in Verdict},
    }


def bot(sheet: BotSheet) -> dict[str, Any]:
    return {
        "username": sheet.username,
        "name": sheet.persona.name,
        "stances": len(sheet.stances),
        "holdings": len(sheet.holdings),
        "memories": len(sheet.memories),
        "token": bool(sheet.token),
    }


def token(result: Result) -> str:
    whose = f"@{result.username} " if result.username else ""
    return f"{result.line:>4}  {'✓' if result.ok else '✗'}  {whose}{result.text}"


def _findings(plan: Plan) -> Iterator[str]:
    """Everything that was found, under the entry where it was found, in the order of the file."""
    labels = {Verdict.NOTE: _("note"), Verdict.REPAIR: _("repaired"), Verdict.REFUSAL: _("REFUSED")}
    width = max(len(label) for label in labels.values())
    for entry, remarks in groupby(sorted(plan.remarks, key=_place(plan)), key=lambda remark: remark.entry):
        yield entry or _("The file")
        for remark in remarks:
            where = f"{remark.field}: " if remark.field else ""
            yield f"  {labels[remark.verdict]:<{width}}  {where}{remark.text}"
        yield ""


def _place(plan: Plan) -> Any:
    order: dict[str, int] = {}
    for remark in plan.remarks:
        order.setdefault(remark.entry, len(order))
    return lambda remark: order[remark.entry]


def _contents(plan: Plan) -> Iterator[str]:
    yield from (_line(sheet) for sheet in plan.sheets)
    labels = {rule.name: rule.verbose_name for rule in Rules._meta.fields}
    for name, value in plan.setup.rules.items():
        yield f"  {labels[name]}: {value}"
    if plan.opens_group and plan.setup.group:
        yield f"  {plan.setup.group.title} ({plan.setup.group.telegram_id})"
    yield ""


def _line(sheet: BotSheet) -> str:
    parts = [
        ngettext("%(n)s stance", "%(n)s stances", len(sheet.stances)) % {"n": len(sheet.stances)},
        ngettext("%(n)s holding", "%(n)s holdings", len(sheet.holdings)) % {"n": len(sheet.holdings)},
        ngettext("%(n)s memory", "%(n)s memories", len(sheet.memories)) % {"n": len(sheet.memories)},
        _("with a token") if sheet.token else _("without a token"),
    ]
    return f"  @{sheet.username:<24} {sheet.persona.name:<20} {', '.join(parts)}"


def _count(plan: Plan, verdict: Verdict) -> int:
    return sum(remark.verdict is verdict for remark in plan.remarks)
