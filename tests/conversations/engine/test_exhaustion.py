"""A topic has been talked to the end, whoever talked."""

from conversations.engine import exhaustion
from conversations.engine.values import Said, Ticker
from tests.conversations.engine import paper

TOPICS = ("Dolar", "Altın")


def exhausted(*history: Said, after: int = 4) -> str:
    return exhaustion.exhausted(history, TOPICS, after=after, tickers=[Ticker("USDTRY", ("dolar", "yeşil kağıt"))])


def bot(text: str = "Bekliyorum.", topic: str = "") -> Said:
    return paper.said(text, bot_id=2, topic=topic)


def test_bots_count_by_their_topic_and_people_by_their_words() -> None:
    talk = (bot(topic="Dolar"), paper.said("doların ateşi"), bot("Dolarda sakinlik."), paper.said("yeşil kağıt yine"))
    assert exhausted(*talk) == "Dolar"
    assert exhausted(*talk, after=5) == ""


def test_small_talk_neither_counts_nor_ends_it() -> None:
    talk = [bot(topic="Dolar"), paper.said("Günaydın"), bot(topic="Dolar"), bot("Çay?"), bot(topic="Dolar")]
    assert exhausted(*talk) == ""
    assert exhausted(bot(topic="Dolar"), *talk) == "Dolar"


def test_another_topic_among_the_newest_keeps_it_fresh() -> None:
    talk = [bot(topic="Dolar")] * 10
    assert exhausted(*talk, bot(topic="Altın"), *talk[:3]) == ""
    assert exhausted(*talk[:3], bot(topic="Altın"), *talk) == "Dolar"


def test_of_two_topics_the_one_that_all_speak_of_is_exhausted() -> None:
    both = [paper.said("dolar mı altın mı")] * 2
    assert exhausted(*both, bot(topic="Altın"), bot(topic="Altın")) == "Altın"
    assert exhausted(bot(topic="Altın"), *both, bot(topic="Dolar")) == ""


def test_an_empty_talk_exhausts_nothing() -> None:
    assert exhausted() == ""
