import itertools
import re

from config.embedded import programs
from config.embedded.child import Program


def named() -> dict[str, Program]:
    return {program.name: program for program in (*programs.ours(port=8123), programs.poller())}


def test_the_page_comes_first_and_answers_to_this_machine_alone() -> None:
    first, *_ = programs.ours(port=8123)
    assert first.name == "web"
    assert re.search("-b 127.0.0.1 -p 8123 ", " ".join(first.command))


def test_every_queue_has_one_worker() -> None:
    lists = [
        command[command.index("-Q") + 1].split(",")
        for command in (p.command for p in named().values())
        if "-Q" in command
    ]
    assert sorted(itertools.chain(*lists)) == ["compose", "deliver", "inbox", "upkeep"]


def test_whoever_gives_work_stops_before_whoever_does_it() -> None:
    stages = {name: program.stage for name, program in named().items()}
    assert stages["beat"] > stages["writer"] == stages["sender"] > stages["web"] == stages["listen"] > 1


def test_no_secret_stands_in_a_command_line() -> None:
    words = " ".join(word for program in named().values() for word in program.command)
    assert "redis://" not in words
    assert "postgres" not in words
