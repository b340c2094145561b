"""From a planned turn to its final text, and what the row keeps of the way."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from bots import roster
from bots.models import Bot, Persona
from conversations import control
from conversations.engine import compose, guard, pace, turns, voice
from conversations.models import Chat, LLMCall, Message, Provider, Rules, Turn
from tests import stagehands
from tests.conversations.engine import paper
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
State = Turn.State
PLAIN_SEED = 10
"""With this seed, and the two after it, the voice leaves texts as they are."""


@pytest.fixture
def room(openai_server: OpenAIFake) -> Chat:
    stagehands.provider(openai_server.address)
    control.start(by="tests")
    return stagehands.room(stagehands.crowd(2))


def composed(chat: Chat, **changes: Any) -> Turn:
    turn = stagehands.turn(chat, **({"seed": PLAIN_SEED} | changes))
    assert compose.one("tests")
    turn.refresh_from_db()
    return turn


def asked(chat: Chat, text: str = "Sen ne dersin?", **changes: Any) -> Turn:
    bot = Bot.objects.order_by("pk")[0]
    cause = stagehands.message(chat, text)
    return composed(chat, trigger=Turn.Trigger.MENTION, bot=bot, cause=cause, priority=0, **changes)


def prompts(server: OpenAIFake) -> list[list[dict[str, str]]]:
    return [request["body"]["messages"] for request in server.requests()]


def refused(turn: Turn) -> list[tuple[int, str]]:
    return [(verdict["draft"], verdict["rule"]) for verdict in turn.verdicts if not verdict["passed"]]


def test_with_nothing_to_do_there_is_nothing_to_say() -> None:
    assert not compose.one("tests")


def test_from_the_claim_to_the_text_it_takes_five_statements(
    room: Chat, openai_server: OpenAIFake, django_assert_num_queries: Any
) -> None:
    """Claim, speaker, reservation, settlement, text: each brings along what the next must know."""
    openai_server.script("Sabah çayımı içerken düşündüm bunu.", "Akşam yine konuşalım isterseniz arkadaşlar.")
    composed(room)
    stagehands.turn(room, seed=PLAIN_SEED)
    with django_assert_num_queries(5):
        assert compose.one("tests")


def test_a_turn_keeps_how_it_came_about(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Bu ara yatay gidiyoruz.")
    turn = composed(room)
    assert (turn.state, turn.text, turn.draft) == (State.COMPOSED, "Bu ara yatay gidiyoruz.", "Bu ara yatay gidiyoruz.")
    assert (turn.provider, turn.model) == (Provider.objects.get(), "fake-1")
    assert turn.bot is not None
    assert (turn.persona, turn.rules_id) == (turn.bot.persona, Rules.objects.get().pk)
    assert (turn.intent, turn.length in Turn.Length.values) == (Turn.Intent.MESSAGE, True)
    assert {candidate["username"] for candidate in turn.candidates} == {bot.username for bot in Bot.objects.all()}
    assert [message["role"] for message in turn.prompt] == ["system", "system", "user"]
    assert turn.verdicts == [
        {"draft": 0, "stage": "likeness", "rule": "new", "passed": True, "detail": ""},
        {"draft": 0, "stage": "guard", "rule": "clean", "passed": True, "detail": ""},
    ]
    assert turn.prompt_tokens > 0
    assert turn.model_ms is not None


def test_silence_keeps_every_reason(room: Chat) -> None:
    Bot.objects.update(enabled=False)
    turn = composed(room)
    assert (turn.state, turn.reason) == (State.SKIPPED, "no_candidate")
    assert [candidate["blocked"] for candidate in turn.candidates] == ["bot_off", "bot_off"]
    assert not LLMCall.objects.exists()


def test_where_nobody_is_free_the_chat_looks_again_in_a_minute(room: Chat) -> None:
    Bot.objects.update(enabled=False)
    composed(room)
    room.refresh_from_db()
    assert room.next_due is not None
    assert timedelta(seconds=50) < room.next_due - timezone.now() <= timedelta(seconds=60)
    Chat.objects.update(next_due=None)
    composed(room)
    room.refresh_from_db()
    assert room.next_due is None


def test_what_was_wrong_is_told_to_the_model_and_to_the_row(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Garanti kazanç burada.", "Hemen alın derim.", "Ben izliyorum.")
    turn = composed(room)
    assert (turn.text, refused(turn)) == ("Ben izliyorum.", [(0, "promise"), (1, "advice")])
    second, third = prompts(openai_server)[1:]
    assert "Önceki taslak geri çevrildi, başka türlü yaz: promise: garanti kazanc" in second[2]["content"]
    assert "advice: hemen alin" in third[2]["content"]
    calls = LLMCall.objects.all()
    assert turn.completion_tokens == sum(call.completion_tokens for call in calls)


def test_a_claim_that_was_overtaken_asks_no_model(room: Chat) -> None:
    turn = stagehands.turn_in(State.COMPOSING, room, None, seed=PLAIN_SEED)
    turn.gen -= 1
    compose._compose(turn)
    turn.refresh_from_db()
    assert (turn.state, turn.bot) == (State.COMPOSING, None)
    assert not LLMCall.objects.exists()


def test_the_rules_say_how_often_a_draft_is_written_anew(room: Chat, openai_server: OpenAIFake) -> None:
    control.revise(by="tests", rewrites=0)
    openai_server.script("Garanti kazanç burada.")
    assert composed(room).reason == "guard:promise"
    assert LLMCall.objects.count() == 1


def test_a_slip_of_the_voice_hides_no_promise(room: Chat, openai_server: OpenAIFake) -> None:
    """It swaps letters of the very word that makes the promise, so the draft is judged as well."""
    promise, slippery = "Kesin yükselir.", paper.character(slip_rate=0.3)
    texts = ((seed, voice.colour(promise, slippery, slips=1.0, seed=seed)) for seed in count())
    seed, slipped = next((seed, text) for seed, text in texts if "*yükselir" in text)
    assert guard.judge(slipped)[0].passed
    Persona.objects.update(slip_rate=0.3, emoji_rate=0)
    control.revise(by="tests", slip_probability=1.0, rewrites=0)
    openai_server.script(promise)
    turn = composed(room, seed=seed)
    assert (turn.state, turn.reason) == (State.SKIPPED, "guard:promise")


@pytest.mark.parametrize("who", ["speaker elsewhere", "other bot", "person", "waiting turn"])
def test_nothing_is_said_twice(room: Chat, openai_server: OpenAIFake, who: str) -> None:
    control.revise(by="tests", rewrites=0)
    said, (first, second) = "Sabah çayımı içerken düşündüm bunu.", Bot.objects.order_by("pk")
    hour = {"at": timezone.now() - timedelta(hours=1)}
    if who == "speaker elsewhere":
        stagehands.message(stagehands.room([first], title="Öteki"), said, bot=first, **hour)
    elif who == "waiting turn":
        stagehands.turn_in(State.COMPOSED, room, second, text=said)
    else:
        stagehands.message(room, said, bot=second if who == "other bot" else None, **hour)
    openai_server.script(said)
    turn = asked(room)
    assert (turn.bot, turn.reason) == (first, "duplicate")


def test_what_others_said_elsewhere_or_long_ago_may_be_said(room: Chat, openai_server: OpenAIFake) -> None:
    said, other = "Sabah çayımı içerken düşündüm bunu.", Bot.objects.order_by("pk")[1]
    stagehands.message(stagehands.room([other], title="Öteki"), said, bot=other)
    stagehands.message(room, said, bot=other, at=timezone.now() - timedelta(hours=25))
    openai_server.script(said)
    assert asked(room).state == State.COMPOSED


def test_an_answer_waits_only_for_what_is_left_of_its_typing(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Bence acele etmeye gerek yok, biraz daha izleyelim derim ben.")
    turn = asked(room)
    assert turn.send_after is not None
    assert turn.send_after - timezone.now() <= timedelta(seconds=4)
    assert turn.expires_at - turn.send_after == timedelta(minutes=10)


def test_an_answer_that_took_long_to_write_goes_at_once(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Bence acele etmeye gerek yok.")
    cause = stagehands.message(room, "Sen ne dersin?")
    Message.objects.update(created_at=timezone.now() - timedelta(seconds=9))
    bot = Bot.objects.order_by("pk")[0]
    turn = composed(room, trigger=Turn.Trigger.REPLY, bot=bot, cause=cause)
    assert turn.send_after == turn.typing_from
    assert turn.send_after is not None
    assert turn.send_after <= timezone.now() + timedelta(seconds=1)


def test_chatter_is_typed_in_its_own_time_and_fades_sooner(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Bence acele etmeye gerek yok, biraz daha izleyelim derim ben.")
    players = [stagehands.sheet(name, token=f"{number}:{'A' * 35}", memories=()) for number, name in enumerate("AB", 1)]
    turn = composed(stagehands.group(roster.enrol_all(players, by="tests")))
    assert turn.send_after is not None
    assert turn.send_after - timezone.now() > timedelta(seconds=10)
    assert turn.expires_at - turn.send_after == timedelta(seconds=90)


def test_who_watches_a_room_waits_a_few_seconds_at_most(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Bence acele etmeye gerek yok, biraz daha izleyelim derim ben.")
    turn = composed(room)
    assert turn.send_after is not None
    assert turn.typing_from is not None
    assert turn.typing_from < turn.send_after <= timezone.now() + timedelta(seconds=pace.WATCHED)


def test_where_typing_is_not_shown_the_wait_stays(room: Chat, openai_server: OpenAIFake) -> None:
    control.revise(by="tests", typing_shown=False)
    openai_server.script("Bence acele etmeye gerek yok.")
    turn = composed(room)
    assert turn.typing_from == turn.send_after


def test_a_slow_bot_puts_off_the_next_turn(room: Chat, openai_server: OpenAIFake) -> None:
    Bot.objects.update(pace=2.0)
    now = timezone.now()
    Chat.objects.update(slot=3, next_due=now + timedelta(seconds=30))
    turn = composed(room, plan_key=f"{room.pk}:schedule:slot:3", due_at=now)
    room.refresh_from_db()
    assert room.next_due == turn.due_at + timedelta(seconds=60)


def test_a_turn_of_an_earlier_slot_puts_off_nothing(room: Chat, openai_server: OpenAIFake) -> None:
    Bot.objects.update(pace=2.0)
    due = timezone.now() + timedelta(seconds=30)
    Chat.objects.update(slot=4, next_due=due)
    composed(room, plan_key=f"{room.pk}:schedule:slot:3")
    room.refresh_from_db()
    assert room.next_due == due


def reminded(server: OpenAIFake) -> bool:
    return "Unutma, sen" in prompts(server)[-1][1]["content"]


@pytest.mark.parametrize(
    ("own", "minutes", "again"), [(0, None, True), (3, 5, False), (8, 5, True), (3, 31, True), (16, 5, True)]
)
def test_who_it_is_is_repeated_every_eighth_message_or_after_half_an_hour(
    room: Chat, openai_server: OpenAIFake, own: int, minutes: int | None, again: bool
) -> None:
    bot = Bot.objects.order_by("pk")[0]
    for number in range(own):
        stagehands.message(room, f"Kendi sözüm {number}", bot=bot, at=timezone.now() - timedelta(hours=20))
    if minutes is not None:
        bot.memberships.update(last_said_at=timezone.now() - timedelta(minutes=minutes))
    asked(room)
    assert reminded(openai_server) is again


# --- No words --------------------------------------------------------------------------------------------------------
def test_without_an_answer_the_turn_is_tried_again_a_little_later(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.fault("chat/completions", 500)
    turn = composed(room)
    assert (turn.state, turn.reason, turn.bot) == (State.PLANNED, "llm_unavailable", None)
    assert turn.due_at - timezone.now() == pytest.approx(timedelta(seconds=10), abs=timedelta(seconds=3))


def test_a_turn_that_would_be_stale_by_then_fails_instead(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.fault("chat/completions", 500)
    turn = composed(room, expires_at=timezone.now() + timedelta(seconds=8))
    assert (turn.state, turn.reason) == (State.FAILED, "llm_unavailable")


@pytest.mark.parametrize(("status", "reason"), [(401, "llm_key_refused"), (403, "llm_key_refused")])
def test_what_only_a_person_can_mend_fails_at_once(
    room: Chat, openai_server: OpenAIFake, status: int, reason: str
) -> None:
    openai_server.fault("chat/completions", status)
    turn = composed(room)
    assert (turn.state, turn.reason) == (State.FAILED, reason)


def test_a_fault_of_ours_gives_the_turn_back_and_is_told(room: Chat) -> None:
    turn = stagehands.turn(room)
    Chat.objects.update(timezone="Nowhere/Land")
    with pytest.raises(Exception, match="Nowhere"):
        compose.one("tests")
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == (State.PLANNED, "crashed")
    assert "Nowhere" in turn.detail


def test_a_fault_that_stays_ends_the_turn(room: Chat) -> None:
    turn = stagehands.turn(room, tries=turns.MOST_TRIES - 1)
    Chat.objects.update(timezone="Nowhere/Land")
    with pytest.raises(Exception, match="Nowhere"):
        compose.one("tests")
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == (State.FAILED, "crashed")


def test_two_turns_of_one_chat_never_have_the_same_speaker(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Birinci düşünce budur.", "Başka bir konuya geçelim mi?")
    first, second = composed(room), composed(room)
    assert first.bot != second.bot
