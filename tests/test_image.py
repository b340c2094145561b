"""What can be said of the image without building it."""

import re

import pytest

from config.embedded.state import CLONE

LINES = (CLONE / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()


def instructions(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in LINES if line.startswith(f"{name} ")]


def test_the_image_runs_as_an_ordinary_user_by_number() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


def test_everything_is_installed_from_the_hashed_lock_of_production_alone() -> None:
    (pip,) = [line for line in LINES if "pip install" in line]
    assert "--require-hashes" in pip
    assert "--requirement requirements/base.txt" in pip
    assert not [line for line in LINES if "embedded" in line or "requirements/dev" in line]


@pytest.mark.parametrize("fetcher", ["ADD ", "curl", "wget", "apt-get", "git clone"])
def test_the_build_fetches_nothing_else(fetcher: str) -> None:
    assert not [line for line in LINES if fetcher in line]


def test_the_tools_of_the_build_stay_behind() -> None:
    *_, last = [number for number, line in enumerate(LINES) if line.startswith("FROM ")]
    assert all("--from=build" in line for line in LINES[last:] if line.startswith("COPY "))
    assert not [line for line in LINES[last:] if "pip" in line or "SECRET_KEY" in line]


def test_static_files_are_built_with_their_manifest() -> None:
    assert [line for line in LINES if "STATIC_MANIFEST=1" in line and "collectstatic" in line]


def test_only_what_is_named_enters_the_build() -> None:
    lines = (CLONE / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert allowed == {
        "manage.py",
        "requirements/base.txt",
        "bots",
        "config",
        "conversations",
        "monitoring",
        "templates",
        "static",
        "docs/guide",
    }
    assert "**/.env*" in rules
