"""Every code that a turn, a guard or an adapter can leave behind has its words."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bots.telegram import port as telegram
from conversations.engine import guard
from conversations.llm import port as llm
from monitoring import reasons

ENGINE = Path(guard.__file__).parent.parent
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")
_ENDS = {"end", "_skip", "ended"}
_JUDGES = re.compile(r"_?(?:blocked|stale|why_nobody)")


def family(error: type[Exception]) -> Iterator[type[Exception]]:
    yield error
    for child in error.__subclasses__():
        yield from family(child)


def engine() -> Iterator[ast.AST]:
    for path in ENGINE.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def codes_in(nodes: Iterable[ast.AST]) -> set[str]:
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {text for text in texts if _CODE.fullmatch(text)}


def written() -> set[str]:
    """Codes with which the engine ends turns: `reason=`, or an argument of a verb that ends."""
    codes: set[str] = set()
    for call in (node for node in engine() if isinstance(node, ast.Call)):
        codes |= codes_in(keyword.value for keyword in call.keywords if keyword.arg == "reason")
        verb = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        codes |= codes_in(call.args) if verb in _ENDS else set()
    return codes


def judged() -> set[str]:
    """Codes that the functions return which say whether a bot may speak."""
    functions = (node for node in engine() if isinstance(node, ast.FunctionDef) and _JUDGES.match(node.name))
    returned = (
        part
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Return)
        for part in ast.walk(node)
    )
    return codes_in(returned)


def test_every_refusal_of_telegram_and_of_models_has_words() -> None:
    codes = {error.reason for root in (telegram.TelegramError, llm.LLMError) for error in family(root)}  # type: ignore[attr-defined]  # each carries its code
    assert codes - set(reasons.ENDED) == set()


def test_every_reason_that_the_engine_writes_has_words() -> None:
    assert {"engine_stopped", "lease_lost", "chat_off"} <= written()
    assert written() - set(reasons.ENDED) == set()


def test_every_block_of_a_bot_has_words_both_ways() -> None:
    assert {"bot_paused", "own_gap", "no_candidate"} <= judged()
    assert judged() - set(reasons.ENDED) - set(reasons.BLOCKED) == set()
    of_the_turn_alone = {"no_members", "no_candidate", "expired"}
    assert judged() - of_the_turn_alone - set(reasons.BLOCKED) == set()


def test_every_rule_of_the_guard_has_words() -> None:
    rules = {rule.name for rule in (*guard.ALWAYS, guard.FIGURE)} | {"foreign_mention", "empty", "too_long", "clean"}
    assert rules - set(reasons.RULES) == set()


def test_a_guarded_reason_speaks_of_the_rule() -> None:
    assert reasons.ended("guard:promise") == reasons.RULES["promise"]


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert reasons.ended("brand_new") == "brand_new"
    assert reasons.blocked("brand_new") == "brand_new"
