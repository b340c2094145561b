"""What a person decides about a turn, by command, page, API and admin; each decision has its reason and is audited."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from bots.models import AuditEntry, Bot
from conversations import control, decisions
from conversations.models import Chat, Message, SendAttempt, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State
WORDS = "Bugün borsa sakin."


@pytest.fixture
def group() -> Chat:
    control.start(by="tests")
    return stagehands.group(stagehands.crowd(2))


def doubtful(chat: Chat, state: str = State.UNRESOLVED, *, ago: float = 300, **changes: Any) -> Turn:
    turn = stagehands.turn_in(state, chat, Bot.objects.order_by("pk")[0], **({"text": WORDS} | changes))
    stagehands.tried(turn, ago=ago)
    return turn


def trail() -> tuple[str, str]:
    entry = AuditEntry.objects.order_by("-pk").filter(action__startswith="turn.").first()
    return (entry.action, entry.reason) if entry else ("", "")


# --- It was delivered ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [State.UNCERTAIN, State.UNRESOLVED])
def test_a_person_who_saw_it_says_so(group: Chat, state: str) -> None:
    turn = doubtful(group, state)
    decisions.delivered(turn, by="tests", reason="gruba baktım")
    turn.refresh_from_db()
    assert (turn.state, turn.reason, turn.sent_id) == (State.SENT, "confirmed", None)
    assert turn.attempts.get().outcome == SendAttempt.Outcome.AMBIGUOUS
    assert trail() == ("turn.delivered", "gruba baktım")
    assert not Message.objects.exists()


def test_with_its_number_it_is_a_message_like_any_other(group: Chat) -> None:
    turn = doubtful(group)
    decisions.delivered(turn, by="tests", reason="gördüm", number=42)
    turn.refresh_from_db()
    message = Message.objects.get()
    assert (turn.state, turn.sent_id, turn.message, message.text) == (State.SENT, 42, message, WORDS)
    assert turn.attempts.get().outcome == SendAttempt.Outcome.SENT


def test_the_number_of_another_message_is_refused(group: Chat) -> None:
    turn = doubtful(group)
    stagehands.message(group, "Başka", message_id=42)
    with pytest.raises(ValidationError, match=r"numara|number"):
        decisions.delivered(turn, by="tests", reason="gördüm", number=42)
    turn.refresh_from_db()
    assert turn.state == State.UNRESOLVED


# --- Send again ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", [State.UNCERTAIN, State.UNRESOLVED])
def test_sending_again_is_a_new_turn_with_the_same_words(group: Chat, state: str) -> None:
    turn = doubtful(group, state)
    made = decisions.send_again(turn, by="tests", reason="yok orada")
    turn.refresh_from_db()
    assert (turn.state, made.state, made.retry_of, made.text) == (State.UNRESOLVED, State.COMPOSED, turn, WORDS)
    assert (made.bot, made.text_sha256, made.gen) == (turn.bot, turn.text_sha256, 0)
    assert made.cost == 0
    assert made.expires_at > timezone.now() + timedelta(minutes=5)


@pytest.mark.parametrize("minutes", [3, 30])
def test_how_long_it_is_fresh_again_is_a_rule(group: Chat, minutes: int) -> None:
    control.revise(by="tests", chat=group, answer_minutes=minutes)
    left = decisions.send_again(doubtful(group), by="tests", reason="yok orada").expires_at - timezone.now()
    assert left == pytest.approx(timedelta(minutes=minutes), abs=timedelta(seconds=20))
    assert trail() == ("turn.send_again", "yok orada")


def test_it_is_sent_again_once(group: Chat) -> None:
    turn = doubtful(group)
    made = decisions.send_again(turn, by="tests", reason="yok")
    assert not decisions.may_be_settled(turn)
    with pytest.raises(ValidationError):
        decisions.send_again(turn, by="tests", reason="yine yok")
    control.reject(made, by="tests")
    assert decisions.may_be_settled(turn)
    assert decisions.send_again(turn, by="tests", reason="yine yok").pk > made.pk


def test_what_may_still_turn_up_is_waited_for(group: Chat) -> None:
    turn = doubtful(group, ago=60)
    with pytest.raises(ValidationError):
        decisions.send_again(turn, by="tests", reason="yok")


def test_where_the_cast_is_silent_nothing_is_sent_again(group: Chat) -> None:
    turn = doubtful(group)
    Chat.objects.update(mode=Chat.Mode.PAUSED)
    with pytest.raises(ValidationError):
        decisions.send_again(turn, by="tests", reason="yok")


@pytest.mark.parametrize("state", sorted(set(State) - {State.UNCERTAIN, State.UNRESOLVED}))
def test_where_there_is_no_doubt_there_is_nothing_to_decide(group: Chat, state: str) -> None:
    turn = stagehands.turn_in(state, group, Bot.objects.order_by("pk")[0])
    for decide in (decisions.delivered, decisions.send_again):
        with pytest.raises(ValidationError):
            decide(turn, by="tests", reason="bence")
    turn.refresh_from_db()
    assert turn.state == state


@pytest.mark.parametrize("decide", [decisions.delivered, decisions.send_again])
def test_nobody_decides_without_a_reason(group: Chat, decide: Any) -> None:
    turn = doubtful(group)
    with pytest.raises(ValidationError):
        decide(turn, by="tests", reason="  ")


# --- Other words for what is held ------------------------------------------------------------------------------------
def test_held_words_are_changed_and_go_out(group: Chat) -> None:
    turn = stagehands.turn_in(State.HELD, group, Bot.objects.order_by("pk")[0])
    decisions.reword(turn, " Daha sakin bir gün. ", by="tests", reason="yumuşattım")
    after = Turn.objects.get()
    assert (after.state, after.text, after.gen) == (State.COMPOSED, "Daha sakin bir gün.", turn.gen + 1)
    assert after.text_sha256 != turn.text_sha256
    assert trail() == ("turn.reword", "yumuşattım")


@pytest.mark.parametrize("text", ["", "  ", "x" * 4097, "Garanti kazanç, bu hisse kesin uçar, hemen alın!"])
def test_words_that_may_not_leave_stay_held(group: Chat, text: str) -> None:
    turn = stagehands.turn_in(State.HELD, group, Bot.objects.order_by("pk")[0])
    with pytest.raises(ValidationError):
        decisions.reword(turn, text, by="tests")
    assert (Turn.objects.get().state, Turn.objects.get().text) == (State.HELD, "Sakinim.")


def test_words_that_the_bot_has_said_today_stay_held(group: Chat) -> None:
    bot = Bot.objects.order_by("pk")[0]
    stagehands.turn_in(State.SENT, group, bot, text="Bugün sakin.")
    turn = stagehands.turn_in(State.HELD, group, bot, text="Bekliyorum.")
    with pytest.raises(ValidationError) as refused:
        decisions.reword(turn, "bugün SAKİN", by="tests")
    assert refused.value.code == "duplicate"


def test_what_is_not_held_any_more_keeps_its_words(group: Chat) -> None:
    turn = stagehands.turn_in(State.COMPOSED, group, Bot.objects.order_by("pk")[0])
    with pytest.raises(ValidationError):
        decisions.reword(turn, "Başka.", by="tests")


# --- By command ------------------------------------------------------------------------------------------------------
def turn_command(*args: object) -> dict[str, Any]:
    out = StringIO()
    call_command("turn", *map(str, args), "--json", stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_the_command_shows_and_decides(group: Chat) -> None:
    turn = doubtful(group)
    shown = turn_command("show", turn.pk)
    assert (shown["state"], shown["text"], len(shown["tries"])) == ("unresolved", WORDS, 1)
    assert turn_command("again", turn.pk, "--reason", "yok")["retry_of"] == turn.pk
    other = doubtful(group, text="Öteki söz.", chat_seq=2)
    assert turn_command("delivered", other.pk, "--reason", "gördüm", "--number", 7)["number"] == 7
    held = stagehands.turn_in(State.HELD, group, other.bot, text="Bekleyen.")
    assert turn_command("reword", held.pk, "--text", "Yeni söz.")["text"] == "Yeni söz."
    assert AuditEntry.objects.filter(actor_name="manage.py", action__startswith="turn.").count() == 3


def test_the_command_approves_rejects_and_tries_again(group: Chat) -> None:
    bot = Bot.objects.order_by("pk")[0]
    held = stagehands.turn_in(State.HELD, group, bot, text="Bekleyen.")
    assert turn_command("approve", held.pk)["state"] == "composed"
    with pytest.raises(CommandError, match="does not wait"):
        turn_command("approve", held.pk)
    assert turn_command("reject", held.pk, "--reason", "sert")["reason"] == "cancelled"
    with pytest.raises(CommandError, match="too late"):
        turn_command("reject", held.pk)
    failed = stagehands.turn(group, state=State.FAILED, reason="crashed", ended_at=timezone.now())
    assert turn_command("retry", failed.pk)["retry_of"] == failed.pk


def test_the_command_tells_people_in_lines(group: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    turn = doubtful(group)
    Turn.objects.filter(pk=turn.pk).update(copies=1)
    call_command("turn", "show", str(turn.pk))
    said = capsys.readouterr().out
    assert f"Turn {turn.pk}: unresolved" in said
    assert "It stands there 2 times." in said


def test_the_command_refuses_in_one_line(group: Chat) -> None:
    with pytest.raises(CommandError, match="There is no turn 9999"):
        turn_command("show", 9999)
    turn = stagehands.turn_in(State.SENT, group, Bot.objects.order_by("pk")[0])
    with pytest.raises(CommandError):
        turn_command("delivered", turn.pk, "--reason", "gördüm")


def test_the_trail_names_who_decided(group: Chat) -> None:
    who = User.objects.create_user("ayşe")
    decisions.delivered(doubtful(group), by=who, reason="gördüm")
    assert AuditEntry.objects.get(action="turn.delivered").actor == who
