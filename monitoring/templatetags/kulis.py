"""How people and bots look on a page."""

import re
import time
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils import dates, formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bots.admin import confirm
from bots.models import Bot
from conversations import decisions, rehearsal
from conversations.models import Message, Turn
from monitoring import reasons, remedies, thread

register = template.Library()

HUES = 12
_CHECKED, _DISABLED = SafeString(" checked"), SafeString(" disabled")
_TOKENS = re.compile(r"(https?://[^\s<>\"']+|(?<![\w@])@[A-Za-z]\w{2,31})")
_TONE = {
    Turn.State.SENT: "is-good",
    Turn.State.FAILED: "is-bad",
    Turn.State.UNRESOLVED: "is-bad",
    Turn.State.UNCERTAIN: "is-warn",
    Turn.State.HELD: "is-warn",
    Turn.State.SKIPPED: "is-quiet",
}


@register.filter
def undoable(request: HttpRequest) -> dict[str, Any] | None:
    """What was just done at the desk and may be taken back: offered once, on the page that follows."""
    taken: dict[str, Any] | None = request.session.pop(confirm.UNDO, None)
    left = round(taken["until"] - time.time()) if taken else 0
    return taken | {"seconds": left} if taken and left > 0 else None


@register.filter
def initials(name: str) -> str:
    """Up to two letters: of the first and the last word."""
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    picked = words[:1] + words[-1:] if len(words) > 1 else words[:1]
    return "".join(word[:1] for word in picked).replace("i", "İ").upper()


@register.filter
def outcome(code: str) -> str:
    """What became of a call to a model, in plain words."""
    return str(reasons.call(code))


@register.filter
def hue(bot: Bot | int) -> str:
    """The class of a bot's colour, always the same."""
    number = bot if isinstance(bot, int) else bot.pk
    return f"hue-{(number * 7) % HUES}"


@register.simple_tag
def signs() -> tuple[str, ...]:
    """The emoji that people can hang on a message."""
    return rehearsal.SIGNS


@register.filter
def spoken(text: str) -> SafeString:
    """A message as HTML: escaped, with links and @mentions marked."""
    return format_html_join("", "{}", ((_piece(piece),) for piece in _TOKENS.split(text)))


def _piece(piece: str) -> str:
    if piece.startswith(("http://", "https://")):
        return format_html('<a href="{}" rel="nofollow noopener noreferrer" target="_blank">{}</a>', piece, piece)
    if piece.startswith("@"):
        return format_html('<span class="mention">{}</span>', piece)
    return piece


@register.filter
def coded(text: str) -> SafeString:
    """Plain text in which `backticks` mark what one types."""
    pieces = enumerate(str(text).split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", p) if n % 2 else p,) for n, p in pieces))


@register.filter
def who(message: Message) -> str:
    """A key for the voice of a message: two messages with the same key have one author."""
    return f"b{message.bot_id}" if message.bot_id else f"p{message.participant_id}"


@register.filter
def tone(state: str) -> str:
    """The colour of a turn's state."""
    return _TONE.get(Turn.State(state), "is-accent")


@register.filter
def why(code: str) -> "reasons.Words":
    return reasons.ended(code)


@register.filter
def remedy(turn: Turn) -> "reasons.Words":
    return remedies.of(turn)


@register.filter
def may_be_cancelled(turn: Turn) -> bool:
    return turn.state in Turn.UNSENT


@register.filter
def may_be_retried(turn: Turn) -> bool:
    return decisions.may_be_retried(turn)


@register.filter
def hung(message: Message) -> list[thread.Hung]:
    return thread.hung(message)


@register.filter
def ceiling(name: str) -> "reasons.Words":
    return reasons.ceiling(name)


@register.filter
def risk_name(level: str) -> "reasons.Words":
    return reasons.RISKS[level]


@register.filter
def ground_name(code: str) -> "reasons.Words":
    return reasons.GROUNDS[code]


@register.filter
def why_not(code: str) -> "reasons.Words":
    return reasons.blocked(code)


@register.filter
def silence(code: str) -> "reasons.Words":
    return reasons.silence(code)


@register.simple_tag
def week_cells(hour: int, cells: list[tuple[int, bool, bool]], may_write: bool) -> SafeString:
    """One hour of the grid of active hours: a box for each day. There are 168, too many for a template to walk."""
    return format_html_join(
        "",
        '<td><label class="cell{}"><input type="checkbox" name="awake" value="{}-{}"{}{} aria-label="{} {}:00">'
        "</label></td>",
        (
            (
                " is-part" if partly else "",
                day,
                hour,
                _CHECKED if chosen else "",
                "" if may_write else _DISABLED,
                dates.WEEKDAYS[day],
                f"{hour:02d}",
            )
            for day, chosen, partly in cells
        ),
    )


@register.filter
def moment(at: datetime) -> str:
    """The clock for today, the day before that."""
    local = timezone.localtime(at)
    return formats.date_format(local, "H:i" if local.date() == timezone.localdate() else "j M")


@register.filter
def span(wait: timedelta | int | float | None) -> str:
    """A length of time for people: 0.4 s, 12 s, 3 min, 2 h."""
    if wait is None:
        return ""
    seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
    if seconds < 10:
        return _("%(count)s s") % {"count": formats.number_format(seconds, 1)}
    if seconds < 120:
        return _("%(count)d s") % {"count": seconds}
    if seconds < 7200:
        return _("%(count)d min") % {"count": seconds / 60}
    return _("%(count)d h") % {"count": seconds / 3600}


@register.filter
def part(name: str) -> "reasons.Words":
    """A part of a candidate's score."""
    return reasons.PARTS.get(name, name)
