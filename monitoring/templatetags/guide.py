"""Links from where a code is shown to where it is explained."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bots import casing
from monitoring.help import chapters, doctor_lines, entries

register = template.Library()


@register.simple_tag
def explained(kind: str, code: str) -> SafeString | str:
    """A small question mark that leads to the entry of a code; nothing for a code without one."""
    return _mark(entries.address(kind, code))


@register.simple_tag
def line_explained(finding: str) -> SafeString | str:
    """The same for a line of doctor."""
    return _mark(doctor_lines.address(finding))


@register.filter
def chapter(place: str) -> str:
    """The address of a place in the guides, written as `name#anchor`."""
    name, _hash, anchor = place.partition("#")
    return f"{reverse('help-chapter', args=[name])}#{anchor}"


@register.filter
def chapter_title(place: str) -> str:
    name, _hash, anchor = place.partition("#")
    told = chapters.read(name, get_language() or "en")
    return next(section.title for section in told.sections if section.anchor == anchor)


@register.filter
def capital(text: object) -> str:
    """With a capital letter, in Turkish a Turkish one."""
    return casing.capital(str(text)) if get_language() == "tr" else capfirst(str(text))


def _mark(address: str) -> SafeString | str:
    if not address:
        return ""
    return format_html('<a class="explains" href="{}" aria-label="{}">?</a>', address, _("What does this mean?"))
