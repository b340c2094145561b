"""The locks: one per .in, with hashes, for every Python that we support, and of everything that we import."""

import ast
import importlib.metadata
import re
import sys
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.embedded.state import CLONE

PARTS = ("base", "embedded", "tracing", "dev")
PYTHONS = ("3.11.0", "3.12.0", "3.13.0")
OURS = ("config", "bots", "conversations", "monitoring")


def wanted(part: str) -> list[Requirement]:
    lines = (CLONE / "requirements" / f"{part}.in").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.split(" #")[0]) for line in lines if line and not line.startswith(("#", "-"))]


def locked(part: str) -> list[tuple[Requirement, int]]:
    """Each pin and the number of its hashes."""
    text = (CLONE / "requirements" / f"{part}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return [(Requirement(re.sub(r"\s+--hash=\S+", "", pin)), pin.count("--hash=sha256:")) for pin in pins]


def installed_by(part: str, python: str) -> list[tuple[str, str]]:
    """Name and version of all that this lock brings to that Python on Linux."""
    there = {**default_environment(), "python_full_version": python, "python_version": python.rpartition(".")[0]}
    pins = [pin for pin, _ in locked(part)]
    return [
        (canonicalize_name(pin.name), str(pin.specifier))
        for pin in pins
        if pin.marker is None or pin.marker.evaluate({key: str(value) for key, value in there.items()})
    ]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("part", PARTS)
def test_everything_wanted_is_locked_to_exactly_one_version(part: str, python: str) -> None:
    brought = installed_by(part, python)
    names = [name for name, _ in brought]
    assert sorted(names) == sorted(set(names))
    assert {canonicalize_name(each.name) for each in wanted(part)} <= set(names)
    assert all(re.fullmatch(r"==[^,*]+", version) for _, version in brought)


@pytest.mark.parametrize("part", PARTS)
def test_every_pin_has_a_hash_and_fits_what_is_wanted(part: str) -> None:
    pins = locked(part)
    assert not [pin.name for pin, hashes in pins if not hashes]
    versions = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin, _ in pins}
    assert not [str(each) for each in wanted(part) if versions[canonicalize_name(each.name)] not in each.specifier]


@pytest.mark.parametrize("python", PYTHONS)
def test_the_locks_can_be_installed_together(python: str) -> None:
    versions: dict[str, set[str]] = {}
    for name, version in (pin for part in PARTS for pin in installed_by(part, python)):
        versions.setdefault(name, set()).add(version)
    assert not {name: found for name, found in versions.items() if len(found) > 1}


def imports(folder: Path) -> set[str]:
    """Top-level names of what the code under this folder imports."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {*OURS, "tests"}


def unlocked(folder: Path, *parts: str) -> set[str]:
    """Imports that the named locks would not bring."""
    brought = {name for part in parts for name, _ in installed_by(part, PYTHONS[0])}
    makers = importlib.metadata.packages_distributions()
    return {
        name for name in imports(folder) if not {canonicalize_name(maker) for maker in makers.get(name, [])} & brought
    }


@pytest.mark.parametrize("app", ["bots", "conversations", "monitoring"])
def test_our_applications_import_nothing_that_production_does_not_have(app: str) -> None:
    assert unlocked(CLONE / app, "base") == set()


def test_only_the_embedded_stack_and_the_export_of_spans_need_locks_of_their_own() -> None:
    assert unlocked(CLONE / "config" / "embedded", "base") == {"psutil"}
    assert unlocked(CLONE / "config", "base", "embedded") == {"opentelemetry"}
    assert unlocked(CLONE / "config", "base", "embedded", "tracing") == set()


def test_the_tests_import_nothing_unlocked() -> None:
    assert unlocked(CLONE / "tests", *PARTS) == set()


def test_the_locks_name_no_place_where_packages_come_from() -> None:
    for part in PARTS:
        assert "://" not in (CLONE / "requirements" / f"{part}.txt").read_text(encoding="utf-8")


def test_what_a_package_wants_with_extras_is_locked_with_these_extras() -> None:
    # Else older installers take the newest release for the extra, find no hash for it and stop.
    pins = {canonicalize_name(pin.name): pin for part in PARTS for pin, _ in locked(part)}
    here = {canonicalize_name(each.metadata["Name"]) for each in importlib.metadata.distributions()}
    needs = [Requirement(need) for name in pins.keys() & here for need in importlib.metadata.requires(name) or []]
    asked = [need for need in needs if need.extras and (need.marker is None or need.marker.evaluate({"extra": ""}))]
    assert asked
    assert not [
        str(need)
        for need in asked
        if canonicalize_name(need.name) in pins and not need.extras <= pins[canonicalize_name(need.name)].extras
    ]
