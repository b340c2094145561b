"""One bot's ways for others: a copy of a whole bot, and fragments that are given to many."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bots import audit, roster
from bots.exchange.parse import clock
from bots.models import Bot, Fragment, Origin, Version
from bots.sheet import (
    BotSheet,
    Format,
    HoldingSheet,
    Horizon,
    MemoryKind,
    MemorySheet,
    OriginSheet,
    PersonaSheet,
    Risk,
    StanceSheet,
)
from bots.studio import facts, keep
from bots.studio.facts import Change, Facts


@dataclass(frozen=True, slots=True)
class Preview:
    """What a fragment would change in one bot."""

    bot: Bot
    seen: keep.Seen
    changes: tuple[Change, ...]


def duplicate(bot: Bot, *, username: str, name: str, by: audit.Actor) -> Bot:
    """A new bot that is like this one in all that people wrote. No token, no chats, nothing it learned from people.

    Raises ValidationError.
    """
    now = facts.of(bot)
    with transaction.atomic():
        made = roster.enrol(sheet(now | {"name": name}, username=username, origin=_origin(bot)), by=by)
        roster.adjust(made, by=by, latency=now["latency"])
        Version.objects.create(
            bot=made, number=1, kind=Version.Kind.DUPLICATED, facts=facts.of(Bot.objects.get(pk=made.pk)),
            author=audit.account(by), author_name=audit.name(by), reason=str(bot),
        )  # fmt: skip
    return made


def sheet(now: Facts, *, username: str, origin: OriginSheet | None = None) -> BotSheet:
    """These facts on paper."""
    traits: dict[str, Any] = {name: now[name] for name in roster.TRAITS}
    traits |= {name: tuple(value) for name, value in traits.items() if isinstance(value, list)}
    traits |= {"risk": Risk(traits["risk"]), "horizon": Horizon(traits["horizon"])}
    return BotSheet(
        username=username,
        persona=PersonaSheet(**traits),
        talkativeness=now["talkativeness"],
        pace=now["pace"],
        hourly_cap=now["hourly_cap"],
        hours=clock.hours(now[facts.HOURS]).value,
        stances=tuple(StanceSheet(topic, **content) for topic, content in facts.rows(now, "stance")),
        holdings=tuple(
            HoldingSheet(symbol, Decimal(row["average_price"]), Decimal(row["size"]), row["note"])
            for symbol, row in facts.rows(now, "holding")
        ),
        memories=tuple(
            MemorySheet(MemoryKind(row["kind"]), text, row["importance"]) for text, row in facts.rows(now, "memory")
        ),
        origin=origin,
    )


def _origin(bot: Bot) -> OriginSheet | None:
    """What no field of ours holds is kept for the copy as well."""
    row = Origin.objects.filter(bot=bot).first()
    return OriginSheet(Format(row.format), row.version, row.document, row.sha256) if row else None


# --- Fragments -------------------------------------------------------------------------------------------------------
@transaction.atomic
def cut(bot: Bot, *, kind: str, name: str, by: audit.Actor) -> Fragment:
    """Keep a part of how the bot is now under a name. Raises ValidationError."""
    fragment = Fragment(kind=kind, name=" ".join(name.split()), version=keep.present(bot), author_name=audit.name(by))
    fragment.full_clean()
    fragment.save(force_insert=True)
    after = {"kind": kind, "name": fragment.name, "content": facts.part(fragment.version.facts, kind)}
    audit.record("fragment.add", by=by, subject=bot, after=after)
    return fragment


@transaction.atomic
def drop(fragment: Fragment, *, by: audit.Actor) -> None:
    """Bots that were given it keep what they have."""
    audit.record("fragment.delete", by=by, subject=fragment, before={"kind": fragment.kind, "name": fragment.name})
    fragment.delete()


def content(fragment: Fragment) -> Facts:
    return facts.part(fragment.version.facts, fragment.kind)


def preview(fragment: Fragment, bot: Bot) -> Preview:
    seen = keep.look(bot)
    return Preview(bot, seen, facts.changes(seen.facts, seen.facts | content(fragment)))


def give(fragment: Fragment, bot: Bot, *, number: int, by: audit.Actor, reason: str) -> Version | None:
    """Make this part of a bot as the fragment has it; `number` is the version that was seen in the preview.

    None when it is so already. Raises as `keep.save` does.
    """
    if bot.retired_at:
        raise ValidationError(_("It is retired."))
    seen = keep.look(bot)
    if seen.number != number:
        raise keep.Overtaken(seen, keep.newest_of(bot))
    return keep.save(
        bot,
        seen.facts | content(fragment),
        seen=seen,
        by=by,
        reason=reason or fragment.name,
        kind=Version.Kind.FRAGMENT,
    )
