"""An entry for every reason code: what it says, what to do about it, and where the guide tells more."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from monitoring import reasons, remedies
from monitoring.help import advice
from monitoring.reasons import Words


@dataclass(frozen=True, slots=True)
class Entry:
    kind: str
    code: str
    words: Words
    todo: Words
    chapter: str
    """Where the guide tells more: name#anchor."""

    @property
    def anchor(self) -> str:
        return _anchor(self.kind, self.code)


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    title: Words
    about: Words
    codes: Mapping[str, Words]
    usual: Words
    """What to do where the code has no advice of its own."""
    chapter: str


KINDS = (
    Kind(
        "silence", _("Why a chat is silent"),
        _("Shown over the talk, under its title."), reasons.SILENCE,
        _("Look at the page of the chat."), "what-to-do#nobody-speaks",
    ),
    Kind(
        "blocked", _("Why a bot was passed over"),
        _("Shown beside the members of a chat, and in the story of a turn."), reasons.BLOCKED,
        _("Nothing to do: it speaks again by itself."), "what-to-do#one-bot-does-not-speak",
    ),
    Kind(
        "ended", _("Why a turn ended"),
        _("Shown in the story of a turn and in the lists of turns."), reasons.ENDED,
        _("Nothing to do: this is how it should be."), "what-to-do#a-message-did-not-arrive",
    ),
    Kind(
        "rule", _("What the guard found"),
        _("Shown in the story of a turn and on the cards of the approvals."), reasons.RULES,
        _("Nothing to do: such words never leave. If it happens often, change the persona or choose another model."),
        "moderating#what-the-guard-stops",
    ),
    Kind(
        "ground", _("Why a held message asks for care"),
        _("Shown on the cards of the approvals."), reasons.GROUNDS,
        _("Read it with that in mind before you approve it."), "moderating#risk",
    ),
    Kind(
        "risk", _("How much care it asks for"),
        _("The mark on a card of the approvals."), reasons.RISKS,
        _("The higher, the more carefully it is read. High ones are decided one by one."), "moderating#risk",
    ),
    Kind(
        "call", _("What became of a call to a model"),
        _("Shown in the story of a turn, in the ledger and under Spending."), reasons.CALLS,
        _("Nothing to do."), "money#providers",
    ),
    Kind(
        "ceiling", _("What limits the cast"),
        _("Shown on the overview, under the messages a minute."), reasons.CEILINGS,
        _("Nothing to do, unless you want more messages."), "going-live#pace",
    ),
    Kind(
        "part", _("What a candidate's score is made of"),
        _("Shown in the story of a turn: who could have spoken, and why this one."), reasons.PARTS,
        _("Nothing to do. A larger number means a better chance to speak."), "rehearsal#why-this-message",
    ),
)  # fmt: skip
_BY_NAME = {kind.name: kind for kind in KINDS}


def of(kind: Kind) -> list[Entry]:
    return [_entry(kind, code, words) for code, words in kind.codes.items()]


def address(kind: str, code: str) -> str:
    """The page and place where a code is explained; empty for a code that has no entry."""
    if kind == "call" and code not in reasons.CALLS:
        kind = "ended"
    if code.startswith("guard:"):
        kind, code = "rule", code.partition(":")[2]
    known = code in _BY_NAME[kind].codes
    return f"{reverse('help-reasons')}#{_anchor(kind, code)}" if known else ""


def _entry(kind: Kind, code: str, words: Words) -> Entry:
    own = advice.OWN.get(kind.name, {}).get(code)
    todo = own or (remedies.REASONS.get(code) if kind.name in {"ended", "call"} else None) or kind.usual
    return Entry(kind.name, code, words, todo, advice.CHAPTERS.get(code, kind.chapter))


def _anchor(kind: str, code: str) -> str:
    return f"{kind}-{code.replace('_', '-')}"
