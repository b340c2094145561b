"""Reader: what was said in a chat, as lines for the screen. Three queries a page, whatever its length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from conversations import remits
from conversations.models import Chat, Message, Reaction, Turn

PAGE = 40
AROUND = 12
CLOSE = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Line:
    message: Message
    turn_id: int | None
    """The turn behind a bot's message."""
    mine: bool
    follows: bool = False
    """The same voice a moment later: shown without name and face."""
    new_day: bool = False
    by_person: bool = False
    """A bot's message that a person wrote in its place."""


@dataclass(frozen=True, slots=True)
class Hung:
    """One emoji on a message, and from whom."""

    emoji: str
    count: int
    names: str


def hung(message: Message) -> list[Hung]:
    """The emoji on a message, in the order in which they came."""
    by_emoji: dict[str, list[str]] = {}
    for reaction in message.reactions.all():
        by_emoji.setdefault(reaction.emoji, []).append(str(reaction.bot.name if reaction.bot else reaction.participant))
    return [Hung(emoji, len(names), ", ".join(names)) for emoji, names in by_emoji.items()]


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[Line, ...]
    """Oldest first."""
    has_older: bool
    has_newer: bool = False

    @property
    def first_id(self) -> int | None:
        return self.lines[0].message.pk if self.lines else None


def newest(chat: Chat, *, viewer_id: int | None = None) -> Page:
    found = list(_messages().filter(chat=chat)[: PAGE + 1])
    return Page(_lines(reversed(found[:PAGE]), viewer_id), has_older=len(found) > PAGE)


def before(message: Message, *, viewer_id: int | None = None) -> Page:
    """The page that ends just before `message`."""
    found = list(_messages().filter(_older(message), chat=message.chat_id)[: PAGE + 1])
    return Page(_lines(reversed(found[:PAGE]), viewer_id), has_older=len(found) > PAGE, has_newer=True)


def around(message: Message, *, viewer_id: int | None = None) -> Page:
    """A page in which `message` stands with what came before and after."""
    chat = _messages().filter(chat=message.chat_id)
    older = list(chat.filter(_older(message))[: AROUND + 1])
    newer = list(chat.exclude(_older(message)).order_by("said_at", "id")[: AROUND + 2])
    lines = _lines([*reversed(older[:AROUND]), *newer[: AROUND + 1]], viewer_id)
    return Page(lines, has_older=len(older) > AROUND, has_newer=len(newer) > AROUND + 1)


def of_ids(ids: Iterable[int], *, viewer_id: int | None = None) -> tuple[Line, ...]:
    """These messages, oldest first. Those that are gone are left out."""
    return _lines(reversed(_messages().filter(pk__in=list(ids))), viewer_id)


def latest(count: int, viewer: remits.Person = None) -> tuple[Line, ...]:
    """The newest messages of the viewer's chats, newest first, without what hangs on them. One query."""
    plain = _messages().prefetch_related(None)
    return tuple(Line(message, None, mine=False) for message in remits.within(viewer, plain)[:count])


def _messages() -> QuerySet[Message]:
    related = ("chat", "bot__persona", "participant", "reply_to__bot__persona", "reply_to__participant")
    hung = Prefetch("reactions", Reaction.objects.select_related("bot__persona", "participant").order_by("pk"))
    return Message.objects.select_related(*related).prefetch_related(hung).order_by("-said_at", "-id")


def _older(message: Message) -> Q:
    return Q(said_at__lt=message.said_at) | Q(said_at=message.said_at, pk__lt=message.pk)


def _lines(messages: Iterable[Message], viewer_id: int | None) -> tuple[Line, ...]:
    ordered = list(messages)
    turns = _turns(ordered)
    return tuple(
        Line(
            message=message,
            turn_id=turns.get(message.pk, (None, ""))[0],
            by_person=turns.get(message.pk, (None, ""))[1] == Turn.Trigger.OPERATOR,
            mine=bool(viewer_id and message.participant and message.participant.user_id == viewer_id),
            follows=previous is not None and _follows(message, previous),
            new_day=previous is None or _day(message) != _day(previous),
        )
        for previous, message in zip([None, *ordered], ordered, strict=False)
    )


def _turns(messages: Sequence[Message]) -> dict[int, tuple[int | None, str]]:
    """Number and trigger of the turn behind each bot's message."""
    bots = [message.pk for message in messages if message.bot_id]
    rows = Turn.objects.filter(message__in=bots).values_list("message_id", "pk", "trigger")
    return {message_id: (turn_id, trigger) for message_id, turn_id, trigger in rows if message_id}


def _follows(message: Message, previous: Message) -> bool:
    same_voice = (message.bot_id, message.participant_id) == (previous.bot_id, previous.participant_id)
    return same_voice and message.said_at - previous.said_at < CLOSE and _day(message) == _day(previous)


def _day(message: Message) -> object:
    return timezone.localdate(message.said_at)
