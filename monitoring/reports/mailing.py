"""A report as a mail: HTML and text, with the table as CSV beside it. In the language that is switched on."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from monitoring.reports import reading
from monitoring.reports.models import Report
from monitoring.reports.reading import Page


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str
    text: str
    html: str
    brief: str
    facts: dict[str, Any]
    file_name: str
    csv: str


def of(report: Report, reader: User | None, address: str) -> Mail:
    """`reader` None: the house, which sees all of it."""
    page = reading.of(report, reader)
    told = _("The week of the cast: %(days)s") if report.is_week else _("The day of the cast: %(days)s")
    title = told % {"days": report}
    figures = headline(page)
    context = {"page": page, "report": report, "title": title, "figures": figures, "address": address}
    return Mail(
        subject=f"Kulis: {title}",
        text=render_to_string("mail/report.txt", context),
        html=render_to_string("mail/report.html", context),
        brief="\n".join([f"📊 {title}", *(f"{name}: {value}" for name, value in figures), address]),
        facts=_facts(page),
        file_name=reading.file_name(report),
        csv=reading.csv(page),
    )


def headline(page: Page) -> list[tuple[str, str]]:
    """The few numbers that are read first, with their names."""
    whole = page.whole
    found: list[tuple[str, Any]] = [
        (_("Messages of bots"), whole.bots),
        (_("Messages of people"), whole.humans),
        (_("People who wrote"), whole.people),
        (_("Replies and reactions to bots"), page.engagement),
    ]
    told = [(name, number_format(value, use_l10n=True, force_grouping=True)) for name, value in found]
    if page.sees_cost:
        told.append((_("Cost"), f"${number_format(whole.cost, 2, use_l10n=True, force_grouping=True)}"))
    told.append((_("Incidents"), str(whole.urgent + whole.warnings + whole.notes)))
    told.append((_("Urgent incidents"), str(whole.urgent)))
    told.append(
        (_("Realism, rows in their band"), "–" if page.realism is None else _("%(share)s %%") % {"share": page.realism})
    )
    return told


def _facts(page: Page) -> dict[str, Any]:
    names = reading.columns(sees_cost=page.sees_cost)
    report = page.report
    return {
        "period": report.period,
        "starts": report.starts.isoformat(),
        "all": {name: _plain(getattr(page.whole, name)) for name in names},
        "chats": [
            {"chat": line.chat_id, "title": str(line.chat)} | {name: _plain(getattr(line, name)) for name in names}
            for line in page.chats
        ],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else float(value)
