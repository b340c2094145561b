"""From a planned turn to its final text: plan, prompt, model, duplicate check, voice, guard.

No transaction waits for the model.
"""

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.utils import timezone

from bots import traces
from conversations import leanings, neighbours, wake
from conversations.engine import (
    claims,
    fleet,
    guard,
    journal,
    likeness,
    mind,
    opinion,
    pace,
    plan,
    prompt,
    scene,
    turns,
    voice,
)
from conversations.engine.rulebook import Policy
from conversations.engine.values import Plan, Scene, Silence, Verdict
from conversations.llm import port, router, routes
from conversations.models import Turn
from conversations.news import fit


class Busy(Exception):
    """The chosen speaker took another turn of this chat meanwhile, or the claim is gone."""


AT_ONCE = 1.0
"""Seconds. What waits longer is found by a tick."""
BUDGET_SECONDS = 45.0
"""One total deadline for all routes and rewrites of a turn."""


class Known(TypedDict):
    """What the speaker has in mind, in words."""

    memories: list[str]
    earlier: list[str]


@dataclass(frozen=True, slots=True)
class Draft:
    text: str
    final: str
    verdicts: tuple[Verdict, ...]
    answer: router.Answer
    near: neighbours.Neighbours
    asked: prompt.Prompt

    @property
    def passed(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)


def one(owner: str) -> bool:
    """Claim and compose the most urgent turn. False when nothing waits."""
    turn = claims.claim_to_compose(owner)
    if turn is None:
        return False
    with traces.follow(turn.traced, msg_id=turn.pk, gen=turn.gen, chat=turn.chat_id), traces.span("turn.compose"):
        journal.moved(turn, Turn.State.COMPOSING, came=Turn.State.PLANNED)
        try:
            _compose(turn)
        except Exception as error:
            # A fault of ours must not hold the turn until its lease runs out; the log has the rest.
            turns.crashed(turn, error)
            raise
    return True


def _compose(turn: Turn) -> None:
    world = scene.load(turn)
    chosen = plan.choose(world, Random(turn.seed))
    if isinstance(chosen, Silence):
        candidates = [candidate.as_json() for candidate in chosen.candidates]
        turns.end(turn, Turn.State.SKIPPED, chosen.reason, came=[Turn.State.COMPOSING], candidates=candidates)
        if turn.trigger == Turn.Trigger.SCHEDULE:
            turns.look_later(turn)
        return
    try:
        if chosen.intent == "reaction":
            _react(turn, world, chosen)
        else:
            _finish(turn, world, chosen, drafts(turn, world, chosen))
    except (Busy, IntegrityError):
        turns.move_back(turn)
    except claims.Repeated:
        turns.end(turn, Turn.State.SKIPPED, "duplicate", came=[Turn.State.COMPOSING])
    except port.LLMError as error:
        _no_words(turn, error)


def drafts(turn: Turn, world: Scene, chosen: Plan) -> list[Draft]:
    """Drafts until one passes, at most `rewrites` anew. Raises LLMError, or Busy."""
    deadline = time.monotonic() + BUDGET_SECONDS
    means = _means(turn, world, chosen)
    if means.thrift:
        world, chosen = _modest(world, chosen)
    chosen = _reserved(turn, world, chosen)
    remembered = _taken(turn, world, chosen)
    known: Known = {"memories": [m.text for m in remembered.memories], "earlier": list(remembered.earlier)}
    turn.noted = {"memories": [memory.id for memory in remembered.memories]}
    refresh = _needs_refresh(world, chosen, remembered)
    return worded(turn, world, chosen, known, refresh=refresh, means=means, deadline=deadline)


def worded(
    turn: Turn, world: Scene, chosen: Plan, known: Known, *, refresh: bool, means: router.Means, deadline: float
) -> list[Draft]:
    """The drafts of a plan whose speaker has made up its mind. Raises as `drafts` does."""
    asked = prompt.build(world, chosen, refresh=refresh, **known)
    told = [{"role": message.role, "content": message.content} for message in asked.messages]
    turn.noted = {**turn.noted, "prompt": told}
    near = partial(neighbours.asking, turn=turn, bot_id=chosen.speaker.bot_id, hours=world.policy.duplicate_hours)
    written: list[Draft] = []
    for number in range(world.policy.rewrites + 1):
        if number and turns.is_withdrawn(turn):
            raise Busy
        answer = router.complete(turn, asked, seed=turn.seed + number, deadline=deadline, means=means, rider=near)
        draft = _judge(turn, world, chosen, answer, asked, number)
        written.append(opinion.heard(turn, draft, world.policy, deadline=deadline, means=means))
        if written[-1].passed:
            break
        refused = [f"{v.rule}: {v.detail}".strip(": ") for v in written[-1].verdicts if not v.passed]
        asked = prompt.build(world, chosen, refresh=False, refused=refused, **known)
    return written


