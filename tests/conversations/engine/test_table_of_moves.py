"""The table of moves, as the code tells it, as the database keeps it, and as the documents show it."""

import re
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bots.models import Bot
from config.embedded.state import CLONE
from conversations.engine import moves
from conversations.models import Chat, SendAttempt, Turn
from tests import stagehands

pytestmark = pytest.mark.django_db
State = Turn.State
PAIRS = list(product(State.values, State.values))


@pytest.fixture
def group() -> Chat:
    return stagehands.group(stagehands.crowd(1))


def needs(came: str, to: str) -> dict[str, Any]:
    """All that the state `to` asks for, so that nothing but the move itself can be refused."""
    now = timezone.now()
    return {
        "gen": 4,
        "bot_id": Bot.objects.get().pk,
        "lease_owner": "tests",
        "lease_until": now,
        "text": "Sakinim.",
        "text_sha256": Turn.objects.get().text_sha256 or "0" * 64,
        "send_after": now,
        "chat_seq": 1,
        "reason": moves.ABSENT if came == State.UNCERTAIN and to == State.SKIPPED else "tests",
        "uncertain_since": now,
        "sent_id": 1,
        "sent_at": now,
    }


def update(turn: Turn, **values: Any) -> str:
    """The constraint that refuses the change of a row, in SQL alone; nothing when it is made."""
    places = ", ".join(f"{name} = %({name})s" for name in values)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE conversations_turn SET {places} WHERE id = %(pk)s", {**values, "pk": turn.pk})  # noqa: S608
    except IntegrityError as error:
        return str(getattr(error.__cause__, "diag").constraint_name)  # noqa: B009 - of psycopg's error
    return ""


@pytest.mark.parametrize(("came", "to"), PAIRS)
def test_the_database_allows_the_moves_of_the_table_and_no_other(group: Chat, came: str, to: str) -> None:
    written = came not in {"planned", "composing", "skipped", "failed"}
    turn = stagehands.turn_in(came, group, Bot.objects.get(), **({"chat_seq": 1} if written else {}))
    allowed = came == to or moves.may(came, to)
    refused = update(turn, state=to, **needs(came, to))
    assert refused == ("" if allowed else "turn_moves_as_allowed")


def test_there_are_a_hundred_pairs_and_the_table_knows_them() -> None:
    assert len(PAIRS) == 100
    assert set(moves.ALLOWED) == set(State)
    ends = {state for state, following in moves.ALLOWED.items() if not following}
    assert ends == {State.SENT, State.SKIPPED, State.FAILED}
    assert {state for state in State if moves.terminal(state)} == ends | {State.UNRESOLVED}


def test_the_document_shows_the_same_table() -> None:
    text = (CLONE / "docs" / "architecture.md").read_text(encoding="utf-8").split("## The states")[1].split("\n## ")[0]
    told = set()
    for came, to in re.findall(r"^\| ([a-z, ]+) \| ([a-z, ]+) \|", text, re.MULTILINE):
        told |= set(product(came.split(", "), to.split(", ")))
    told.discard(("from", "to"))
    assert told == {(came.value, to.value) for came, following in moves.ALLOWED.items() for to in following}


@pytest.mark.parametrize("reason", ["expired", "engine_stopped", "not_a_member"])
def test_nobody_skips_what_may_have_been_sent(group: Chat, reason: str) -> None:
    turn = stagehands.turn_in("uncertain", group, Bot.objects.get())
    assert update(turn, state="skipped", reason=reason) == "turn_absence_is_proven"


def test_what_was_never_handed_over_was_never_sent(group: Chat) -> None:
    turn = stagehands.turn_in("composed", group, Bot.objects.get())
    refused = update(turn, state="sent", sent_id=5, sent_at=timezone.now(), chat_seq=1)
    assert refused == "turn_was_tried_before_it_was_sent"


@pytest.mark.parametrize("state", State.values)
def test_a_claim_number_never_falls(group: Chat, state: str) -> None:
    turn = stagehands.turn_in(state, group, Bot.objects.get())
    assert update(turn, gen=2) == "turn_claims_are_fenced"
    assert update(turn, gen=3) == ""


@pytest.mark.parametrize(("came", "to"), [("planned", "composing"), ("composed", "sending")])
def test_a_claim_has_a_number_of_its_own(group: Chat, came: str, to: str) -> None:
    turn = stagehands.turn_in(came, group, Bot.objects.get())
    claim = {"state": to, "lease_owner": "x", "lease_until": timezone.now(), "chat_seq": 1}
    assert update(turn, **claim) == "turn_claims_are_fenced"
    assert update(turn, **claim, gen=4) == ""


@pytest.mark.parametrize("state", ["held", "composed", "sending", "uncertain", "sent", "unresolved"])
@pytest.mark.parametrize("change", [{"text": "Başka."}, {"text_sha256": "1" * 64}])
def test_a_text_that_may_be_in_the_chat_is_frozen(group: Chat, state: str, change: dict[str, str]) -> None:
    turn = stagehands.turn_in(state, group, Bot.objects.get())
    assert update(turn, **change) == "turn_text_is_frozen"
    assert update(turn, **change, gen=9) == "turn_text_is_frozen"


def test_only_an_edit_of_what_is_held_changes_the_text(group: Chat) -> None:
    turn = stagehands.turn_in("held", group, Bot.objects.get())
    new = {"text": "Başka.", "text_sha256": "1" * 64}
    assert update(turn, state="composed", **new) == "turn_text_is_frozen"
    assert update(turn, state="composed", gen=4, **new) == ""


@pytest.mark.parametrize("state", ["composed", "sending", "uncertain", "sent"])
def test_a_name_may_leave_a_frozen_text_and_nothing_else_with_it(group: Chat, state: str) -> None:
    turn = stagehands.turn_in(state, group, Bot.objects.get(), text="Deniz, sakin ol.", mention="Deniz")
    assert update(turn, mention="…", text="…, hemen al.") == "turn_text_is_frozen"
    assert update(turn, text="…, sakin ol.") == "turn_text_is_frozen"
    assert update(turn, mention="…", text="…, sakin ol.", text_sha256="1" * 64) == "turn_text_is_frozen"
    assert update(turn, mention="…", text="…, sakin ol.") == ""


def test_what_is_known_to_have_arrived_stays_so(group: Chat) -> None:
    turn = stagehands.turn_in("sent", group, Bot.objects.get())
    tried = stagehands.tried(turn, outcome="sent", sent_id=1)
    for outcome in ("open", "not_sent", "rejected", "ambiguous"):
        with pytest.raises(IntegrityError, match="it arrived"), transaction.atomic():
            SendAttempt.objects.filter(pk=tried.pk).update(outcome=outcome)
