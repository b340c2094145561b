"""Reader: everything that is known of one turn, in a pinned number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import User

from bots.models import AuditEntry, Bot, Memory
from conversations import remits
from conversations.models import LLMCall, SendAttempt, Turn
from monitoring import reasons, remedies, way


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    bot_id: int
    score: float
    share: float
    """0..100, against the best."""
    blocked: str
    why: reasons.Words
    parts: tuple[tuple[str, float], ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check said about one draft."""

    draft: int
    stage: str
    rule: str
    words: reasons.Words
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Story:
    turn: Turn
    contenders: tuple[Contender, ...]
    findings: tuple[Finding, ...]
    steps: tuple[way.Step, ...]
    memories: Sequence[Memory]
    evidence: way.Evidence
    prompt: tuple[tuple[str, str], ...]
    why: reasons.Words
    remedy: reasons.Words
    spoken_by: str
    """Who spoke through the bot, if a person did."""
    sent_again: Turn | None
    """The turn that says it again, if a person asked for that."""

    @property
    def attempts(self) -> Sequence[SendAttempt]:
        return self.evidence.attempts

    @property
    def calls(self) -> Sequence[LLMCall]:
        return self.evidence.calls

    @property
    def passed_over(self) -> int:
        return sum(1 for contender in self.contenders if contender.blocked)


def of(turn_id: int, viewer: User | None = None) -> Story:
    """Raises Turn.DoesNotExist. A viewer is told of the audit trail what is theirs to read; a command everything.

    What a bot learned elsewhere is not told to who is limited to some chats, nor the prompt that holds it.
    """
    turn = Turn.objects.select_related(
        "chat", "bot__persona", "persona", "rules", "stance", "provider", "message",
        "cause__bot__persona", "cause__participant", "reply_to__bot__persona", "reply_to__participant",
    ).get(pk=turn_id)  # fmt: skip
    known = way.evidence(turn)
    memories = list(remits.within(viewer, Memory.objects.filter(pk__in=turn.memories)))
    told = turn.prompt if remits.reads_prompt(viewer, turn.memories) else []
    return Story(
        turn=turn,
        contenders=_contenders(turn),
        findings=findings(turn),
        steps=way.of(turn, replace(known, entries=_readable(known.entries, viewer))),
        memories=memories,
        evidence=known,
        prompt=tuple((part["role"], part["content"]) for part in told),
        why=reasons.ended(turn.reason) if turn.reason else "",
        remedy=remedies.of(turn),
        spoken_by=_spoken_by(turn, known),
        sent_again=turn.retries.order_by("-pk").only("pk").first(),
    )


def _spoken_by(turn: Turn, known: way.Evidence) -> str:
    """Who spoke through the bot, if a person did."""
    if turn.trigger != Turn.Trigger.OPERATOR:
        return ""
    return next((entry.actor_name for entry in known.entries if entry.action == "turn.speak"), "")


def _readable(entries: Sequence[AuditEntry], viewer: User | None) -> list[AuditEntry]:
    """What of the audit trail a viewer may read, as its own page has it."""
    if viewer is None or viewer.has_perm("bots.read_whole_trail"):
        return list(entries)
    return [entry for entry in entries if entry.actor_id == viewer.pk and viewer.has_perm("bots.view_auditentry")]


def _contenders(turn: Turn) -> tuple[Contender, ...]:
    """Evidence is read as it was written, by whichever version wrote it: what it lacks is left open."""
    ids = [candidate["bot"] for candidate in turn.candidates]
    names = dict(Bot.objects.filter(pk__in=ids).values_list("pk", "persona__name"))
    best = max((candidate["score"] for candidate in turn.candidates), default=0) or 1
    found = [_contender(candidate, names, best, turn.bot_id) for candidate in turn.candidates]
    return tuple(sorted(found, key=lambda c: (not c.chosen, bool(c.blocked), -c.score)))


def _contender(candidate: dict[str, Any], names: dict[int, str], best: float, chosen: int | None) -> Contender:
    blocked = candidate.get("blocked", "")
    return Contender(
        name=names.get(candidate["bot"]) or candidate.get("username", "?"),
        bot_id=candidate["bot"],
        score=candidate["score"],
        share=round(100 * candidate["score"] / best, 1),
        blocked=blocked,
        why=reasons.blocked(blocked),
        parts=tuple(candidate.get("parts", {}).items()),
        chosen=candidate["bot"] == chosen,
    )


def findings(turn: Turn) -> tuple[Finding, ...]:
    return tuple(_finding(verdict) for verdict in turn.verdicts)


def _finding(verdict: dict[str, Any]) -> Finding:
    return Finding(
        draft=verdict.get("draft", 0) + 1,
        stage=verdict.get("stage", "guard"),
        rule=verdict["rule"],
        words=reasons.rule(verdict["rule"]),
        passed=verdict["passed"],
        detail=verdict.get("detail", ""),
    )


def as_json(story: Story) -> dict[str, Any]:
    """For programs: the way of the turn, and what it was made of."""
    turn = story.turn
    return {
        "id": turn.pk,
        "trace": turn.traced.hex,
        "slot": turn.plan_key,
        "chat": turn.chat.title,
        "bot": turn.bot.username if turn.bot else None,
        "trigger": turn.trigger,
        "intent": turn.intent,
        "state": turn.state,
        "reason": turn.reason,
        "text": turn.text,
        "cause": turn.cause_id,
        "message": turn.message_id,
        "number": turn.sent_id,
        "steps": [
            {
                "name": step.name,
                "at": step.at,
                "words": str(step.words),
                "detail": step.detail,
                "reason": step.reason,
            }
            for step in story.steps
        ],
        "candidates": turn.candidates,
        "verdicts": turn.verdicts,
        "calls": [
            {"provider": call.provider.name, "outcome": call.outcome, "ms": call.latency_ms} for call in story.calls
        ],
        "attempts": [{"gen": one.gen, "outcome": one.outcome, "reason": one.reason} for one in story.attempts],
        "receipts": [update.bot.username for update in story.evidence.receipts],
    }
