"""From a terminal as from the pages: speaking through a bot, rules as they were, a bot as it was. Same verbs, same
entries in the trail; a dry run shows it and keeps nothing."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bots.models import AuditEntry, Bot
from bots.studio import keep
from conversations import control
from conversations.engine import policy
from conversations.models import Membership, Rules, Turn
from monitoring.grants import Role
from tests import staff, stagehands

pytestmark = pytest.mark.django_db


def answer(*words: object) -> dict[str, Any]:
    out = StringIO()
    call_command(*map(str, words), "--json", stdout=out)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def entries(action: str) -> list[tuple[str, str]]:
    return list(AuditEntry.objects.filter(action=action).order_by("pk").values_list("actor_name", "reason"))


def test_somebody_of_the_staff_speaks_through_a_bot_and_hands_it_back() -> None:
    bots = stagehands.troupe(2)
    room = stagehands.room(bots)
    control.start(by="tests")
    staff.account("omer", Role.OPERATOR)
    here = (room.pk, bots[0].username, "--as", "omer")
    tried = answer("takeover", "take", *here, "--dry-run")
    assert (tried["taken_by"], tried["dry_run"]) == ("omer", True)
    assert not Membership.objects.exclude(taken_by=None).exists()
    assert entries("chat.take_over") == []
    assert answer("takeover", "take", *here)["taken_by"] == "omer"
    said = answer("takeover", "speak", *here, "--text", "Ben söylüyorum, sakin olalım.")
    turn = Turn.objects.get(pk=said["turn"])
    assert (turn.trigger, turn.bot) == (Turn.Trigger.OPERATOR, bots[0])
    assert answer("takeover", "back", *here)["taken_by"] is None
    assert entries("chat.take_over") == entries("chat.hand_back") == [("omer", "")]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("take", 424242, "kalabalik_0_bot", "--as", "omer"), "no chat 424242"),
        (("stay", "room", "kalabalik_0_bot", "--as", "omer"), ""),
        (("take", "room", "yok_bot", "--as", "omer"), "yok_bot"),
        (("take", "room", "kalabalik_0_bot", "--as", "ayla"), "ayla"),
        (("speak", "room", "kalabalik_0_bot", "--as", "omer", "--text", "x", "--reply-to", 9), "message 9"),
    ],
)
def test_a_takeover_that_cannot_be_is_refused_in_one_line(words: tuple[object, ...], why: str) -> None:
    room = stagehands.room(stagehands.crowd(1))
    staff.account("omer", Role.OPERATOR)
    staff.account("ayla", Role.ANALYST)
    with pytest.raises(CommandError) as refusal:
        call_command("takeover", *(str(room.pk if word == "room" else word) for word in words))
    assert why in str(refusal.value)


def test_rules_return_to_how_they_were() -> None:
    first = Rules.objects.filter(chat=None).latest("pk")
    control.revise(by="tests", note="Daha sakin.", base_delay=55.0)
    tried = answer("rules", "return", first.pk, "--dry-run")
    assert (tried["changes"], tried["revision"]) == ({"base_delay": [55.0, first.base_delay]}, None)
    assert policy.current().base_delay == 55.0
    made = answer("rules", "return", first.pk, "--reason", "Fazla sakindi.")
    assert policy.current().base_delay == first.base_delay
    assert entries("rules.revise")[-1][0] == "manage.py"
    assert "Fazla sakindi." in entries("rules.revise")[-1][1]
    assert answer("rules", "list")["revisions"][0]["revision"] == made["revision"]
    assert answer("rules", "show", made["revision"])["rules"]["base_delay"] == first.base_delay
    for words in (("return", str(first.pk)), ("show", "424242"), ("list", "--chat", "424242")):
        with pytest.raises(CommandError):
            call_command("rules", *words)


def test_a_bot_is_made_as_it_was() -> None:
    bot = stagehands.troupe(1)[0]
    for tone in ("neşeli", "ciddi"):
        bot = Bot.objects.get(pk=bot.pk)
        seen = keep.look(bot)
        keep.save(bot, seen.facts | {"tone": tone}, seen=seen, by="tests")
    numbers = [row["number"] for row in answer("studio", "versions", bot.username)["versions"]]
    assert numbers == [3, 2, 1]
    change = {"key": "tone", "now": "ciddi", "then": "neşeli"}
    assert answer("studio", "show", f"@{bot.username}", 2)["changes"] == [change]
    tried = answer("studio", "restore", bot.username, 2, "--dry-run")
    assert (tried["changes"], tried["version"]) == ([change], None)
    assert Bot.objects.get(pk=bot.pk).persona.tone == "ciddi"
    assert answer("studio", "restore", bot.username, 2, "--reason", "Neşesi iyiydi.")["version"] == 4
    assert Bot.objects.get(pk=bot.pk).persona.tone == "neşeli"
    assert entries("persona.revise")[-1] == ("manage.py", "Neşesi iyiydi.")
    assert answer("studio", "restore", bot.username, 2)["version"] is None
    with pytest.raises(CommandError):
        call_command("studio", "restore", bot.username, "99")
