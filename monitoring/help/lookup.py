"""The help, searched: sections of the guides, reasons, lines of doctor."""

from collections.abc import Iterator
from itertools import islice

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bots import casing
from monitoring.help import chapters, doctor_lines
from monitoring.help import entries as reasons_told
from monitoring.search.asking import Asked
from monitoring.search.hit import Hit

MOST = 6


def entries(asked: Asked) -> Iterator[Hit]:
    """Headings before texts, guides before single codes."""
    if asked.words:
        yield from islice(_found(asked), MOST)


def _found(asked: Asked) -> Iterator[Hit]:
    sections = [
        (section.title, section.text, f"{chapter.address}#{section.anchor}", chapter.title)
        for chapter in chapters.every(get_language() or "en")
        for section in chapter.sections
    ]
    titled = [one for one in sections if _has(f"{one[0]} {one[3]}", asked)]
    for title, _text, address, chapter in titled:
        yield Hit(title, address, chapter)
    for title, text, address, chapter in sections:
        if (title, text, address, chapter) not in titled and _has(f"{title} {text}", asked):
            yield Hit(title, address, chapter)
    yield from _single(asked)


def _single(asked: Asked) -> Iterator[Hit]:
    for kind in reasons_told.KINDS:
        for entry in reasons_told.of(kind):
            if _has(f"{entry.code} {entry.words}", asked):
                yield Hit(str(entry.words), f"{reverse('help-reasons')}#{entry.anchor}", str(kind.title))
    for line in doctor_lines.LINES.values():
        if _has(f"doctor {line.name} {line.looks_at}", asked):
            yield Hit(str(line.looks_at), f"{reverse('help-doctor')}#{line.anchor}", _("What doctor says"))


def _has(text: str, asked: Asked) -> bool:
    told = casing.plain(text)
    return all(word in told for word in asked.words)
