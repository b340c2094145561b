"""The verbs that change a bot as a whole: each keeps a version, and none overwrites what it has not seen."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bots import audit, embedding, roster
from bots.exchange.parse import clock
from bots.models import ActiveHours, Bot, Holding, Memory, Stance, Version
from bots.studio import facts
from bots.studio.facts import Change, Facts


@dataclass(frozen=True, slots=True)
class Seen:
    """A bot as somebody saw it."""

    facts: Facts
    number: int
    """Of its newest version; 0 before the first."""


class Overtaken(Exception):
    """Somebody else has changed the bot meanwhile; nothing was written."""

    def __init__(self, now: Seen, version: Version | None) -> None:
        super().__init__()
        self.now = now
        self.version = version
        """Theirs; None where it was changed elsewhere."""


def look(bot: Bot) -> Seen:
    newest = newest_of(bot)
    return Seen(facts.of(bot), newest.number if newest else 0)


def newest_of(bot: Bot) -> Version | None:
    return Version.objects.filter(bot=bot).order_by("-number").first()


def save(
    bot: Bot,
    wanted: Facts,
    *,
    seen: Seen,
    by: audit.Actor,
    reason: str = "",
    kind: Version.Kind = Version.Kind.SAVED,
    restores: int | None = None,
) -> Version | None:
    """Make the bot as `wanted` and keep that as its next version. None when it is so already.

    Raises Overtaken when it is not as `seen` any more, ValidationError by field.
    """
    vectors = _vectors(seen.facts, wanted)
    with transaction.atomic():
        bot = Bot.objects.select_for_update(no_key=True, of=("self",)).select_related("persona").get(pk=bot.pk)
        newest, now = newest_of(bot), facts.of(bot)
        number = newest.number if newest else 0
        if (number, now) != (seen.number, seen.facts):
            raise Overtaken(Seen(now, number), newest if newest and number != seen.number else None)
        changes = facts.changes(now, wanted)
        if not changes and newest:
            return None
        newest = _as_found(bot, now, newest)
        if not changes:
            return newest
        _write(bot, changes, vectors, by=by, reason=reason)
        return _keep(bot, facts.of(bot), newest.number + 1, by=by, reason=reason, kind=kind, restores=restores)


def restore(version: Version, *, seen: Seen, by: audit.Actor, reason: str) -> Version | None:
    """Make a bot as it was. What it has learned in chats since stays. Raises as `save` does."""
    wanted = facts.fitted(version.facts, seen.facts)
    return save(
        version.bot, wanted, seen=seen, by=by, reason=reason, kind=Version.Kind.RESTORED, restores=version.number
    )


def present(bot: Bot) -> Version:
    """The version that says how the bot is now; kept first when there is none."""
    with transaction.atomic():
        bot = Bot.objects.select_for_update(no_key=True, of=("self",)).select_related("persona").get(pk=bot.pk)
        return _as_found(bot, facts.of(bot), newest_of(bot))


def _as_found(bot: Bot, now: Facts, newest: Version | None) -> Version:
    """What was changed elsewhere, or before anybody kept versions, becomes a version too."""
    if newest and newest.facts == now:
        return newest
    number = newest.number + 1 if newest else 1
    return _keep(bot, now, number, by="", reason="", kind=Version.Kind.FOUND, restores=None)


def _keep(
    bot: Bot, now: Facts, number: int, *, by: audit.Actor, reason: str, kind: Version.Kind, restores: int | None
) -> Version:
    return Version.objects.create(
        bot=bot, number=number, kind=kind, facts=now, reason=reason[:200], restores=restores,
        author=audit.account(by), author_name=audit.name(by),
    )  # fmt: skip


# --- Writing ---------------------------------------------------------------------------------------------------------
def _write(
    bot: Bot, changes: tuple[Change, ...], vectors: dict[str, embedding.Vector], *, by: audit.Actor, reason: str
) -> None:
    traits = {change.key: change.after for change in changes if change.key in roster.TRAITS}
    settings = {change.key: change.after for change in changes if change.key in facts.SETTINGS}
    if traits:
        roster.revise(bot, by=by, reason=reason, **traits)
    if settings:
        roster.adjust(bot, by=by, reason=reason, **settings)
    others = [change for change in changes if change.key not in traits and change.key not in settings]
    for change in others:
        _write_row(bot, change, vectors)
    if others:
        before = {change.key[:200]: change.before for change in others}
        after = {change.key[:200]: change.after for change in others}
        audit.record("bot.mind", by=by, subject=bot, before=before, after=after, reason=reason)


def _write_row(bot: Bot, change: Change, vectors: dict[str, embedding.Vector]) -> None:
    head, _mark, name = change.key.partition(":")
    if head == facts.HOURS:
        _write_hours(bot, change.after)
    elif head == "stance":
        _put(Stance, change, bot=bot, topic=name)
    elif head == "holding":
        _put(Holding, change, bot=bot, symbol=name)
    elif head == "memory":
        _put_memory(bot, name, change, vectors)


def _write_hours(bot: Bot, texts: list[str]) -> None:
    ActiveHours.objects.filter(bot=bot).delete()
    for one in clock.hours(texts).value:
        _checked(ActiveHours(bot=bot, starts=one.starts, ends=one.ends, days=one.days)).save(force_insert=True)


def _put(model: "type[Stance | Holding]", change: Change, **where: object) -> None:
    if change.after is None:
        model.objects.filter(**where).delete()
        return
    row = model.objects.filter(**where).first() or model(**where)
    for name, value in change.after.items():
        setattr(row, name, Decimal(value) if name in {"average_price", "size"} else value)
    _checked(row).save()


def _put_memory(bot: Bot, text: str, change: Change, vectors: dict[str, embedding.Vector]) -> None:
    if change.after is None:
        Memory.objects.filter(bot=bot, text=text, message_id=None).delete()
        return
    row = Memory.objects.filter(bot=bot, text=text).first() or Memory(bot=bot, text=text, embedding=vectors.get(text))
    if row.message_id is not None:
        raise ValidationError(_("It has learned this from people already: “%(text)s”") % {"text": text[:80]})
    row.kind, row.importance = change.after["kind"], change.after["importance"]
    if row.embedding is None:
        row.embedding = embedding.vector(text)
    _checked(row).save()


def _checked(row: "ActiveHours | Stance | Holding | Memory") -> "ActiveHours | Stance | Holding | Memory":
    row.full_clean(exclude={"bot", "embedding"})
    return row


def _vectors(before: Facts, wanted: Facts) -> dict[str, embedding.Vector]:
    """Of new memories, before anything is locked: the model takes its time."""
    known = {text for text, _content in facts.rows(before, "memory")}
    new = [text for text, _content in facts.rows(wanted, "memory") if text not in known]
    return dict(zip(new, embedding.vectors(new), strict=True))
