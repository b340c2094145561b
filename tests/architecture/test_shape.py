"""How the house is built: short files, short functions, honest names, one way to write a turn."""

import ast
import re
from statistics import median

import pytest
from django.core.management import get_commands

from tests.architecture import source

LONGEST_FILE, LONGEST_FUNCTION = 330, 40
USUAL_FILE, USUAL_FUNCTION = 90, 10
NAMELESS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "service",
    "managers",
    "manager",
    "misc",
    "common",
    "base",
}
TURN_WRITERS = ("conversations/engine/", "conversations/control.py", "monitoring/backup/settle.py", "monitoring/bench/")
"""The engine and the switch; a restore, which ends what was open; the bench, in a database of its own."""
WRITES = {"create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}


def lengths(*tops: str) -> dict[str, int]:
    return {source.name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in source.modules(*tops)}


def functions() -> dict[str, int]:
    return {
        f"{where}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for where, node in source.nodes()
        if isinstance(node, source.Function)
    }


@pytest.mark.parametrize("top", [*source.APPS, "tests"])
def test_no_file_is_longer_than_somebody_reads(top: str) -> None:
    assert {name: lines for name, lines in lengths(top).items() if lines > LONGEST_FILE} == {}


def test_most_files_and_functions_are_short() -> None:
    assert median(lines for lines in lengths().values() if lines) < USUAL_FILE
    assert median(functions().values()) <= USUAL_FUNCTION


def test_no_function_is_longer_than_a_screen() -> None:
    assert {name: lines for name, lines in functions().items() if lines > LONGEST_FUNCTION} == {}


def test_a_module_is_named_after_what_it_is_about() -> None:
    assert [
        source.name(path) for path in source.modules() if path.stem in NAMELESS or path.parent.name in NAMELESS
    ] == []


def test_nothing_is_scheduled_inside_celery() -> None:
    asked = {keyword.arg for _where, call in source.calls() for keyword in call.keywords}
    assert not asked & {"countdown", "eta"}


def test_nothing_happens_behind_anybodys_back() -> None:
    """No signal of Django carries domain flow. To send one, as the sign-in does for the lockout, hides nothing."""
    signals = {
        (where, alias.asname or alias.name)
        for where, node in source.nodes()
        if isinstance(node, ast.ImportFrom) and node.module and re.match(r"django.*\bsignals$", node.module)
        for alias in node.names
    }
    listened = {
        where
        for where, call in source.calls()
        if source.called(call) == "receiver"
        or (source.called(call) == "connect" and (where, source.root(call).split(".")[0]) in signals)
    }
    assert listened == set()


def test_no_model_saves_in_a_way_of_its_own() -> None:
    overridden = [
        f"{where}:{model.name}"
        for where, model in source.nodes("bots/models", "conversations/models", "monitoring")
        if isinstance(model, ast.ClassDef) and any("Model" in ast.unparse(base) for base in model.bases)
        for verb in model.body
        if isinstance(verb, source.Function) and verb.name in {"save", "delete"}
    ]
    assert overridden == []


def test_a_turn_is_written_in_one_place() -> None:
    written = {
        where
        for where, call in source.calls()
        if (source.called(call) in WRITES and source.root(call) in {"Turn.objects", "SendAttempt.objects"})
        or (isinstance(call.func, ast.Name) and call.func.id in {"Turn", "SendAttempt"})
    }
    assert {where for where in written if not where.startswith(TURN_WRITERS)} == set()
    assert any(where.startswith("conversations/engine/") for where in written)


def test_every_command_has_a_test_that_calls_it() -> None:
    ours = {command for command, app in get_commands().items() if str(app).split(".")[0] in source.APPS}
    tried = {
        call.args[0].value
        for _where, call in source.calls("tests")
        if source.called(call) in {"call_command", "run", "answer", "refused", "manage"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert ours - tried == set()
    assert {"engine", "chat", "rehearse", "listen", "up"} <= ours


def test_the_sdk_of_the_providers_is_loaded_by_who_asks_one_and_at_no_start() -> None:
    sdk = {"openai", "conversations.llm.openai_api", "conversations.llm.answers"}
    loading = {
        source.name(path)
        for path in source.modules(*source.APPS)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        for name in imported(node)
        if name in sdk or name.startswith("openai.")
    }
    assert loading == {"conversations/llm/openai_api.py", "conversations/llm/answers.py"}


def imported(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
