"""Where the cheap look cannot tell, the model is asked; where nobody can, the draft does not leave."""

import pytest

from bots.models import Bot, Stance
from conversations import control
from conversations.engine import compose
from conversations.models import Chat, LLMCall, Turn
from tests import stagehands
from tests.fakes.handles import OpenAIFake

pytestmark = pytest.mark.django_db
DOUBTFUL = "Galiba dolar düşer, bakalım."
AGREES, CONTRADICTS = '{"celisiyor": false}', '{"celisiyor": true}'


@pytest.fixture
def room(openai_server: OpenAIFake) -> Chat:
    stagehands.provider(openai_server.address)
    control.start(by="tests")
    control.revise(by="tests", rewrites=0, reaction_probability=0.0)
    room = stagehands.room(stagehands.crowd(1))
    bot = Bot.objects.get()
    Stance.objects.create(bot=bot, topic="Dolar", text="Dolar yükselir diye düşünüyorum.", confidence=0.9)
    return room


def composed(room: Chat) -> Turn:
    turn = stagehands.turn(room, seed=10)
    assert compose.one("tests")
    turn.refresh_from_db()
    return turn


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (AGREES, "composed", ""),
        (CONTRADICTS, "skipped", "guard:contradiction"),
        ("Emin değilim.", "skipped", "guard:unclear_stance"),
        ('{"celisiyor": "belki"}', "skipped", "guard:unclear_stance"),
    ],
)
def test_the_model_decides_a_doubt(room: Chat, openai_server: OpenAIFake, answer: str, state: str, reason: str) -> None:
    openai_server.script(DOUBTFUL)
    openai_server.script(answer)
    turn = composed(room)
    assert (turn.state, turn.reason) == (state, reason)
    assert LLMCall.objects.filter(turn=turn).count() == 2


def test_the_stance_and_the_draft_reach_the_judge_as_data(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script(DOUBTFUL)
    openai_server.script(AGREES)
    composed(room)
    _, asked = openai_server.requests()
    assert "<gorus>Dolar: Dolar yükselir diye düşünüyorum.</gorus>" in asked["body"]["messages"][1]["content"]


def test_without_the_rule_nobody_is_asked(room: Chat, openai_server: OpenAIFake) -> None:
    control.revise(by="tests", judge_stances=False)
    openai_server.script(DOUBTFUL)
    assert composed(room).reason == "guard:unclear_stance"
    assert LLMCall.objects.count() == 1


def test_a_plain_contradiction_needs_no_second_opinion(room: Chat, openai_server: OpenAIFake) -> None:
    openai_server.script("Dolar düşer bence.")
    assert composed(room).reason == "guard:contradiction"
    assert LLMCall.objects.count() == 1


def test_when_most_of_the_cast_pushes_one_symbol_the_next_one_does_not(room: Chat, openai_server: OpenAIFake) -> None:
    Stance.objects.all().delete()
    other = stagehands.room(list(Bot.objects.all()), title="Öteki")
    for number in range(6):
        stagehands.message(other, f"THYAO yükselir bence, {number}. kez diyorum.", bot=Bot.objects.get())
    openai_server.script("THYAO yükselir, bu kadar basit.")
    assert composed(room).reason == "guard:fleet"
