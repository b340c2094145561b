import dataclasses
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.child import Child
from config.embedded.ledger import Entry, Ledger
from tests.config.embedded.children import eventually, shell


@pytest.fixture
def orphan() -> Iterator[Child]:
    said = io.StringIO()
    child = Child(shell("web", "echo is up; while :; do sleep 0.02; done"), lambda _, line: print(line, file=said))
    eventually(lambda: "is up" in said.getvalue())
    yield child
    child.send(child.program.hard)
    eventually(lambda: child.code() is not None)


def entry(child: Child) -> Entry:
    return Entry(child.program.name, child.pid, child.started, list(child.program.command))


def leave(folder: Path, *entries: Entry) -> Ledger:
    (folder / "processes.json").write_text(json.dumps([dataclasses.asdict(each) for each in entries]))
    return Ledger(folder)


def test_what_an_earlier_run_left_behind_is_ended(tmp_path: Path, orphan: Child) -> None:
    assert leave(tmp_path, entry(orphan)).end_orphans() == ["web"]
    eventually(lambda: orphan.code() is not None)


@pytest.mark.parametrize("other", [{"started": 12345.0}, {"command": ["/usr/bin/postgres", "-D", "/elsewhere"]}])
def test_a_process_that_only_has_the_same_number_is_left_alone(
    tmp_path: Path, orphan: Child, other: dict[str, object]
) -> None:
    claimed = dataclasses.asdict(entry(orphan)) | other
    assert leave(tmp_path, Entry(**claimed)).end_orphans() == []
    assert orphan.code() is None


def test_running_processes_are_known_by_name_and_we_are_one_of_them(tmp_path: Path, orphan: Child) -> None:
    ledger = Ledger(tmp_path)
    ledger.write([orphan])
    assert [(each.name, process.pid) for each, process in ledger.running()] == [
        ("up", os.getpid()),
        ("web", orphan.pid),
    ]


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"pid": 1}]', "null"])
def test_a_ledger_that_says_nothing_ends_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "processes.json").write_text(content)
    assert Ledger(tmp_path).end_orphans() == []


def test_before_the_first_start_there_is_nobody_to_end(tmp_path: Path) -> None:
    assert Ledger(tmp_path).end_orphans() == []
