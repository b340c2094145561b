"""Logs keep one event on one line, and no secret."""

import logging
import sys

import pytest
from django.core.exceptions import DisallowedHost
from django.db import IntegrityError
from kombu.exceptions import OperationalError

from config import logs


def line(message: str, error: Exception | None = None) -> str:
    info = None
    if error:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    record = logging.LogRecord("kulis", logging.ERROR, __file__, 1, message, None, info)
    return logs.OneLine("%(levelname)s %(name)s: %(message)s").format(record)


@pytest.mark.parametrize(
    "secret",
    [
        "123456789:AAF-abcdefghijklmnopqrstuvwxyz0123456",
        "https://api.telegram.org/bot123456789:AAF-abcdefghijklmnopqrstuvwxyz0123456/getMe",
        "sk-abcdefghijklmnop0123",
        "postgresql://kulis:hunter2@db/kulis",
        "Authorization: Bearer abc.def.ghi",
    ],
)
def test_secrets_are_masked(secret: str) -> None:
    written = line(f"failed with {secret}")
    assert "***" in written
    assert not any(part in written for part in ("AAF-", "abcdefghijklmnop", "hunter2", "abc.def"))


@pytest.mark.parametrize("form", [logs.OneLine(), logs.OneObject()])
def test_what_people_wrote_stays_in_the_database(form: logging.Formatter) -> None:
    error = IntegrityError("no such chat\nDETAIL:  Failing row contains (1, gizli,\nsöz).")
    info = (IntegrityError, error, None)
    record = logging.LogRecord("kulis", logging.ERROR, __file__, 1, "It failed.", None, info)
    written = form.format(record)
    assert "no such chat" in written
    assert "gizli" not in written
    assert "z)." not in written
    assert "DETAIL: ***" in written


def test_a_line_break_in_a_message_forges_no_second_line() -> None:
    assert "\n" not in line("hello\nERROR forged: yes\r\x1b[31m")


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    assert "Traceback" in line("broken", ValueError("no number"))


def test_a_server_that_is_away_is_said_in_one_line() -> None:
    assert line("cannot send", OperationalError("Connection refused")) == (
        "ERROR kulis: OperationalError: Connection refused"
    )


def test_a_stranger_who_knocks_under_another_name_is_said_in_one_line() -> None:
    assert line("Invalid HTTP_HOST header", DisallowedHost("Invalid HTTP_HOST header: 'evil.example'")) == (
        "ERROR kulis: DisallowedHost: Invalid HTTP_HOST header: 'evil.example'"
    )
