"""A cast for a measurement under load: bots with personas and memories, groups with a talk behind them, a provider."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from random import Random

from django.db import connection
from django.utils import timezone

from bots import casing, enrolment, roster
from bots.casts.generate import MOST, generate
from bots.models import Bot
from bots.sheet import BotSheet
from conversations import control, providers
from conversations.engine import rulesets
from conversations.models import Chat, Message
from monitoring.bench import ground

BY = "bench"
MEMBERS = 12
"""Bots in one group, where there are as many."""
AT_ONCE = 64
"""Calls that the provider takes at once: as one does that many use. It is not what is measured."""
TALK = 30
"""Messages that each group has behind it: as many as a prompt carries."""


def set_up(telegram: str, provider: str, *, bots: int, chats: int) -> None:
    """Everything but turns. The cast keeps no hours, and its hourly caps are lifted: they would end the measurement."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE bots_bot DROP CONSTRAINT IF EXISTS bot_hourly_cap_in_range")
    rules = {field.name: getattr(rulesets.LOAD, field.name) for field in fields(rulesets.LOAD)}
    control.revise(by=BY, **{name: value for name, value in rules.items() if name != "revision"})
    added = providers.add("bench", by=BY, base_url=f"{provider}/v1", model="fake-1", key="sk-bench", trusted=True)
    providers.adjust(added, by=BY, most_at_once=AT_ONCE)
    cast = _cast(telegram, bots)
    groups = [_group(telegram, cast, number) for number in range(chats)]
    Message.objects.bulk_create([line for chat, members in groups for line in _talk(chat, members)], batch_size=1000)
    Chat.objects.update(next_due=None)  # the measurement opens the turns itself


def _cast(telegram: str, count: int) -> list[Bot]:
    bots = roster.enrol_all(_sheets(count), by=BY)
    for bot in bots:
        made = ground.tell(telegram, "bot", username=bot.username, name=bot.name)
        enrolment.seal(bot, made["token"])
        bot.telegram_id, bot.token_state, bot.hourly_cap = made["id"], Bot.Token.HEALTHY, 32_000
    Bot.objects.bulk_update(bots, ["token", "token_hint", "token_state", "telegram_id", "hourly_cap"], batch_size=500)
    return bots


def _sheets(count: int) -> list[BotSheet]:
    """Distinct characters as far as the generator goes; beyond that, others of the same character."""
    drawn = generate(min(count, MOST), seed=1)
    return [
        replace(drawn[number % MOST], username=f"{drawn[number % MOST].username[:24]}{number // MOST or ''}")
        if number >= MOST
        else drawn[number]
        for number in range(count)
    ]


def _group(telegram: str, cast: list[Bot], number: int) -> tuple[Chat, list[Bot]]:
    members = [cast[(number * MEMBERS + seat) % len(cast)] for seat in range(min(MEMBERS, len(cast)))]
    made = ground.tell(telegram, "group", title=f"Ölçüm {number}", bots=[bot.username for bot in members])
    topics = ("BIST", "Dolar", "Altın", "Kripto")
    chat = control.add_group(
        f"Ölçüm {number}", telegram_id=made["id"], members=members, topics=topics, disclosed_by=BY, by=BY
    )
    return control.adjust(chat, by=BY, observes_hours=False), members


def _talk(chat: Chat, members: list[Bot]) -> Iterator[Message]:
    """What was said there in the last hours, in words that the bots have in mind."""
    dice, now = Random(chat.pk), timezone.now()
    thoughts = [(bot, stance.text) for bot in members for stance in bot.stances.all()]
    for number in range(TALK):
        bot, text = dice.choice(thoughts)
        said_at = now - timedelta(minutes=5 * (TALK - number) + 30)
        yield Message(
            chat=chat, message_id=-number - 1, bot=bot, text=text, folded=casing.fold(text), topic="", said_at=said_at
        )