def _means(turn: Turn, world: Scene, chosen: Plan) -> router.Means:
    """What the turn may draw on: answers to people all of a budget, chatter what is not kept for them."""
    tight = routes.at(turn.revision).is_tight(timezone.localdate(), chat=turn.chat_id, bot=chosen.speaker.bot_id)
    return router.Means(kept_back=0.0 if turn.answers_a_person else world.policy.budget_reserve, thrift=tight)


def _modest(world: Scene, chosen: Plan) -> tuple[Scene, Plan]:
    """A budget is nearly used up: half the history, the newest, and a short text."""
    half = (len(world.history) + 1) // 2
    return replace(world, history=world.history[len(world.history) - half :]), replace(chosen, length="short")


def _reserved(turn: Turn, world: Scene, chosen: Plan) -> Plan:
    """The plan with its headline, kept for this turn alone; without it where others have taken it up meanwhile."""
    if chosen.headline is None or turn.headline_id == chosen.headline.id:
        return chosen
    with transaction.atomic():
        if not fit.has_room(chosen.headline.id, chat=turn.chat, policy=world.policy, besides=turn):
            return replace(chosen, headline=None)
        Turn.objects.filter(pk=turn.pk, gen=turn.gen).update(headline=chosen.headline.id)
    return chosen


def _judge(turn: Turn, world: Scene, chosen: Plan, answer: router.Answer, asked: prompt.Prompt, number: int) -> Draft:
    rules = world.policy
    near = (
        neighbours.found(answer.text, *answer.ridden)
        if answer.ridden
        else neighbours.of(answer.text, turn=turn, bot_id=chosen.speaker.bot_id, hours=rules.duplicate_hours)
    )
    repeated = likeness.judge(answer.text, near.texts, threshold=rules.duplicate_similarity)
    if repeated.passed and len(answer.text) >= likeness.SAYS_SOMETHING:
        repeated = likeness.judge_meaning(near.nearest, near.meaning, threshold=rules.meaning_similarity)
    final = voice.colour(
        answer.text,
        chosen.speaker.character,
        slips=world.policy.slip_probability,
        seed=turn.seed + number,
        feelings=chosen.speaker.feelings,
    )
    # The draft too: a slip of the voice must not hide what the model wrote.
    found = [verdict for text in dict.fromkeys((final, answer.text)) for verdict in _guarded(world, chosen, text)]
    lately = leanings.lately(final, rules, world.tickers)
    found += fleet.judge(final, lately, rules, world.tickers)
    return Draft(answer.text, final, tuple(dict.fromkeys([repeated, *found])), answer, near, asked)


def _guarded(world: Scene, chosen: Plan, text: str) -> tuple[Verdict, ...]:
    return guard.judge(
        text,
        may_mention=[member.username for member in world.members],
        prices=world.prices,
        positions=chosen.speaker.positions,
        tickers=world.tickers,
        quoted=f"{chosen.headline.title} {chosen.headline.summary}" if chosen.headline else "",
    )


def _finish(turn: Turn, world: Scene, chosen: Plan, drafts: list[Draft]) -> None:
    last = drafts[-1]
    evidence = {
        "draft": last.text,
        "verdicts": [{"draft": number, **v.as_json()} for number, d in enumerate(drafts) for v in d.verdicts],
        "provider": last.answer.provider.pk,
        "model": last.answer.model,
        **router.totals(draft.answer for draft in drafts),
    }
    if not last.passed:
        worst = next(v for v in last.verdicts if not v.passed)
        reason = worst.rule if worst.stage == "likeness" else f"guard:{worst.rule}"
        turns.end(turn, Turn.State.SKIPPED, reason, came=[Turn.State.COMPOSING], detail=worst.detail, **evidence)
        return
    timing = _timing(turn, chosen, last.final, world.policy)
    claims.composed(
        turn,
        text=last.final,
        timing=timing,
        rules=world.policy,
        next_due=_next_due(turn, chosen, world.policy),
        seats=last.near.seats,
        embedding=last.near.vector,
        **evidence,
    )
    if timing.wait <= AT_ONCE:
        wake.deliver()


