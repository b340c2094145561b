"""Who answers what, how soon, and how many threads run at once. Rows 7 to 9 and 21."""

from collections import defaultdict, deque
from collections.abc import Sequence

from conversations.realism import measure
from conversations.realism.measure import Found
from conversations.realism.talk import Talk
from conversations.realism.utterance import Utterance

LEAST = 30
WINDOW = 600.0
"""Seconds for which a thread counts as alive after a message."""
NEAR = 180.0
"""Seconds in which a message that stands alone goes along with the last one."""
_SOON, _LATE = 300.0, 3600.0


def found(of: Talk) -> dict[str, Found]:
    waits = _waits(of)
    replies = sum(said.reply_to is not None for said in of)
    total = len(of) + len(of.reactions)
    refused = of.context.refused_reactions
    return {
        "reply_share": measure.share(replies, len(of), least=LEAST),
        "threads": measure.mean([alive for said in of.chats.values() for alive in threads(said)], least=LEAST),
        "reply_within_5_min": measure.share(sum(wait <= _SOON for wait in waits), len(waits), least=LEAST),
        "reply_after_60_min": measure.share(sum(wait > _LATE for wait in waits), len(waits), least=LEAST),
        "reaction_share": measure.share(len(of.reactions), total, least=LEAST),
        "reactions_refused": measure.exact(refused, refused or 0),
    }


def threads(said: Sequence[Utterance]) -> list[float]:
    """How many threads were alive at each message of one chat."""
    recent: deque[tuple[float, int]] = deque()
    alive: defaultdict[int, int] = defaultdict(int)
    counted = []
    for at, thread in zip((each.at.timestamp() for each in said), disentangled(said), strict=True):
        recent.append((at, thread))
        alive[thread] += 1
        while at - recent[0][0] > WINDOW:
            past = recent.popleft()[1]
            alive[past] -= 1
            if not alive[past]:
                del alive[past]
        counted.append(float(len(alive)))
    return counted


def disentangled(said: Sequence[Utterance]) -> list[int]:
    """The thread of each message, named by the number of its first one: by replies, else by nearness."""
    answered = {each.reply_to for each in said if each.reply_to is not None}
    threads: dict[int, int] = {}
    latest: Utterance | None = None
    for each in said:
        near = latest is not None and (each.at - latest.at).total_seconds() <= NEAR
        if each.reply_to in threads:
            threads[each.id] = threads[each.reply_to]
        elif latest and near and each.reply_to is None and each.id not in answered:
            threads[each.id] = threads[latest.id]
        else:
            threads[each.id] = each.id
        latest = each
    return [threads[each.id] for each in said]


def _waits(of: Talk) -> list[float]:
    """Seconds to each reply, when the one who gave it was awake as the message came."""
    hours: defaultdict[str, set[int]] = defaultdict(set)
    for said in of:
        hours[said.speaker].add(of.local(said.at).hour)

    def awake(speaker: str, parent: Utterance) -> bool:
        known = of.context.awake
        return known(speaker, parent.at) if known else of.local(parent.at).hour in hours[speaker]

    return [
        (said.at - parent.at).total_seconds()
        for said, parent in of.replies()
        if said.speaker != parent.speaker and awake(said.speaker, parent)
    ]
