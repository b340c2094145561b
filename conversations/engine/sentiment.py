"""How a Turkish chat text feels, what it expects of a topic, whether it agrees. Pure.

Clause by clause: stems with their endings, then what turns them round ("degil", "yok", "olmaz", "sanmam", a verb's own
"not"), then what a clause is: a question and an "if" claim little, what follows "ama" weighs more. Irony is left alone.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bots import casing
from conversations.engine import clauses, forms, lexicon
from conversations.engine.clauses import Clause, Sense

SILENT = 0.25
"""Below this, nothing is expected of a topic."""
ASKED = 0.2
BEFORE_BUT = 0.4
_YES = re.compile(rf"\b(?:{clauses.any_of(clauses.listed(lexicon.AGREES))})")
_NO = re.compile(rf"\b(?:{clauses.any_of(clauses.listed(lexicon.DISAGREES))})")


@dataclass(slots=True)
class Hit:
    at: int
    worth: float
    sense: Sense


def mood(text: str) -> float:
    """-1 gloomy .. 1 cheerful; 0 when no feeling can be told."""
    total = 0.0
    for clause in clauses.read(text):
        felt = sum(hit.worth for hit in _hits(clause))
        total = total * (BEFORE_BUT if clause.but and felt else 1) + felt
    return math.tanh(total)


def lean(text: str, topic: str) -> int:
    """What `text` expects of `topic`: 1 that it rises or is worth having, -1 the opposite, 0 nothing.

    An empty topic asks about the text as a whole.
    """
    stems = forms.stems(topic) if topic else ()
    total, about = 0.0, not topic
    for clause in clauses.read(text):
        named = _named(clause, stems)
        others = [at for at, sense in enumerate(clause.senses) if topic and sense.asset and at not in named]
        about = bool(named) or (about and not others)
        if about:
            heard = _about(clause, named, others, topical=bool(topic))
            total = total * (BEFORE_BUT if clause.but and heard else 1) + heard
    return (total > SILENT) - (total < -SILENT)


def agrees(reply: str, parent: str) -> int:
    """1 for a reply that agrees with what it answers, -1 for one that contradicts, 0 for neither."""
    said = casing.plain(reply)
    no = bool(_NO.search(said))
    yes = bool(_YES.search(_NO.sub(" ", said)))
    if yes and not no and any(clause.but for clause in clauses.read(reply)):
        return 0
    return _same_way(reply, parent) if yes == no else 1 if yes else -1


def _same_way(reply: str, parent: str) -> int:
    """Without a word of agreement: whether both expect the same of what both speak of, or of the one thing at hand."""
    spoken = [
        {sense.word for clause in clauses.read(text) for sense in clause.senses if sense.asset}
        for text in (reply, parent)
    ]
    topics = sorted(spoken[0] & spoken[1]) or ([] if all(spoken) else [""])
    same = sum(lean(reply, topic) * lean(parent, topic) for topic in topics)
    return (same > 0) - (same < 0)


def _named(clause: Clause, stems: Sequence[str]) -> list[int]:
    """Where a clause names what has these stems."""
    starts = {stem[:2] for stem in stems}
    near = [(at, sense.word) for at, sense in enumerate(clause.senses) if sense.word[:2] in starts]
    return [at for at, word in near if any(forms.is_form(word, stem) for stem in stems)]


def _assets(text: str) -> set[str]:
    return {sense.asset for clause in clauses.read(text) for sense in clause.senses if sense.asset}


def _hits(clause: Clause, topics: Sequence[int] = (), *, topical: bool = False) -> list[Hit]:
    """What the words of a clause are worth, once they have been turned round by those that do."""
    hits: list[Hit] = []
    for at, sense in enumerate(clause.senses):
        if sense.turns:
            _turn(hits, at, sense)
        worth = (sense.worth or sense.act) if topical else sense.worth
        if sense.burden is not None and at not in topics:
            hits.append(Hit(at, sense.burden, sense))
        elif worth and sense.turns != "all":
            hits.append(Hit(at, worth * _more(clause, at), sense))
    _lighten(clause, hits)
    _intensify(hits)
    if sum(sense.word == "ne" for sense in clause.senses) > 1:
        return []
    for hit in hits:
        hit.worth *= ASKED if clause.asks else 1
    return hits


def _turn(hits: list[Hit], at: int, turner: Sense) -> None:
    """Good becomes bad; bad becomes only half as good."""
    reach = 3 if turner.word.startswith(("degil", "yok")) else 2
    for hit in hits if turner.turns == "all" else [hit for hit in hits[-1:] if at - hit.at <= reach]:
        if turner.stem and hit.sense.verb:
            continue  # "eridi bitti" is over in another way
        hit.worth *= -0.8 if hit.worth > 0 else -0.6


def _more(clause: Clause, at: int) -> float:
    return lexicon.MORE.get(clause.senses[at - 1].word, 1.0) if at else 1.0


def _lighten(clause: Clause, hits: list[Hit]) -> None:
    """A burden that shrinks is good news, and what grew with it is not good by itself."""
    for burden in [hit for hit in hits if hit.sense.burden is not None]:
        near = range(max(0, burden.at - 1), min(len(clause.senses), burden.at + 4))
        moves = [(at, move) for at in near if (move := _direction(clause.senses[at]))]
        if not moves:
            continue
        burden.worth = -0.7 * moves[-1][1]
        for hit in hits:
            if hit.at in dict(moves) and hit is not burden:
                hit.worth = 0.0


def _direction(sense: Sense) -> int:
    way = (sense.stem in clauses.UP) - (sense.stem in clauses.DOWN)
    return -way if sense.negated else way


def _intensify(hits: list[Hit]) -> None:
    """What stands before a verb of the other colour says how much, or what was lost: "fena uçtu", "umut tükendi"."""
    for before, after in pairwise(hits):
        moving = after.sense.verb or _direction(after.sense)
        lost = before.worth > 0 and after.sense.verb and not before.sense.verb
        if after.at - before.at <= 2 and moving and (before.sense.stem in clauses.INTENSIVE or lost):
            before.worth = 0.0 if before.worth * after.worth < 0 else before.worth


def _about(clause: Clause, named: Sequence[int], others: Sequence[int], *, topical: bool) -> float:
    """What a clause expects of the topic named at these places, when other things stand at those."""
    hits = [hit for hit in _hits(clause, named, topical=topical) if hit.worth]
    if not named or not hits:
        return sum(hit.worth for hit in hits)
    here = named[-1]
    until = min((at for at in others if at > here), default=len(clause.senses))
    since = max((at for at in others if at < here), default=-1)
    after = [hit for hit in hits if here <= hit.at < until]
    before = [hit for hit in hits if since < hit.at < here]
    heard = sum(hit.worth for hit in after + before) if not others else sum(h.worth for h in after or before or hits)
    return -heard if _is_worse(clause, here) else heard


def _is_worse(clause: Clause, at: int) -> bool:
    """Whether the topic is what something else is better than: "altından daha iyi"."""
    word, later = clause.senses[at].word, clause.senses[at + 1 : at + 3]
    following = [sense.word for sense in later]
    ablative = word.endswith(("dan", "den", "tan", "ten")) or following[:1] in (["dan"], ["den"], ["tan"], ["ten"])
    return ablative and "daha" in following