def _react(turn: Turn, world: Scene, chosen: Plan) -> None:
    """An emoji needs no model, no voice and no typing: it waits for as long as the bot takes to read."""
    speaker, rules = chosen.speaker, world.policy
    planned = claims.assign(
        turn,
        speaker.bot_id,
        intent=chosen.intent,
        reply_to=chosen.target.id if chosen.target else None,
        topic=chosen.topic,
        rules=rules.revision,
        persona=speaker.persona_id,
        candidates=[candidate.as_json() for candidate in chosen.candidates],
    )
    if not planned:
        raise Busy
    wait = pace.latency(speaker.latency, factor=pace.own_factor(speaker), dice=Random(turn.seed))
    claims.composed(
        turn,
        text=chosen.emoji,
        timing=claims.Timing(wait, 0.0, rules.chatter_seconds, typing_shown=False),
        rules=rules,
        next_due=_next_due(turn, chosen, rules),
    )
    wake.deliver()


def _timing(turn: Turn, chosen: Plan, text: str, rules: Policy) -> claims.Timing:
    """People wait for the typing alone, the model's time included; chatter takes its time to read and to begin."""
    character = chosen.speaker.character
    if not turn.answers_a_person or turn.cause is None:
        wait, typing = pace.chatter(chosen.speaker, len(text), Random(turn.seed))
        if turn.chat.is_rehearsal:
            wait, typing = pace.watched(wait, typing)
        return claims.Timing(wait, typing, rules.chatter_seconds, rules.typing_shown)
    seconds = pace.answer_typing(len(text), wpm=character.wpm)
    left = max(0.0, seconds - (timezone.now() - turn.cause.created_at).total_seconds())
    return claims.Timing(left, left, rules.answer_minutes * 60, rules.typing_shown)


def _next_due(turn: Turn, chosen: Plan, rules: Policy) -> datetime | None:
    """The speaker's own pace and mood stretch the wait that the chat drew for the next turn."""
    newest = turn.plan_key.endswith(f":slot:{turn.chat.slot}")
    by = pace.own_factor(chosen.speaker)
    if not newest or turn.chat.next_due is None or by == 1:
        return None
    drawn = (turn.chat.next_due - turn.due_at).total_seconds()
    return turn.due_at + timedelta(seconds=pace.stretched(drawn, by=by, policy=rules))


def _taken(turn: Turn, world: Scene, chosen: Plan) -> mind.Mind:
    """Give the turn to its speaker, with the plan, and learn what that one has in mind. Raises Busy."""
    found = claims.take(
        turn,
        chosen.speaker.bot_id,
        mind.asking(world, chosen),
        intent=chosen.intent,
        reply_to=chosen.target.id if chosen.target else None,
        quoting=chosen.quotes,
        mention=chosen.mention,
        headline=chosen.headline.id if chosen.headline else None,
        phrase=chosen.phrase,
        anecdote=chosen.anecdote,
        topic=chosen.topic,
        length=chosen.length,
        stance=chosen.position.id if chosen.position else None,
        quotes=[price.as_json() for price in world.prices],
        rules=world.policy.revision,
        persona=chosen.speaker.persona_id,
        candidates=[candidate.as_json() for candidate in chosen.candidates],
    )
    if found is None:
        raise Busy
    return mind.found(world, chosen, *found)


def _no_words(turn: Turn, error: port.LLMError) -> None:
    """No provider had an answer. The turn is tried again while it is fresh, then it fails with the reason."""
    if isinstance(error, port.Refused | router.Spent):
        turns.end(turn, Turn.State.SKIPPED, error.reason, came=[Turn.State.COMPOSING], detail=str(error))
        return
    pause = timedelta(seconds=5 * 2**turn.tries)
    if turns.may_try_again(turn, pause) and not isinstance(error, port.InvalidKey):
        turns.move_back(turn, reason=error.reason, detail=str(error), after=pause)
        return
    turns.end(turn, Turn.State.FAILED, error.reason, came=[Turn.State.COMPOSING], detail=str(error))


def _needs_refresh(world: Scene, chosen: Plan, remembered: mind.Mind) -> bool:
    """Whether the model should be reminded who it is; read from rows, so a restart changes nothing."""
    last = chosen.speaker.last_said_at
    if last is None or world.now - last > timedelta(minutes=world.policy.refresh_minutes):
        return True
    return remembered.said_today % world.policy.refresh_messages == 0
