"""What would it say? One bot, as it is or as somebody is just writing it, in a scene that somebody made up.

The way of a real turn: the plan for this speaker, its prompt, the providers with their budgets and the ledger, voice
and guard. Nothing is sent; no turn, message, memory or mood changes. What the model costs is paid.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random, SystemRandom
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bots import audit, embedding, memory
from bots.models import AuditEntry, Bot, Mood
from bots.studio import casting
from bots.studio.facts import Facts, rows
from conversations import remits, revision, statement, symbols
from conversations.engine import calendar, character, compose, plan, policy, scene, settled, topic, turns
from conversations.engine.compose import Draft
from conversations.engine.rulebook import Policy
from conversations.engine.values import Feelings, Member, News, Plan, Position, Said, Scene, Silence, Trigger
from conversations.llm import router
from conversations.models import Chat, Turn

PER_HOUR = 40
"""So often somebody may try out what bots would say."""
SECONDS = 30.0
MOST_LINES = 30


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody's words in a made-up talk; a speaker with the name of a bot of the chat is that bot."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Scenario:
    chat: Chat | None
    """Whose rules, bots and prices hold; None for a room with the rules of the whole cast."""
    lines: tuple[Line, ...]
    """Oldest first; the last is what it answers, unless it is its own."""
    topic: str = ""
    headline: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    plan: Plan
    memories: tuple[str, ...]
    drafts: tuple[Draft, ...]

    @property
    def leaves(self) -> str:
        """What would be sent, or nothing."""
        return self.drafts[-1].final if self.drafts[-1].passed else ""

    @property
    def totals(self) -> dict[str, int | Decimal]:
        return router.totals(draft.answer for draft in self.drafts)


def attempt(bot: Bot, facts: Facts, scenario: Scenario, *, by: User, seed: int | None = None) -> Shown:
    """Raises ValidationError when this person has tried enough for now, LLMError when no provider has an answer."""
    _count(bot, by)
    seed = SystemRandom().getrandbits(62) if seed is None else seed
    dice, now = Random(seed), timezone.now()
    chat = scenario.chat or Chat(title=_("Rehearsal"), kind=Chat.Kind.REHEARSAL)
    world = _world(bot, facts, chat, scenario, now)
    chosen = plan.choose(world, dice)
    if isinstance(chosen, Silence):
        raise ValidationError(_("It would say nothing here."))
    if scenario.topic:
        chosen = replace(chosen, topic=scenario.topic, position=topic.stance(chosen.speaker, scenario.topic, dice))
    turn = turns.tried(chat, bot, Turn.Trigger(world.trigger), seed=seed, now=now)
    turn.revision = revision.current()
    remembered = _recalled(bot, facts, chosen, world.policy, learned=remits.ids(by) is None)
    drafts = compose.worded(
        turn,
        world,
        chosen,
        {"memories": remembered, "earlier": []},
        refresh=False,
        means=router.Means(kept_back=world.policy.budget_reserve),
        deadline=time.monotonic() + SECONDS,
    )
    return Shown(chosen, tuple(remembered), tuple(drafts))


def left(by: User) -> int:
    """How often this person may still try within the hour."""
    return max(PER_HOUR - _tries(by), 0)


def _count(bot: Bot, by: User) -> None:
    """One more try of this person; two at once are counted one after the other."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if _tries(by) >= PER_HOUR:
            raise ValidationError(
                _("You have tried %(count)d times within the hour, and that is enough for now. Try again later.")
                % {"count": PER_HOUR}
            )
        audit.record("persona.try", by=by, subject=bot)


def _tries(by: User) -> int:
    since = timezone.now() - timedelta(hours=1)
    return AuditEntry.objects.filter(at__gt=since, actor=by, action="persona.try").count()


# --- The scene -------------------------------------------------------------------------------------------------------
def _world(bot: Bot, facts: Facts, chat: Chat, scenario: Scenario, now: datetime) -> Scene:
    members, rules, prices = _surroundings(chat, now)
    speaker = _speaker(bot, facts, members)
    others = [replace(member, blocked="not_asked") for member in members if member.bot_id != bot.pk]
    history = tuple(_said(line, n, speaker, others, now, len(scenario.lines)) for n, line in enumerate(scenario.lines))
    cause = history[-1] if history and history[-1].bot_id != bot.pk and not scenario.headline else None
    local = now.astimezone(chat.zone)
    news = News(0, scenario.headline, "", scenario.source or _("a news agency"), "", now)
    return Scene(
        chat_id=chat.pk or 0,
        title=chat.title,
        now=local,
        observes_hours=False,
        topics=tuple(dict.fromkeys([*filter(None, [scenario.topic]), *chat.topics])),
        policy=replace(rules, reaction_probability=0.0, news_probability=0.0),
        trigger=_trigger(scenario, cause),
        named_bot_id=bot.pk,
        cause=cause and replace(cause, topic=scenario.topic),
        members=(speaker, *others),
        history=history,
        session=calendar.session(local).words,
        tickers=symbols.table(),
        news=(news,) if scenario.headline else (),
        prices=prices,
    )


