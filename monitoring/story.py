"""Reader: everything that is known of one turn, in a pinned number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bots.models import AuditEntry, Bot, Memory
from conversations.models import LLMCall, SendAttempt, Turn
from monitoring import reasons, remedies

AT_ONCE = timedelta(seconds=1)


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
class Step:
    """A moment in the life of the turn; `waited` since the one before."""

    name: str
    at: datetime
    waited: timedelta | None


@dataclass(frozen=True, slots=True)
class Story:
    turn: Turn
    contenders: tuple[Contender, ...]
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...]
    memories: Sequence[Memory]
    attempts: Sequence[SendAttempt]
    calls: Sequence[LLMCall]
    prompt: tuple[tuple[str, str], ...]
    why: reasons.Words
    remedy: reasons.Words
    spoken_by: str
    """Who spoke through the bot, if a person did."""
    sent_again: Turn | None
    """The turn that says it again, if a person asked for that."""

    @property
    def passed_over(self) -> int:
        return sum(1 for contender in self.contenders if contender.blocked)


def of(turn_id: int) -> Story:
    """Raises Turn.DoesNotExist."""
    turn = Turn.objects.select_related(
        "chat", "bot__persona", "persona", "rules", "stance", "provider", "message",
        "cause__bot__persona", "cause__participant", "reply_to__bot__persona", "reply_to__participant",
    ).get(pk=turn_id)  # fmt: skip
    return Story(
        turn=turn,
        contenders=_contenders(turn),
        findings=findings(turn),
        steps=_steps(turn),
        memories=list(Memory.objects.filter(pk__in=turn.memories)),
        attempts=list(turn.attempts.order_by("gen")),
        calls=list(turn.calls.select_related("provider").order_by("pk")),
        prompt=tuple((part["role"], part["content"]) for part in turn.prompt),
        why=reasons.ended(turn.reason) if turn.reason else "",
        remedy=remedies.of(turn),
        spoken_by=_spoken_by(turn),
        sent_again=turn.retries.order_by("-pk").only("pk").first(),
    )


def _spoken_by(turn: Turn) -> str:
    if turn.trigger != Turn.Trigger.OPERATOR:
        return ""
    entries = AuditEntry.objects.filter(action="turn.speak", subject_id=str(turn.pk), subject_kind="conversations.turn")
    return entries.values_list("actor_name", flat=True).first() or ""


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


def _steps(turn: Turn) -> tuple[Step, ...]:
    """The moments that are known, in their order in time."""
    moments = [
        ("opened", turn.created_at if abs(turn.created_at - turn.due_at) > AT_ONCE else None),
        ("due", turn.due_at),
        ("typing", turn.typing_from),
        ("ready", turn.send_after),
        ("sent", turn.sent_at),
        ("ended", turn.ended_at if turn.state != Turn.State.SENT else None),
    ]
    known = sorted(((name, at) for name, at in moments if at), key=lambda step: step[1])
    return tuple(
        Step(name, at, at - before[1] if before else None)
        for before, (name, at) in zip([None, *known], known, strict=False)
    )
