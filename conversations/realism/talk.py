"""The utterances in order, as the statistics ask for them: by chat, by day, and each message found by its number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from conversations.realism.utterance import Context, Kind, Utterance


@dataclass(frozen=True, slots=True)
class Talk:
    chats: dict[str, list[Utterance]]
    """The messages of each chat, oldest first."""
    reactions: list[Utterance]
    messages: dict[tuple[str, int], Utterance]
    context: Context

    def __iter__(self) -> Iterator[Utterance]:
        for said in self.chats.values():
            yield from said

    def __len__(self) -> int:
        return len(self.messages)

    def parent(self, said: Utterance) -> Utterance | None:
        return None if said.reply_to is None else self.messages.get((said.chat, said.reply_to))

    def replies(self) -> Iterator[tuple[Utterance, Utterance]]:
        """Each reply with the message that it answers, when that is among us."""
        for said in self:
            if parent := self.parent(said):
                yield said, parent

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.context.zone)

    def days(self) -> dict[tuple[str, date], list[Utterance]]:
        found: defaultdict[tuple[str, date], list[Utterance]] = defaultdict(list)
        for said in self:
            found[said.chat, self.local(said.at).date()].append(said)
        return found

    @property
    def has_bots(self) -> bool:
        return any(said.is_bot for said in self)


def of(utterances: Iterable[Utterance], context: Context) -> Talk:
    ordered = sorted(utterances, key=lambda said: (said.at, said.id))
    chats: defaultdict[str, list[Utterance]] = defaultdict(list)
    for said in ordered:
        if said.kind is Kind.MESSAGE:
            chats[said.chat].append(said)
    messages = {(said.chat, said.id): said for kept in chats.values() for said in kept}
    return Talk(dict(chats), [said for said in ordered if said.kind is Kind.REACTION], messages, context)


def seconds(said: Sequence[Utterance]) -> list[float]:
    return [each.at.timestamp() for each in said]
