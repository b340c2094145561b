"""A turn that never happens, and the prompt of one that did."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bots.models import Bot
from conversations import control, dry_run, providers, spending
from conversations.models import Budget, Chat, LLMCall, Message, Price, Provider, Turn
from tests import stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(openai_server: OpenAIFake) -> Chat:
    stagehands.provider(openai_server.address)
    control.start(by="tests")
    control.revise(by="tests", reaction_probability=0.0)
    return stagehands.room(stagehands.crowd(3))


def told(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_dry_run_shows_everything_and_keeps_nothing(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Bu ara yatay gidiyoruz.")
    shown = dry_run.once(room, seed=10)
    assert shown.leaves
    assert shown.drafts[0].text == "Bu ara yatay gidiyoruz."
    assert [part["role"] for part in shown.prompt] == ["system", "system", "user"]
    assert len(shown.candidates) == 3
    assert not Turn.objects.exists()
    assert not Message.objects.exists()
    assert len(openai_server.requests()) == 1


def test_what_was_tried_out_cost_money_all_the_same(room: Chat, openai_server: OpenAIFake) -> None:
    spending.limit(Budget.Scope.CAST, Budget.Period.DAY, by="tests", dollars=10)
    Price.objects.create(provider=Provider.objects.get(), model="fake-1", prompt=5, completion=20)
    shown = dry_run.once(room, seed=10)
    call = LLMCall.objects.get()
    assert (call.turn, call.chat, call.bot_id) == (None, room, shown.plan and shown.plan.speaker.bot_id)
    assert Budget.objects.get().spent_cost == call.cost > 0


def test_what_the_guard_refuses_would_not_leave(room: Chat, openai_server: OpenAIFake) -> None:
    for _ in range(3):
        openai_server.script("Garanti kazanç, kaçırma!")
    shown = dry_run.once(room, seed=10)
    assert shown.leaves == ""
    assert any(verdict.rule == "promise" for verdict in shown.drafts[-1].verdicts)


def test_where_nobody_may_speak_the_reasons_are_shown(room: Chat) -> None:
    Bot.objects.update(enabled=False)
    out = told("rehearse", "--dry-run")
    assert "Nobody speaks: no_candidate" in out
    assert out.count("(bot_off)") == 3


def test_the_command_prints_the_way_from_candidates_to_message(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Bu ara yatay gidiyoruz.")
    out = told("rehearse", "--dry-run")
    for heading in ("Candidates", "Plan", "--- system ---", "Draft 1", "Would leave"):
        assert heading in out
    openai_server.script("Başka bir düşünce var aklımda.")
    facts = json.loads(told("rehearse", "--dry-run", "--json"))
    assert facts["leaves"]
    assert facts["speaker"].startswith("kalabalik_")


def test_without_a_provider_it_says_so(room: Chat) -> None:
    Provider.objects.all().delete()
    with pytest.raises(CommandError, match="No words: No provider is enabled"):
        call_command("rehearse", "--dry-run")


def test_it_works_with_the_offline_voice_too(room: Chat) -> None:
    Provider.objects.all().delete()
    offline = providers.propose("Çevrimdışı", base_url="", model="kulis-offline-1", kind=Provider.Kind.OFFLINE)
    providers.keep(offline, by="tests")
    assert dry_run.once(room, seed=3).drafts


# --- The prompt of a turn --------------------------------------------------------------------------------------------
def test_the_prompt_of_a_turn_is_shown_word_for_word(room: Chat) -> None:
    kept = [{"role": "system", "content": "Sen bir botsun."}, {"role": "user", "content": "Yaz."}]
    turn = stagehands.turn_in("composed", room, Bot.objects.all()[0], prompt=kept)
    assert told("prompt", str(turn.pk)) == "--- system ---\nSen bir botsun.\n\n--- user ---\nYaz.\n"
    assert json.loads(told("prompt", str(turn.pk), "--json")) == {"turn": turn.pk, "prompt": kept}


def test_a_turn_that_no_model_saw_has_none(room: Chat) -> None:
    turn = stagehands.turn(room)
    with pytest.raises(CommandError, match="never put to a model"):
        call_command("prompt", str(turn.pk))
    with pytest.raises(CommandError, match="There is no turn 999999"):
        call_command("prompt", "999999")
