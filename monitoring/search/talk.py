"""Messages by their words, and messages and turns by their number."""

from collections.abc import Iterable, Iterator

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bots import casing
from conversations import remits
from conversations.models import Chat, Message, Turn
from monitoring.search.asking import Asked
from monitoring.search.hit import Hit

MOST = 6
NEWEST = 20_000
"""So many are read one after another before the index is asked: a common word is among them, a rare one is not."""


def messages(asked: Asked) -> Iterator[Hit]:
    found = _numbered(asked, asked.number) if asked.number is not None else _worded(asked)
    for message in found:
        at = date_format(timezone.localtime(message.said_at), "j F, H:i")
        address = f"{message.chat.get_absolute_url()}?at={message.pk}#m-{message.pk}"
        yield Hit(_around(message.shown, asked.words), address, f"{message.speaker} · {message.chat.title} · {at}")


def turns(asked: Asked) -> Iterator[Hit]:
    if asked.number is None:
        return
    mine = remits.within(asked.viewer, Turn.objects.filter(pk=asked.number))
    for turn in mine.select_related("chat", "bot__persona"):
        who = f"{turn.bot.name} · " if turn.bot else ""
        about = f"{who}{turn.chat.title} · {turn.get_state_display()}"
        yield Hit(_("Turn %(number)s") % {"number": turn.pk}, turn.get_absolute_url(), about)


def too_short(asked: Asked) -> str:
    """Why no message was looked for, where that is so."""
    if not asked.words or asked.long_words or asked.number is not None:
        return ""
    return ngettext(
        "Messages are found by words of %(count)d letter and more.",
        "Messages are found by words of %(count)d letters and more.",
        3,
    ) % {"count": 3}


def _numbered(asked: Asked, number: int) -> Iterable[Message]:
    chats = list(remits.within(asked.viewer, Chat.objects.all()).values_list("pk", flat=True))
    return _told().filter(chat__in=chats, message_id=number)[:MOST]


def _worded(asked: Asked) -> Iterable[Message]:
    """The newest ones with all these words, in time that does not grow with what was ever said."""
    if not asked.long_words:
        return ()
    fitting = remits.within(asked.viewer, Message.objects.all())
    for word in asked.long_words:
        fitting = fitting.filter(folded__regex=casing.spelled(word))
    edge = Message.objects.order_by("-said_at").values_list("said_at", flat=True)[NEWEST : NEWEST + 1]
    oldest = next(iter(edge), None)
    if oldest is None:
        return _newest(_told().filter(pk__in=fitting.values("pk")))
    near = list(_newest(fitting.filter(said_at__gt=oldest)).values_list("pk", flat=True))
    picked = near if len(near) >= MOST else _by_index(fitting)
    return _newest(_told().filter(pk__in=picked))


def _by_index(fitting: "QuerySet[Message]") -> list[int]:
    """Few fit, so the index of letters finds them all at once; the planner, which cannot know that, is told so."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off")
        return list(_newest(fitting).values_list("pk", flat=True))


def _told() -> "QuerySet[Message]":
    return Message.objects.select_related("chat", "bot__persona", "participant")


def _newest(rows: "QuerySet[Message]") -> "QuerySet[Message]":
    return rows.order_by("-said_at", "-pk")[:MOST]


def _around(text: str, words: tuple[str, ...]) -> str:
    """The part of a long message in which the first word stands."""
    at = casing.plain(text).find(words[0]) if words else -1
    start = max(0, at - 40) if len(text) > 120 else 0
    return ("…" if start else "") + text[start : start + 120] + ("…" if len(text) > start + 120 else "")
