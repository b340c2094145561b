import io

import pytest
from typing_extensions import override

from config.embedded.log import Log


class Terminal(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


def test_each_line_begins_with_who_says_it() -> None:
    paper = io.StringIO()
    log = Log(paper)
    log.say("web", "hello")
    log.say("postgres", "merhaba")
    assert paper.getvalue() == "web      │ hello\npostgres │ merhaba\n"


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    paper = Terminal()
    Log(paper).say("web", "hello")
    assert paper.getvalue() == "\x1b[32mweb     \x1b[0m │ hello\n"


def test_a_terminal_that_wants_no_colour_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    paper = Terminal()
    Log(paper).say("web", "hello")
    Log(paper).tell("Ready.")
    assert paper.getvalue() == "web      │ hello\nReady.\n"


def test_what_children_say_can_neither_steer_the_terminal_nor_show_a_token() -> None:
    paper = io.StringIO()
    Log(paper).say("web", "\x1b[2Jsent with 123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert paper.getvalue() == "web      │ ?[2Jsent with ***\n"


def test_a_closed_terminal_stops_nobody() -> None:
    paper = io.StringIO()
    log = Log(paper)
    paper.close()
    log.tell("Stopping …")
