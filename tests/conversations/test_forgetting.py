"""A person who wants to be forgotten is gone from every table, and the talk keeps its shape."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from bots import bonds
from bots.models import AuditEntry, Bot, Memory, Relationship
from bots.models.mind import MoodChange
from conversations import forgetting, inbox
from conversations.engine import likeness, reconcile
from conversations.models import Chat, InboundUpdate, Message, Participant, Reaction, Turn
from tests import stagehands
from tests.conversations.inbound import told

pytestmark = pytest.mark.django_db
SECRET = "Evimi satıp dolar aldım"
NAME = "Deniz Ak"
TRACES = (SECRET, NAME, "deniz_ak")


@pytest.fixture
def group() -> Chat:
    """Deniz has told a secret; the cast has heard, answered, felt and remembered it."""
    chat = told.group()
    told.read(told.message(SECRET, number=40), told.message(f"@nermin_sahne_bot {SECRET} ne dersin?", number=41))
    told.read(told.message(SECRET, number=40), bot=1)
    asked, bot = Message.objects.get(message_id=41), told.bot()
    said = stagehands.message(chat, f"{NAME}, acele etme.", bot=bot, reply_to=asked, message_id=42)
    prompt = [{"role": "user", "content": f"[{NAME}]: {SECRET}"}]
    Turn.objects.all().delete()
    stagehands.turn_in(
        "sent", chat, bot, trigger="mention", cause=asked, text=said.text, sent_id=42, message=said, mention=NAME,
        prompt=prompt, ended_at=timezone.now(), verdicts=[{"rule": "near_duplicate", "detail": SECRET}],
        candidates=[{"bot": 1}],
    )  # fmt: skip
    person = Participant.objects.get()
    Reaction.objects.create(message=said, participant=person, emoji="👍", reacted_at=timezone.now())
    bonds.moved(bot.pk, ("person", person.pk), "praise", at=timezone.now(), about=SECRET)
    memory = {"kind": "personal_fact", "embedding": [0.1] * 512}
    Memory.objects.create(bot=bot, text="Biri evini satmış.", quoted=SECRET, message_id=asked.pk, **memory)
    Memory.objects.create(bot=bot, text="Çayı sever.", **memory)
    told.read(told.message("Katılmıyorum.", number=43, **{"from": {"id": 56, "first_name": "Ece"}},
                           reply_to_message=told.content(SECRET, number=40)))  # fmt: skip
    return chat


def traces() -> list[str]:
    """Tables in which something of the person still stands."""
    names = [name for name in connection.introspection.table_names() if name.startswith(("bots_", "conversations_"))]
    found = []
    with connection.cursor() as cursor:
        for name in names:
            for trace in TRACES:
                cursor.execute(f"SELECT count(*) FROM {name} t WHERE strpos(t::text, %s) > 0", [trace])  # noqa: S608
                found += [name] if cursor.fetchone()[0] else []
    return sorted(set(found))


def test_nothing_is_left_anywhere(group: Chat) -> None:
    assert {"conversations_message", "conversations_turn", "bots_memory", "bots_bondchange"} <= set(traces())
    person = Participant.objects.get(telegram_id=55)
    counts = forgetting.counted(person)
    assert forgetting.forget(person, by="tests") == counts
    assert counts == {"messages": 2, "reactions": 1, "relationships": 1, "memories": 1, "turns": 1, "updates": 4}
    assert traces() == []
    assert not Relationship.objects.filter(person_id=person.pk).exists()
    assert Memory.objects.get().text == "Çayı sever."
    assert not MoodChange.objects.filter(about__contains="Evimi").exists()


def test_the_talk_keeps_its_shape(group: Chat) -> None:
    forgetting.forget_number(55, by="tests")
    lines = Message.objects.order_by("message_id").values_list("message_id", "text", "reply_to__message_id")
    assert list(lines) == [(40, "", None), (41, "", None), (42, "…, acele etme.", 41), (43, "Katılmıyorum.", 40)]
    turn = Turn.objects.get(message__message_id=42)
    assert (turn.prompt, turn.verdicts, turn.candidates, turn.cause_id is None) == ([], [], [{"bot": 1}], False)
    nobody = Participant.objects.get(forgotten_at__isnull=False)
    assert (nobody.telegram_id, nobody.name, nobody.username) == (None, "", "")


def test_what_others_said_stays_without_the_person(group: Chat) -> None:
    forgetting.forget_number(55, by="tests")
    kept = InboundUpdate.objects.get(number=43).payload["message"]
    assert (kept["text"], kept["from"]["id"], set(kept["reply_to_message"])) == (
        "Katılmıyorum.", 56, {"message_id", "chat", "date"},
    )  # fmt: skip
    assert set(InboundUpdate.objects.exclude(number=43).values_list("outcome", flat=True)) == {"forgotten"}


def test_the_trail_says_that_and_not_who(group: Chat) -> None:
    forgetting.forget_number(55, by="telegram")
    entry = AuditEntry.objects.get(action="person.forget")
    assert (entry.actor_name, entry.subject_id, entry.after["messages"]) == ("telegram", "", 2)


def test_repeating_it_is_harmless_and_a_later_word_starts_anew(group: Chat) -> None:
    for _time in range(3):
        forgetting.forget_number(55, by="tests")
    assert Participant.objects.filter(forgotten_at__isnull=False).count() == 1
    told.read(told.message("Yine ben.", number=60))
    assert Participant.objects.get(telegram_id=55).messages.count() == 1


def test_a_late_copy_of_a_forgotten_message_brings_nothing_back(group: Chat) -> None:
    forgetting.forget_number(55, by="tests")
    late = told.update("edited_message", **told.content(SECRET, number=40, edit_date=1_900_000_000))
    assert told.read(told.message(SECRET, number=41), late, bot=1) == ["forgotten", "forgotten"]
    assert traces() == []
    assert not Participant.objects.filter(telegram_id=55).exists()


def test_what_waits_to_be_read_of_the_person_is_never_read(group: Chat) -> None:
    inbox.store(told.bot(), told.message(SECRET, number=70))
    forgetting.forget_number(55, by="tests")
    assert not inbox.process_one()
    assert traces() == []


def test_answers_that_wait_are_skipped_and_what_is_being_written_begins_anew(group: Chat) -> None:
    cause = Message.objects.get(message_id=41)
    answer = stagehands.turn_in("composed", group, told.bot(), cause=cause, chat_seq=None)
    called = stagehands.turn_in("composed", group, told.bot(1), mention=NAME, text=f"Sen de haklısın {NAME}.")
    chatter = stagehands.turn_in("composing", group, told.bot(1))
    forgetting.forget_number(55, by="tests")
    for turn in (answer, called, chatter):
        turn.refresh_from_db()
    assert (answer.state, answer.reason) == ("skipped", "person_forgotten")
    assert (called.state, called.reason, called.text) == ("skipped", "person_forgotten", "Sen de haklısın ….")
    assert (chatter.state, chatter.gen) == ("planned", 4)


def test_what_may_have_been_sent_to_the_person_is_never_sent_again(group: Chat) -> None:
    text = f"{NAME}, sakin."
    doubtful = stagehands.turn_in("uncertain", group, told.bot(1), mention=NAME, text=text, chat_seq=2)
    stagehands.tried(doubtful, outcome="not_sent")
    forgetting.forget_number(55, by="tests")
    reconcile.decide()
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.reason, doubtful.text) == ("skipped", "expired_undelivered", "…, sakin.")
    assert doubtful.text_sha256 == likeness.fingerprint(text)


def test_prompts_that_cannot_have_shown_the_person_stay(group: Chat) -> None:
    prompt = [{"role": "user", "content": "[Ece]: Selam"}]
    earlier = stagehands.turn_in("sent", group, told.bot(1), chat_seq=2, prompt=prompt)
    Turn.objects.filter(pk=earlier.pk).update(ended_at=timezone.now() - timedelta(days=1))
    elsewhere = stagehands.turn_in("sent", stagehands.room([told.bot(1)]), told.bot(1), prompt=prompt)
    forgetting.forget_number(55, by="tests")
    assert Turn.objects.filter(pk__in=[earlier.pk, elsewhere.pk], prompt=prompt).count() == 2


def test_who_asks_gets_everything_that_is_stored(group: Chat) -> None:
    person = Participant.objects.get(telegram_id=55)
    data: dict[str, Any] = json.loads(json.dumps(forgetting.export(person, by="tests"), default=str))
    assert data["person"]["username"] == "deniz_ak"
    assert [one["number"] for one in data["messages"]] == [40, 41]
    assert [one["emoji"] for one in data["reactions"]] == ["👍"]
    assert (len(data["relationships"]), len(data["memories"]), len(data["answers"]), len(data["updates"])) == (
        1,
        1,
        1,
        4,
    )
    assert AuditEntry.objects.filter(action="person.export").count() == 1


# --- The command -----------------------------------------------------------------------------------------------------
def test_the_command_counts_before_it_deletes(group: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("person", "forget", "55", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "forgotten": False, "messages": 2, "reactions": 1, "relationships": 1, "memories": 1, "turns": 1, "updates": 4,
    }  # fmt: skip
    call_command("person", "export", "55", "--json")
    assert json.loads(capsys.readouterr().out)["person"]["name"] == NAME
    call_command("person", "forget", "55")
    assert traces() == []
    with pytest.raises(CommandError, match="Nothing is stored"):
        call_command("person", "forget", "55")
    assert Bot.objects.count() == 2


@pytest.mark.parametrize(
    "quoting",
    [
        {"reply_to_message": told.content(SECRET, number=40), "quote": {"text": SECRET, "position": 0}},
        {"external_reply": {"origin": {"type": "user", "sender_user": told.DENIZ}}, "quote": {"text": SECRET}},
    ],
)
def test_what_others_quote_by_the_hand_of_telegram_goes(group: Chat, quoting: dict[str, Any]) -> None:
    told.read(told.message("Buna bak.", number=50, **{"from": {"id": 56, "first_name": "Ece"}}, **quoting))
    forgetting.forget_number(55, by="tests")
    assert traces() == []
    assert Message.objects.get(message_id=50).text == "Buna bak."


def test_what_was_edited_later_goes_from_moods_and_verdicts(group: Chat) -> None:
    later = int(timezone.now().timestamp()) + 5
    for number in (40, 41):
        told.read(told.update("edited_message", **told.content("Başka söz.", number=number), edit_date=later))
    assert {"bots_moodchange", "conversations_turn"} <= set(traces())
    forgetting.forget_number(55, by="tests")
    assert traces() == []
