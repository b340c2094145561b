"""A turn that never happens: planned, worded and judged as a real one, shown in full, and forgotten."""

from dataclasses import dataclass
from random import Random, SystemRandom
from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations.engine import compose, plan, scene, turns
from conversations.engine.compose import Draft
from conversations.engine.values import Candidate, Plan, Silence
from conversations.llm import ledger, routes
from conversations.models import Chat, Turn


@dataclass(frozen=True, slots=True)
class Shown:
    chat: Chat
    candidates: tuple[Candidate, ...]
    silent: str
    """Why nobody would speak, or nothing."""
    plan: Plan | None
    prompt: list[dict[str, str]]
    drafts: tuple[Draft, ...]

    @property
    def leaves(self) -> str:
        """What would be sent, or nothing."""
        if self.plan and self.plan.intent == "reaction":
            return self.plan.emoji
        return self.drafts[-1].final if self.drafts and self.drafts[-1].passed else ""

    def as_json(self) -> dict[str, Any]:
        chosen = self.plan
        return {
            "chat": self.chat.pk,
            "silent": self.silent,
            "speaker": chosen.speaker.username if chosen else None,
            "intent": chosen.intent if chosen else None,
            "topic": chosen.topic if chosen else None,
            "answers": chosen.target.text if chosen and chosen.target else None,
            "leaves": self.leaves,
            "prompt": self.prompt,
            "candidates": [candidate.as_json() for candidate in self.candidates],
            "drafts": [
                {"text": d.text, "final": d.final, "verdicts": [verdict.as_json() for verdict in d.verdicts]}
                for d in self.drafts
            ],
        }


def once(chat: Chat, *, seed: int | None = None) -> Shown:
    """Plan and write the next scheduled turn of a chat. The model is really asked; rows are written and undone.

    Raises LLMError when no provider has an answer.
    """
    with transaction.atomic():
        try:
            shown = _try(chat, SystemRandom().getrandbits(62) if seed is None else seed)
        finally:
            transaction.set_rollback(True)
    _pay(chat, shown)
    return shown


def _pay(chat: Chat, shown: Shown) -> None:
    """What was tried out is undone; what it cost is not."""
    turn = turns.unplanned(chat, seed=0, now=timezone.now())
    turn.dry = True
    for draft in shown.drafts:
        route, bot_id = routes.of(draft.answer.provider), shown.plan.speaker.bot_id if shown.plan else None
        ledger.book(turn, route, draft.answer.booked, number=1, started=timezone.now(), bot_id=bot_id)


def _try(chat: Chat, seed: int) -> Shown:
    turn = turns.unplanned(chat, seed=seed, now=timezone.now())
    turn.save()
    turn = Turn.objects.select_related("chat").get(pk=turn.pk)
    turn.dry = True
    world = scene.load(turn)
    chosen = plan.choose(world, Random(seed))
    if isinstance(chosen, Silence):
        return Shown(chat, chosen.candidates, chosen.reason, None, [], ())
    if chosen.intent == "reaction":
        return Shown(chat, chosen.candidates, "", chosen, [], ())
    written = compose.drafts(turn, world, chosen)
    return Shown(chat, chosen.candidates, "", chosen, turn.noted["prompt"], tuple(written))
