import subprocess
import sys

import pytest

from tests.fakes.handles import ROOT, TelegramFake

SERVERS = ["tests.fakes.telegram_server", "tests.fakes.openai_server"]


def start(module: str, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", module, *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.processes
@pytest.mark.parametrize("module", SERVERS)
def test_a_fake_says_its_port_and_ends_with_whoever_started_it(module: str) -> None:
    with start(module) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline().strip().isdigit()
        process.stdin.close()
        assert process.wait(timeout=10) == 0


@pytest.mark.processes
def test_a_taken_port_is_said(telegram_server: TelegramFake) -> None:
    port = telegram_server.root.rpartition(":")[2]
    with start(SERVERS[0], "--port", port) as process:
        assert process.wait(timeout=10) == 1
        _, said = process.communicate()
    assert said.strip() == f"Port {port} of 127.0.0.1 cannot be used: address already in use."


@pytest.mark.processes
def test_a_cast_can_be_made_from_the_command_line() -> None:
    with start(SERVERS[0], "--bots", "2", "--group", "Borsa sohbeti") as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().split("  ") for _ in range(4)]
        process.communicate(timeout=10)
    assert [line[0].strip() for line in lines[1:]] == ["@bot1", "@bot2", "Borsa sohbeti"]
