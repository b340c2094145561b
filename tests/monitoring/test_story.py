import re
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bots.models import Bot, Memory
from conversations.models import Chat, Turn
from monitoring import story
from tests import staff, stagehands

pytestmark = pytest.mark.django_db


@pytest.fixture
def turn() -> Turn:
    """A turn that was composed and waits to be sent."""
    room = stagehands.room()
    nermin, tolga, sevgi = room.members.order_by("pk")
    now = timezone.now()
    return stagehands.turn(
        room, bot=nermin, persona=nermin.persona, state=Turn.State.COMPOSED, draft="Taslak.", text="Son söz.",
        text_sha256="0", due_at=now - timedelta(seconds=40), typing_from=now - timedelta(seconds=30), send_after=now,
        cause=stagehands.message(room, "Ne dersin?"), topic="Altın",
        memories=list(Memory.objects.filter(bot=nermin).values_list("pk", flat=True)),
        candidates=[
            {"bot": tolga.pk, "username": tolga.username, "score": 2.0, "parts": {"weight": 1.0}, "blocked": "own_gap"},
            {"bot": sevgi.pk, "username": sevgi.username, "score": 0.5, "parts": {"weight": 0.5}, "blocked": ""},
            {"bot": nermin.pk, "username": nermin.username, "score": 1.0, "parts": {"weight": 1.0}, "blocked": ""},
        ],
        prompt=[{"role": "system", "content": "Sen bir karaktersin."}],
        verdicts=[
            {"draft": 0, "stage": "guard", "rule": "promise", "passed": False, "detail": "garanti kazanç"},
            {"draft": 1, "stage": "guard", "rule": "clean", "passed": True, "detail": ""},
        ],
    )  # fmt: skip


def test_the_chosen_one_comes_first_and_the_blocked_last(turn: Turn) -> None:
    told = story.of(turn.pk).contenders
    assert [(c.name, c.chosen, c.blocked) for c in told] == [
        ("Nermin", True, ""),
        ("Sevgi", False, ""),
        ("Tolga", False, "own_gap"),
    ]


def test_chances_are_shown_against_the_best(turn: Turn) -> None:
    assert {c.name: c.share for c in story.of(turn.pk).contenders} == {"Nermin": 50, "Sevgi": 25, "Tolga": 100}


def test_findings_name_the_draft_that_they_judged(turn: Turn) -> None:
    assert [(f.draft, f.rule, f.passed) for f in story.of(turn.pk).findings] == [
        (1, "promise", False),
        (2, "clean", True),
    ]


def test_steps_are_in_order_with_their_waits(turn: Turn) -> None:
    steps = story.of(turn.pk).steps
    assert sorted(step.name for step in steps) == ["due", "opened", "ready", "typing"]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[0].waited is None
    assert all(step.waited is not None and step.waited >= timedelta(0) for step in steps[1:])


def test_a_turn_costs_the_same_whatever_it_went_through(
    turn: Turn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(9):
        story.of(turn.pk)


def test_a_bot_that_is_gone_keeps_its_place_in_the_story(turn: Turn) -> None:
    Turn.objects.filter(pk=turn.pk).update(
        candidates=[{"bot": 999_999, "username": "giden_bot", "score": 1.0, "parts": {}, "blocked": ""}]
    )
    (gone,) = story.of(turn.pk).contenders
    assert gone.name == "giden_bot"


def test_the_page_tells_the_whole_story(turn: Turn) -> None:
    page = staff.at_the_desk().get(turn.get_absolute_url()).content.decode()
    for part in ("Taslak.", "Son söz.", "Altın", "Ne dersin?", "garanti kazanç", "Sen bir karaktersin."):
        assert part in page
    for name in Bot.objects.values_list("persona__name", flat=True):
        assert name in page


def test_the_panel_is_the_page_without_its_frame(turn: Turn) -> None:
    client = staff.at_the_desk()
    sealed = re.compile(r'value="\w{64}"')  # a form's seal is another each time
    panel = client.get(turn.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert panel.startswith('<article class="story" id="story"')
    page = client.get(turn.get_absolute_url()).content.decode()
    assert sealed.sub("", panel.strip()) in sealed.sub("", page)


@pytest.mark.parametrize(
    ("state", "reason"), [("skipped", "guard:promise"), ("failed", "llm_unavailable"), ("skipped", "engine_stopped")]
)
def test_a_turn_that_ended_without_a_word_says_why(state: str, reason: str) -> None:
    turn = stagehands.turn(stagehands.room(), state=state, reason=reason)
    page = staff.at_the_desk().get(turn.get_absolute_url()).content.decode()
    assert str(story.of(turn.pk).why) in page
    assert reason not in page


def test_a_turn_that_never_was_is_not_found() -> None:
    assert staff.at_the_desk().get("/turns/424242/").status_code == 404


def test_an_empty_turn_has_a_page_as_well(turn: Turn) -> None:
    bare = stagehands.turn(Chat.objects.get())
    assert staff.at_the_desk().get(bare.get_absolute_url()).status_code == 200
