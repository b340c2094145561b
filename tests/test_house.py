"""Promises of the whole repository."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command

from config.embedded.state import CLONE


def tracked() -> list[Path]:
    """Every text file that git knows; a copy without git has all its files looked at."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CLONE, capture_output=True, text=True, check=False).stdout
    return [CLONE / name for name in listed.split("\0") if name and (CLONE / name).is_file()]


@pytest.mark.django_db
def test_no_change_of_a_model_lacks_its_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_variable_that_is_read_is_explained() -> None:
    read = {
        name
        for path in (CLONE / "config" / "settings.py", CLONE / "config" / "embedded" / "ports.py")
        for name in re.findall(r'(?:env\.\w+|environ\.get)\("([A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    explained = set(re.findall(r"^([A-Z_]+)=", (CLONE / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert read <= explained


def test_make_lists_what_it_can_do() -> None:
    said = subprocess.run(["make"], cwd=CLONE, capture_output=True, text=True, check=True).stdout
    assert {"make run", "make test", "make install"} <= {" ".join(line.split()[:2]) for line in said.splitlines()}


def test_no_file_names_a_place_on_one_machine() -> None:
    place = re.compile(r"/(?:home|Users|root|work)/\w")
    texts = {path: path.read_bytes() for path in tracked() if path.suffix not in {".mo", ".png", ".webp", ".woff2"}}
    assert not [path for path, text in texts.items() if place.search(text.decode("utf-8", "replace"))]