def _trigger(scenario: Scenario, cause: Said | None) -> Trigger:
    return "news" if scenario.headline else "mention" if cause and cause.human else "schedule"


def _surroundings(chat: Chat, now: datetime) -> tuple[tuple[Member, ...], Policy, tuple[Any, ...]]:
    """Who else is there, the rules, and the prices that may be stated."""
    if chat.pk is None:
        return (), policy.current(), ()
    known = settled.of(chat.pk, revision.current())
    return scene.members(chat.pk, now), known.policy, scene.stated(chat, known, now)


def _speaker(bot: Bot, facts: Facts, members: Sequence[Member]) -> Member:
    """The bot as it is written in `facts`; its mood and its bonds are what they are."""
    sheet = casting.sheet(facts, username=bot.username)
    mood = Mood.objects.filter(bot=bot).first()
    present = next((member for member in members if member.bot_id == bot.pk), None)
    feelings = Feelings(*(getattr(mood, name) for name in Feelings.__slots__)) if mood else Feelings()
    return Member(
        bot_id=bot.pk,
        username=bot.username,
        character=character.of(sheet.persona),
        weight=1.0,
        talkativeness=sheet.talkativeness,
        pace=sheet.pace,
        hourly_cap=sheet.hourly_cap,
        said_last_hour=0,
        last_said_at=None,
        hours=(),
        positions=tuple(
            Position(number, one.topic, one.text, one.confidence, rests=False)
            for number, one in enumerate(sheet.stances, 1)
        ),
        holdings=tuple(settled.held(one.symbol, one.size, one.average_price) for one in sheet.holdings),
        latency=facts["latency"],
        feelings=feelings,
        bonds=present.bonds if present else {},
    )


def _said(line: Line, n: int, speaker: Member, others: Sequence[Member], now: datetime, count: int) -> Said:
    """The lines came half a minute apart, the last one just now."""
    named = {member.name.casefold(): member.bot_id for member in (*others, speaker)}
    return Said(
        id=n + 1,
        speaker=line.speaker,
        text=line.text,
        said_at=now - timedelta(seconds=30 * (count - n)),
        bot_id=named.get(line.speaker.casefold()),
    )


# --- What it remembers -----------------------------------------------------------------------------------------------
def _recalled(bot: Bot, facts: Facts, chosen: Plan, rules: Policy, *, learned: bool) -> list[str]:
    """The memories that fit, of those on the form and, where they may be seen, what it learned; none counts as used."""
    written = list(rows(facts, "memory"))
    texts = [text for text, _content in written]
    known = set(bot.memories.filter(text__in=texts).values_list("text", flat=True))
    fresh = [text for text in texts if text not in known]
    query = " ".join(filter(None, [chosen.topic, chosen.target.text if chosen.target else ""])) or chosen.speaker.name
    asked: dict[str, Any] = {
        "bot": bot.pk,
        "learned": learned,
        "query": embedding.literal(query),
        "memories": memory.most(rules.memories_recalled),
        "texts": texts,
        "weights": [float(content["importance"]) for _text, content in written],
        "vectors": [embedding.literal(text) if text in fresh else None for text in texts],
    }
    with connection.cursor() as cursor:
        statement.run(
            cursor, f"SELECT {memory.RANKED.replace('{source}', _ON_THE_FORM).format(query=memory.QUERY)}", asked
        )
        return [one.text for one in memory.recalled(cast("Any", cursor.fetchone()[0]))]


_ON_THE_FORM = """(
    SELECT coalesce(kept.id, -form.place) AS id, form.text, coalesce(kept.embedding, form.vector::vector) AS embedding,
        form.importance, coalesce(kept.created_at, statement_timestamp()) AS created_at, kept.last_used_at,
        coalesce(kept.use_count, 0) AS use_count
    FROM unnest(%(texts)s::text[], %(weights)s::float8[], %(vectors)s::text[])
        WITH ORDINALITY AS form(text, importance, vector, place)
    LEFT JOIN bots_memory kept ON kept.bot_id = %(bot)s AND kept.text = form.text
    UNION ALL
    SELECT id, text, embedding, importance, created_at, last_used_at, use_count
    FROM bots_memory WHERE bot_id = %(bot)s AND message_id IS NOT NULL AND %(learned)s
) remembered"""
