"""`manage.py up` before anything is started: what it asks of the machine, and how it says no."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded import state

pytestmark = pytest.mark.processes


def up(folder: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    nothing = {"DATABASE_URL": "", "REDIS_URL": "", "SECRET_KEY": "", "FIELD_KEYS": "", "PORT": ""}
    return subprocess.run(
        [sys.executable, str(state.CLONE / "manage.py"), "up", *words],
        env=os.environ | nothing | {"STATE_DIR": str(folder)} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_is_given_where_nothing_is_set_up(tmp_path: Path) -> None:
    said = up(tmp_path / "state", "--help")
    assert said.returncode == 0
    assert "PORT chooses the port" in said.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = up(tmp_path, PORT=str(other.getsockname()[1]))
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert said.stderr.startswith("up: PORT ")


def test_a_wrong_setting_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    said = up(tmp_path, TELEGRAM_MODE="pigeon", DATABASE_URL="postgresql://db.example/x", REDIS_URL="redis://r.example")
    assert said.returncode == 1
    assert said.stderr == ("TELEGRAM_MODE: is 'pigeon'; it should be one of webhook, polling, off. See .env.example.\n")


def test_servers_that_are_named_are_not_embedded_and_their_addresses_not_written_down(tmp_path: Path) -> None:
    up(tmp_path, TELEGRAM_MODE="pigeon", DATABASE_URL="postgresql://db.example/x", REDIS_URL="redis://r.example")
    settled = state.settings_of(tmp_path)
    assert not {"DATABASE_URL", "REDIS_URL"} & set(settled)
    assert settled["PUBLIC_URL"] == f"http://localhost:{settled['PORT']}"
    assert not (tmp_path / "servers").exists()


def test_a_command_without_settings_names_the_first_that_is_missing(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, str(state.CLONE / "manage.py"), "check"],
        env={"STATE_DIR": str(tmp_path), "PATH": os.defpath, "SECRET_KEY": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stderr) == (
        1,
        (
            "SECRET_KEY: is not set, and there is no safe default."
            " `make run` sets everything up here; is STATE_DIR right? See .env.example.\n"
        ),
    )
