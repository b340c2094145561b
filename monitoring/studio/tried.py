"""What came of trying a bot out, as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bots.models import Bot
from conversations import trying
from conversations.engine.compose import Draft
from conversations.models import Chat
from conversations.trying import Line, Scenario, Shown
from monitoring import reasons


@dataclass(frozen=True, slots=True)
class Verdict:
    stage: str
    words: reasons.Words
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Try:
    """One draft with the prompt that it answers."""

    text: str
    final: str
    verdicts: Sequence[Verdict]
    prompt: Sequence[tuple[str, str]]
    model: str
    provider: str


@dataclass(frozen=True, slots=True)
class Outcome:
    shown: Shown
    tries: Sequence[Try]
    cost: Decimal
    read: int
    written: int
    ms: int


def scenario(given: dict[str, Any], bot: Bot) -> Scenario:
    """What somebody made up, as a scene. Raises ValidationError."""
    number = int(given["chat"] or 0)
    chat = Chat.objects.filter(pk=number, memberships__bot=bot, memberships__ended_at=None).first() if number else None
    return Scenario(
        chat, lines(given["talk"]), given["topic"].strip(), given["headline"].strip(), given["source"].strip()
    )


def lines(talk: str) -> tuple[Line, ...]:
    """One message a line, with its speaker before a colon; who is not named is a guest."""
    found = [_line(raw) for raw in talk.splitlines() if raw.strip()]
    if len(found) > trying.MOST_LINES:
        raise ValidationError({"talk": _("At most %(most)d lines.") % {"most": trying.MOST_LINES}})
    return tuple(found)


def _line(raw: str) -> Line:
    speaker, colon, text = raw.partition(":")
    if colon and text.strip() and len(speaker.split()) <= 4:
        return Line(speaker.strip(), text.strip())
    return Line(_("Guest"), raw.strip())


def outcome(shown: Shown) -> Outcome:
    totals: dict[str, Any] = shown.totals
    return Outcome(
        shown=shown,
        tries=[_try(draft) for draft in shown.drafts],
        cost=totals["cost"],
        read=totals["prompt_tokens"],
        written=totals["completion_tokens"],
        ms=totals["model_ms"],
    )


def _try(draft: Draft) -> Try:
    return Try(
        text=draft.text,
        final=draft.final,
        verdicts=[Verdict(v.stage, reasons.rule(v.rule), v.passed, v.detail) for v in draft.verdicts],
        prompt=[(message.role, message.content) for message in draft.asked.messages],
        model=draft.answer.model,
        provider=draft.answer.provider.name,
    )
