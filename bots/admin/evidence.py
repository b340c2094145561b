"""Evidence and states, as the admin shows them."""

import json
from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString


def pretty(value: Any) -> str | SafeString:
    """JSON, readable and never to be edited."""
    if not value:
        return "–"
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return format_html('<pre class="evidence" tabindex="0">{}</pre>', text)


def pill(tone: str, text: Any) -> SafeString:
    """A state in a word; `tone` is good, warn, bad or quiet. The word carries the meaning, the colour only helps."""
    return format_html('<span class="pill is-{}">{}</span>', tone, text)


def link(row: models.Model | None, text: Any = None) -> str | SafeString:
    """To the page of `row` in the admin."""
    if row is None:
        return "–"
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, text or row)


def studio(bot: models.Model, text: Any) -> SafeString:
    """To the page on which people write a bot."""
    return format_html('<a href="{}">{}</a>', reverse("studio", args=[bot.pk]), text)


def at(moment: datetime | None) -> str:
    """Day and time, short enough for a list."""
    return date_format(timezone.localtime(moment), "j M H:i") if moment else "–"


def ago(moment: datetime | None) -> str:
    return str(naturaltime(moment)) if moment else "–"


def brief(text: str, length: int = 90) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
