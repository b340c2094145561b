"""What messages look like: length, how they begin, mere agreement, and how fast they are typed. Rows 13, 14, 16, 17."""

from collections import Counter, defaultdict
from statistics import median

from conversations.engine import sentiment, words
from conversations.realism import measure
from conversations.realism.measure import Found
from conversations.realism.talk import Talk

LEAST = 30
FEW_WORDS, ECHO_WORDS = 3, 6
SLOWEST, FASTEST = 20.0, 60.0
"""Words a minute of people on phones."""
_HURRIED, _PATIENT = 1.0, 30.0
"""Typing is shown no shorter and no longer than this, whatever the text: such values tell nothing of a speed."""
_TO_PEOPLE = frozenset({"mention", "reply", "question"})
_SOME = 4000
"""Replies that are read for agreement."""


def found(of: Talk) -> dict[str, Found]:
    texts = [said.text for said in of if said.text.strip()]
    split = [words.fold(text).split() for text in texts]
    short = sum(len(each) <= FEW_WORDS for each in split)
    return {
        "length": measure.median([len(text) for text in texts], least=LEAST),
        "short_share": measure.share(short, len(split), least=LEAST),
        **_typing(of),
        **_openers(split),
        **_agreement(of),
    }


def _openers(split: list[list[str]]) -> dict[str, Found]:
    long = [each[:FEW_WORDS] for each in split if len(each) >= FEW_WORDS]
    openers = Counter((each[0], each[1]) for each in long)
    pairs = openers + Counter((each[1], each[2]) for each in long)
    top = max(openers.values(), default=0)
    enough = len(long) >= LEAST
    return {
        "top_opener": measure.share(top, len(long), least=100),
        "opener_distinct": measure.exact(len(pairs) / pairs.total() if enough else None, len(long)),
    }


def _agreement(of: Talk) -> dict[str, Found]:
    """Every reply is read up to a limit, evenly over the period."""
    replies = [(said.text, parent.text) for said, parent in of.replies()]
    step = max(1, -(-len(replies) // _SOME))
    read = [(text, sentiment.agrees(text, parent)) for text, parent in replies[::step]]
    agreeing, against = (sum(stance == sign for _, stance in read) for sign in (1, -1))
    echoes = sum(stance == 1 and len(text.split()) <= ECHO_WORDS for text, stance in read)
    echo_share = measure.share(echoes * step, len(of), least=LEAST) if read else Found(None, None, 0)
    return {
        "echo_share": echo_share,
        "dissent_share": measure.share(against, agreeing + against, least=LEAST),
    }


def _typing(of: Talk) -> dict[str, Found]:
    """Answers to people are hurried on purpose; only chatter shows how fast somebody types."""
    speeds: defaultdict[str, list[float]] = defaultdict(list)
    for said in of:
        if said.typing and _HURRIED < said.typing < _PATIENT and said.trigger not in _TO_PEOPLE:
            speeds[said.speaker].append(len(said.text) / 5 / (said.typing / 60))
    each = [median(told) for told in speeds.values()]
    usual = sum(SLOWEST <= speed <= FASTEST for speed in each)
    return {
        "typing_speed": measure.mean(each, least=3),
        "typing_in_range": measure.share(usual, len(each), least=3),
    }
