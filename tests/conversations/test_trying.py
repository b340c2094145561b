"""What would it say? Tried out with what stands in a form: paid, counted, and without a trace in the talk."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from bots import audit, roster
from bots.models import Bot, Memory
from bots.studio import facts
from conversations import spending, trying
from conversations.llm import port, router
from conversations.models import Budget, Chat, LLMCall, Message, Price, Provider, Turn
from conversations.trying import Line, Scenario
from tests import stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
ASKED = (Line("Deniz", "Borsada sabretmeye değer mi sence?"),)


@pytest.fixture
def bot(openai_server: OpenAIFake) -> Bot:
    stagehands.provider(openai_server.address)
    return stagehands.bots(1)[0]


@pytest.fixture
def me(db: None) -> User:
    return User.objects.create_user("ayse")


def heard(bot: Bot, me: User, *lines: Line, chat: Chat | None = None, **more: Any) -> trying.Shown:
    changed, scene = more.pop("changed", {}), Scenario(chat, lines, **more)
    now = facts.of(Bot.objects.get(pk=bot.pk))
    return trying.attempt(bot, now | changed, scene, by=me, seed=5)


def test_it_answers_with_what_stands_in_the_form_and_leaves_no_trace(
    bot: Bot, me: User, openai_server: OpenAIFake
) -> None:
    room, before = stagehands.room([bot]), facts.of(bot)
    openai_server.script("Bence acele etmeden izlemek iyi.")
    new = {"memory:Borsada sabretmeyi babamdan öğrendim.": {"kind": "past_event", "importance": 1.0}}
    shown = heard(bot, me, *ASKED, chat=room, changed={"name": "Nermin Abla", "tone": "neşeli", **new})
    asked = "\n".join(message.content for message in shown.drafts[0].asked.messages)
    assert shown.leaves == "Bence acele etmeden izlemek iyi."
    assert (shown.plan.intent, shown.plan.target and shown.plan.target.text) == ("answer", ASKED[0].text)
    assert "Adın Nermin Abla." in asked
    assert "Tonun: neşeli." in asked
    assert "[Deniz]: Borsada" in asked
    assert "Borsada sabretmeyi babamdan öğrendim." in shown.memories
    assert [part["content"] for part in openai_server.requests()[0]["body"]["messages"]] == [
        message.content for message in shown.drafts[0].asked.messages
    ]
    assert not Turn.objects.exists()
    assert not Message.objects.exists()
    assert facts.of(Bot.objects.get(pk=bot.pk)) == before
    assert not Memory.objects.filter(use_count__gt=0).exists()


def test_it_takes_up_news_and_a_topic_and_speaks_first_in_an_empty_room(
    bot: Bot, me: User, openai_server: OpenAIFake
) -> None:
    openai_server.script("Ajansa göre gündem bu.")
    news = heard(bot, me, *ASKED, headline="Merkez kararını açıkladı", source="AA")
    assert (news.plan.headline and news.plan.headline.title, news.plan.target) == ("Merkez kararını açıkladı", None)
    openai_server.script("Şöyle bir düşündüm de, bekleyelim.")
    alone = heard(bot, me, Line("Nermin", "Günaydın."), topic="BIST")
    assert (alone.plan.target, alone.plan.topic) == (None, "BIST")
    assert alone.plan.position is not None
    assert alone.plan.position.text == "Uzun vadede sabır öğretir."


def test_what_the_guard_stops_is_shown_with_every_draft(bot: Bot, me: User, openai_server: OpenAIFake) -> None:
    for _ in range(3):
        openai_server.script("Garanti kazanç, kaçırma!")
    shown = heard(bot, me, *ASKED)
    assert shown.leaves == ""
    assert all(any(v.rule == "promise" for v in draft.verdicts) for draft in shown.drafts)
    assert len(shown.drafts) == len(openai_server.requests()) == 3


def test_a_try_is_a_call_of_the_ledger_and_counts_in_every_budget(
    bot: Bot, me: User, openai_server: OpenAIFake
) -> None:
    room = stagehands.room([bot])
    for scope, subject in (("cast", None), ("chat", room), ("bot", bot)):
        spending.limit(Budget.Scope(scope), Budget.Period.DAY, subject=subject, by="tests", dollars=10)
    Price.objects.create(provider=Provider.objects.get(), model="fake-1", prompt=5, completion=20)
    openai_server.script("Bu ara yatay gidiyoruz.")
    shown = heard(bot, me, *ASKED, chat=room)
    call = LLMCall.objects.get()
    assert (call.purpose, call.turn, call.chat, call.bot, call.outcome) == ("try", None, room, bot, "ok")
    assert shown.totals["cost"] == call.cost > 0
    assert {budget.spent_cost for budget in Budget.objects.all()} == {call.cost}
    assert {budget.held_cost for budget in Budget.objects.all()} == {0}


def test_a_budget_that_is_used_up_lets_nobody_try(bot: Bot, me: User) -> None:
    spending.limit(Budget.Scope.BOT, Budget.Period.DAY, subject=bot, by="tests", tokens=1)
    with pytest.raises(router.Spent):
        heard(bot, me, *ASKED)


def test_a_provider_that_fails_is_told_as_it_is(bot: Bot, me: User, openai_server: OpenAIFake) -> None:
    Provider.objects.update(enabled=False)
    with pytest.raises(port.LLMError) as failed:
        heard(bot, me, *ASKED)
    assert failed.value.reason == "no_provider"


def test_somebody_who_has_tried_enough_waits_and_nobody_else(bot: Bot, me: User, openai_server: OpenAIFake) -> None:
    Provider.objects.update(enabled=False)
    with pytest.raises(port.LLMError):
        heard(bot, me)
    assert trying.left(me) == trying.PER_HOUR - 1
    for _ in range(trying.PER_HOUR - 1):
        audit.record("persona.try", by=me, subject=bot)
    assert trying.left(me) == 0
    with pytest.raises(ValidationError, match=str(trying.PER_HOUR)):
        heard(bot, me)
    assert trying.left(User.objects.create_user("zeynep")) == trying.PER_HOUR


def test_what_is_taken_out_of_the_form_is_not_remembered(bot: Bot, me: User, openai_server: OpenAIFake) -> None:
    openai_server.script("Bu ara yatay gidiyoruz.")
    kept = {place: value for place, value in facts.of(bot).items() if not place.startswith("memory:")}
    assert trying.attempt(bot, kept, Scenario(None, ASKED), by=me, seed=5).memories == ()


def test_a_bot_without_a_chat_is_tried_too(me: User, openai_server: OpenAIFake) -> None:
    stagehands.provider(openai_server.address)
    lonely = roster.enrol(stagehands.sheet("Ragıp", memories=()), by="tests")
    openai_server.script("Ben de öyle düşünüyorum.")
    assert heard(lonely, me, Line("Kerem", "Bugün sakin.")).leaves
