from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bots import roster
from bots.models import AuditEntry, Bot, Persona
from tests.bots import people

pytestmark = pytest.mark.django_db
TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"
NEWER = "123456789:AAF-zyxwvutsrqponmlkjihgfedcba98765"


@pytest.fixture
def nermin() -> Bot:
    return roster.enrol(people.NERMIN, by="test")


def actions(bot: Bot) -> list[str]:
    return list(AuditEntry.objects.filter(subject_id=str(bot.pk)).order_by("id").values_list("action", flat=True))


def test_a_bot_enters_the_cast_with_everything_its_sheet_says(nermin: Bot) -> None:
    bot = Bot.objects.get(username="nermin_temettu_bot")
    assert (bot.name, bot.persona.version, bot.persona.wpm) == ("Nermin Hanım", 1, 32)
    assert (bot.pace, bot.hourly_cap, bot.token_state) == (1.4, 8, Bot.Token.MISSING)
    assert [str(hours) for hours in bot.hours.all()] == ["09:30-13:00", "20:00-01:30"]
    assert [stance.topic for stance in bot.stances.all()] == ["temettü"]
    assert [str(holding.average_price) for holding in bot.holdings.all()] == ["96.400000"]
    assert bot.memories.count() == 2
    assert bot.feelings.mood == 50
    assert actions(bot) == ["bot.enrol"]


