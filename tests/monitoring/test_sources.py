"""What the browser gets: small scripts that evaluate nothing, templates that trust nothing."""

import re
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from config.env import BASE_DIR
from monitoring.templatetags import kulis

SCRIPTS = sorted((BASE_DIR / "static" / "kulis").glob("*.js"))
STYLES = sorted((BASE_DIR / "static" / "kulis").glob("*.css"))
TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))


def named(paths: list[Path]) -> list[ParameterSet]:
    return [pytest.param(path.read_text(encoding="utf-8"), id=path.name) for path in paths]


@pytest.mark.parametrize("script", named(SCRIPTS))
def test_a_script_evaluates_nothing_and_writes_no_markup(script: str) -> None:
    """`put.js` parses with DOMParser, which runs nothing; there is no other way in."""
    assert not re.search(r"\beval\b|new Function|document\.write|insertAdjacentHTML|\b(?:inner|outer)HTML\s*=", script)
    assert not re.search(r"""set(?:Timeout|Interval)\(\s*["'`]""", script)


@pytest.mark.parametrize("script", named(SCRIPTS))
def test_a_script_is_short(script: str) -> None:
    assert len(script.splitlines()) < 200


def test_markup_is_parsed_in_one_place() -> None:
    parsing = {path.name for path in SCRIPTS if "DOMParser" in path.read_text(encoding="utf-8")}
    assert parsing == {"put.js", "live.js"}  # live.js reads a whole page anew and hands its parts to put.js


@pytest.mark.parametrize("template", named(TEMPLATES))
def test_a_template_trusts_no_text(template: str) -> None:
    assert not re.search(r"\|\s*safe\b|safeseq|autoescape off", template)
    assert not re.search(r"<[^>{]+\s(?:style|on[a-z]+)=", template)


@pytest.mark.parametrize("style", named(STYLES))
def test_a_style_fetches_nothing_from_elsewhere(style: str) -> None:
    assert not re.search(r"@import|url\((?!\s*[\"']?data:)", style)


def test_there_is_a_colour_for_every_hue() -> None:
    tokens = (BASE_DIR / "static" / "kulis" / "tokens.css").read_text(encoding="utf-8")
    assert {int(hue) for hue in re.findall(r"\.hue-(\d+) ", tokens)} == set(range(kulis.HUES))
