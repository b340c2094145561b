"""Where talks come from: the rows of Kulis, an export of Telegram Desktop, a simulated day."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from bots.models import Bot
from conversations import control
from conversations.models import Chat, Reaction
from conversations.models.rules import FIELDS
from conversations.realism import export, rows
from conversations.realism.export import NoExport
from conversations.realism.utterance import Kind
from tests import stagehands

NOW = timezone.now()


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("realism", *arguments, stdout=out)
    return out.getvalue()


# --- Rows ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def room(db: None) -> Chat:
    control.start(by="tests")
    return stagehands.room(stagehands.troupe(2))


@pytest.mark.django_db
def test_messages_replies_and_reactions_are_read_with_what_is_known_of_them(room: Chat) -> None:
    bot = Bot.objects.order_by("pk")[0]
    asked = stagehands.message(room, f"@{bot.username} dolar ne olur?", at=NOW - timedelta(minutes=5))
    answer = stagehands.message(room, "Sakin.", bot=bot, at=NOW - timedelta(minutes=4), reply_to=asked)
    stagehands.turn_in("sent", room, bot, trigger="mention", message=answer, cause=asked)
    Reaction.objects.create(message=answer, bot=bot, emoji="👍", reacted_at=NOW - timedelta(minutes=3))
    said, context = rows.read([room], NOW - timedelta(hours=1), NOW)
    question, reply, reaction = said
    assert (question.is_bot, question.mentions, question.aside) == (False, (bot.username,), False)
    assert (reply.speaker, reply.reply_to, reply.trigger) == (bot.username, question.id, "mention")
    assert (reaction.kind, reaction.text, reaction.reply_to) == (Kind.REACTION, "👍", reply.id)
    assert bot.username in context.members[str(room.pk)]
    assert context.awake is not None
    assert context.awake(bot.username, NOW)


@pytest.mark.django_db
def test_reading_takes_as_many_queries_for_much_as_for_little(room: Chat, django_assert_num_queries: Any) -> None:
    for number in range(40):
        stagehands.message(room, f"Söz {number}", bot=Bot.objects.all()[number % 2], at=NOW - timedelta(minutes=number))
    with django_assert_num_queries(5):
        assert len(rows.read([room], NOW - timedelta(days=1), NOW + timedelta(minutes=1))[0]) == 40


@pytest.mark.django_db
def test_a_row_of_bots_ends_with_the_break_of_its_chat(room: Chat) -> None:
    control.revise(by="tests", chat=room, chain_rest_minutes=4.0)
    assert rows.read([room], NOW - timedelta(hours=1), NOW)[1].chain_rest == timedelta(minutes=4)


@pytest.mark.django_db
def test_the_command_measures_a_chat(room: Chat) -> None:
    stagehands.message(room, "Selam.")
    assert "0 of 22 in band" in told()
    facts = json.loads(told("--chat", str(room.pk), "--json"))
    assert (facts["source"], facts["messages"]) == (room.title, 1)


def test_the_command_simulates_a_day_and_prints_both_rule_sets_beside_it() -> None:
    shown = told("--simulate", "--hours", "1")
    assert "simulated day, livel" in shown
    assert "rules `lively`: " in shown
    assert "rules `load`: own_gap 0, " in shown


def test_a_program_gets_the_rows_of_a_simulated_day_and_both_rule_sets() -> None:
    facts = json.loads(told("--simulate", "--hours", "1", "--json"))
    assert len(facts["rows"]) >= 22
    assert {"name", "value", "low", "high", "in_band"} <= set(facts["rows"][0])
    assert set(facts["rule_sets"]["lively"]) == set(FIELDS)
    assert facts["rule_sets"]["lively"]["base_delay"] == "30"
    assert facts["rule_sets"]["load"]["hourly_activity"] == " ".join(["1"] * 24)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--chat", "999"], "There is no chat 999"),
        (["--since", "dün"], "is no time"),
        (["--since", "2026-11-24T10:00", "--until", "2026-11-24T09:00"], "before --until"),
        (["--export", "/nowhere/result.json"], "cannot be read"),
    ],
)
def test_a_wrong_wish_is_answered_in_one_line(room: Chat, arguments: list[str], problem: str) -> None:
    with pytest.raises(CommandError, match=problem):
        call_command("realism", *arguments)


@pytest.mark.django_db
def test_without_anything_to_measure_it_says_what_to_name() -> None:
    with pytest.raises(CommandError, match="--simulate"):
        call_command("realism")


# --- An export -------------------------------------------------------------------------------------------------------
def entry(number: int, text: object, **more: Any) -> dict[str, Any]:
    return {"id": number, "type": "message", "date_unixtime": str(1_790_000_000 + number), "from_id": "user1",
            "text": text} | more  # fmt: skip


EXPORT = {
    "name": "Borsa",
    "messages": [
        {"id": 1, "type": "service", "date_unixtime": "1790000000", "text": ""},
        entry(2, "Günaydın"),
        entry(3, ["Şuna ", {"type": "link", "text": "bakın"}, "!"], from_id="user2", reply_to_message_id=2),
        entry(4, ""),
        entry(5, "Zamansız", date_unixtime="dün"),
        "garip",
    ],
}


def test_an_export_is_read_without_names_and_without_what_has_no_words() -> None:
    said, _context = export.of(EXPORT, name="result.json")
    assert [(one.speaker, one.text, one.reply_to) for one in said] == [
        ("person-1", "Günaydın", None), ("person-2", "Şuna bakın!", 2),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [[], {}, {"messages": {}}, {"messages": []}, {"chats": {"list": []}}])
def test_what_is_no_export_is_refused_in_one_line(data: object) -> None:
    with pytest.raises(NoExport, match=r"result\.json"):
        export.of(data, name="result.json")


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_text("{", encoding="utf-8")
    with pytest.raises(NoExport, match="is no JSON"):
        export.read(file)


@pytest.mark.django_db
def test_an_export_and_a_chat_stand_side_by_side(room: Chat, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_text(json.dumps(EXPORT), encoding="utf-8")
    stagehands.message(room, "Selam.")
    out = told("--export", str(file), "--chat", str(room.pk))
    assert "result.json" in out
    assert room.title in out
    both = json.loads(told("--export", str(file), "--chat", str(room.pk), "--json"))
    assert [source["messages"] for source in both["sources"]] == [2, 1]