def test_enrolling_many_takes_no_more_statements_than_few_but_for_the_trail(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with CaptureQueriesContext(connection) as few:
        roster.enrol_all([replace(people.NERMIN, username="tekli_bot")], by="test")
    with django_assert_num_queries(len(few) + 9):
        roster.enrol_all([replace(people.NERMIN, username=f"coklu_{n}_bot") for n in range(10)], by="test")


def test_a_known_username_keeps_everybody_out(nermin: Bot) -> None:
    with pytest.raises(ValidationError, match="nermin_temettu_bot"):
        roster.enrol_all([people.named("yeni_gelen_bot"), people.named("Nermin_Temettu_Bot")], by="test")
    assert [bot.username for bot in Bot.objects.all()] == ["nermin_temettu_bot"]


def test_a_sheet_that_no_row_could_hold_is_refused_by_name_and_field() -> None:
    with pytest.raises(ValidationError) as refused:
        roster.enrol_all([people.named("iyi_bot"), people.named("kotu_bot", pace=99.0)], by="test")
    assert [message.split(":")[0] for message in refused.value.messages] == ["@kotu_bot, pace"]
    assert not Bot.objects.exists()


def test_a_token_on_the_sheet_is_sealed_at_once() -> None:
    bot = roster.enrol(people.named("gizli_bot", token=TOKEN), by="test")
    assert TOKEN not in bot.token
    assert (bot.token_state, bot.token_hint) == (Bot.Token.UNTESTED, "1234")


def test_a_revision_is_a_new_version_for_this_bot_alone(nermin: Bot) -> None:
    twin = Bot.objects.create(username="ikiz_bot", persona=nermin.persona)
    old = nermin.persona
    new = roster.revise(nermin, by="test", tone="neşeli", watchlist=["TUPRS"])
    assert (new.lineage, new.version, new.tone, new.hint) == (old.lineage, 2, "neşeli", "Emekli kimya öğretmeni.")
    twin.refresh_from_db()
    assert (nermin.persona, twin.persona) == (new, old)
    assert roster.revise(twin, by="test", tone="kuru").version == 3


def test_a_revision_tells_the_trail_what_it_was_and_became(nermin: Bot) -> None:
    roster.revise(nermin, by="test", tone="neşeli", wpm=32)
    entry = AuditEntry.objects.get(action="persona.revise")
    assert (entry.before, entry.after) == ({"tone": "sıcak, ölçülü"}, {"tone": "neşeli"})


def test_a_revision_that_changes_nothing_writes_nothing(nermin: Bot) -> None:
    before = nermin.persona
    assert roster.revise(nermin, by="test", tone="sıcak, ölçülü") == before
    assert (nermin.revision, Persona.objects.count()) == (1, 1)


@pytest.mark.parametrize("change", [{"wpm": 300}, {"name": ""}, {"risk": "reckless"}, {"shoe_size": 41}])
def test_a_revision_out_of_range_is_refused_by_field(nermin: Bot, change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        roster.revise(nermin, by="test", **change)
    assert list(refused.value.message_dict) == list(change)
    assert Persona.objects.count() == 1


def test_the_author_of_a_version_is_the_account_that_wrote_it(nermin: Bot) -> None:
    editor = User.objects.create_user("editor")
    assert roster.revise(nermin, by=editor, tone="kuru").author == editor


def test_adjusting_changes_switches_and_pace_and_counts_the_revision(nermin: Bot) -> None:
    roster.adjust(nermin, by="test", enabled=False, pace=2.0)
    nermin.refresh_from_db()
    assert (nermin.enabled, nermin.pace, nermin.revision) == (False, 2.0, 2)
    assert actions(nermin) == ["bot.enrol", "bot.adjust"]


@pytest.mark.parametrize("change", [{"pace": 0.0}, {"hourly_cap": 500}, {"token": "x"}])
def test_adjusting_out_of_range_or_elsewhere_is_refused(nermin: Bot, change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        roster.adjust(nermin, by="test", **change)
    nermin.refresh_from_db()
    assert (nermin.pace, nermin.revision) == (1.4, 1)


def test_a_pause_ends_by_itself_or_by_a_person(nermin: Bot) -> None:
    now = timezone.now()
    roster.pause(nermin, until=now + timedelta(hours=1), by="test")
    assert not Bot.objects.able(now).exists()
    assert Bot.objects.able(now + timedelta(hours=2)).exists()
    roster.resume(nermin, by="test")
    assert Bot.objects.able(now).exists()
    assert actions(nermin) == ["bot.enrol", "bot.pause", "bot.resume"]


def test_a_pause_into_the_past_is_refused(nermin: Bot) -> None:
    with pytest.raises(ValidationError):
        roster.pause(nermin, until=timezone.now() - timedelta(minutes=1), by="test")


def test_a_verb_changes_the_newest_state_not_the_copy_that_the_caller_holds(nermin: Bot) -> None:
    stale = Bot.objects.get(pk=nermin.pk)
    roster.adjust(nermin, by="test", pace=3.0)
    roster.adjust(stale, by="test", talkativeness=0.9)
    nermin.refresh_from_db()
    assert (nermin.pace, nermin.talkativeness, nermin.revision) == (3.0, 0.9, 3)


def test_who_retires_leaves_its_words_and_loses_its_token(nermin: Bot) -> None:
    roster.set_token(nermin, TOKEN, by="test")
    roster.retire(nermin, by="test", reason="moved on")
    nermin.refresh_from_db()
    assert (nermin.enabled, nermin.token, nermin.token_state) == (False, "", Bot.Token.MISSING)
    assert not Bot.objects.active().exists()
    assert roster.taken(["NERMIN_temettu_bot"]) == ["nermin_temettu_bot"]


def test_a_set_token_is_sealed_and_waits_for_its_test(nermin: Bot) -> None:
    roster.set_token(nermin, TOKEN, by="test")
    nermin.refresh_from_db()
    assert TOKEN not in nermin.token
    assert (nermin.token_state, nermin.token_hint) == (Bot.Token.UNTESTED, "1234")
    assert TOKEN not in str(AuditEntry.objects.get(action="bot.token").after)


def test_what_is_no_token_is_refused_without_being_repeated(nermin: Bot) -> None:
    with pytest.raises(ValidationError) as refused:
        roster.set_token(nermin, "TELEGRAM_BOT_TOKEN_BURAYA", by="test")
    assert "BURAYA" not in str(refused.value)


def test_the_token_of_another_account_forgets_what_the_old_account_saw(nermin: Bot) -> None:
    Bot.objects.update(telegram_id=5, update_offset=900, reads_all_messages=True)
    roster.set_token(nermin, TOKEN, by="test")
    assert (nermin.telegram_id, nermin.update_offset, nermin.reads_all_messages) == (None, 0, False)


def test_an_account_serves_one_bot_only(nermin: Bot) -> None:
    Bot.objects.update(telegram_id=123456789)
    with pytest.raises(ValidationError, match="nermin_temettu_bot"):
        roster.set_token(roster.enrol(people.named("baska_bot"), by="test"), TOKEN, by="test")


def test_a_refused_token_is_dead_and_told_once(nermin: Bot) -> None:
    roster.set_token(nermin, TOKEN, by="test")
    for _ in range(2):
        roster.token_refused(nermin)
    assert nermin.token_state == Bot.Token.DEAD
    assert actions(nermin) == ["bot.enrol", "bot.token", "bot.token_refused"]


def test_a_late_refusal_of_the_old_token_does_not_touch_the_new_one(nermin: Bot) -> None:
    roster.set_token(nermin, TOKEN, by="test")
    sender = Bot.objects.get(pk=nermin.pk)
    roster.set_token(nermin, NEWER, by="test")
    roster.token_refused(sender)
    nermin.refresh_from_db()
    assert nermin.token_state == Bot.Token.UNTESTED
