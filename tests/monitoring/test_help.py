"""Help: the same in every language, and a place in it for whatever Kulis says."""

import io
import re
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from monitoring import badge, checklist, people, probes, reasons
from monitoring.grants import Role
from monitoring.help import chapters, doctor_lines, entries
from tests import guests, staff, stagehands
from tests.architecture import source

PLACE = configured.BASE_DIR / chapters.PLACE
TABLES = [
    reasons.ENDED, reasons.RULES, reasons.BLOCKED, reasons.PARTS, reasons.CEILINGS, reasons.CALLS, reasons.RISKS,
    reasons.GROUNDS, reasons.SILENCE,
]  # fmt: skip
LINE = re.compile(r"""\b(?:ok|warn|fail)\(\s*f?"([a-z]+)|name = f"([a-z]+) |f"(breaker|gate|retries|budget|process) """)


def anchors(page: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', page))


def texts(language: str) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (PLACE / language).glob("*.md")}


# --- The guides ------------------------------------------------------------------------------------------------------
def test_each_language_has_the_same_chapters_headings_and_pictures() -> None:
    turkish, english = texts("tr"), texts("en")
    assert set(turkish) == set(english) == set(chapters.NAMES)
    for name in chapters.NAMES:
        marks = [re.findall(r"^#+ ", told[name], re.MULTILINE) for told in (turkish, english)]
        assert marks[0] == marks[1], name
        pictures = [re.findall(r"pictures/\w\w/([\w-]+\.png)", told[name]) for told in (turkish, english)]
        assert pictures[0] == pictures[1], name


def test_every_picture_is_there_and_says_what_it_shows() -> None:
    for language in ("tr", "en"):
        for told in texts(language).values():
            for words, source_of in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", told):
                assert words
                assert (PLACE / language / source_of).is_file(), source_of
                assert f"/{language}/" in source_of


@pytest.mark.django_db
def test_every_link_of_the_help_leads_somewhere() -> None:
    desk = staff.at_the_desk()
    named = [reverse("help-chapter", args=[name]) for name in chapters.NAMES]
    others = [reverse("help"), reverse("help-reasons"), reverse("help-doctor")]  # the same in each language
    for language, pages in (("tr", [*others, *named]), ("en", named)):
        desk.cookies["kulis-language"] = language
        shown = {page: desk.get(page).content.decode() for page in pages}
        for page, html in shown.items():
            for target in re.findall(r'<(?:a|img)[^>]+(?:href|src)="([^"]+)"', html.split('class="guide"')[1]):
                path, _hash, anchor = target.partition("#")
                path = path or page
                if path in shown:
                    assert not anchor or anchor in anchors(shown[path]), (page, target)
                else:
                    assert path.startswith("/static/") or resolved(path), (page, target)


def resolved(path: str) -> bool:
    try:
        return bool(resolve(path.partition("?")[0]))
    except Resolver404:
        return False


# --- Reasons and lines of doctor -------------------------------------------------------------------------------------
def test_every_reason_has_its_entry_and_every_entry_a_chapter() -> None:
    assert {id(kind.codes) for kind in entries.KINDS} == {id(table) for table in TABLES}
    assert sum(len(table) for table in TABLES) > 130
    for kind in entries.KINDS:
        for entry in entries.of(kind):
            assert entry.words
            assert entry.todo
            assert entries.address(kind.name, entry.code).endswith(f"#{entry.anchor}")
            name, _hash, anchor = entry.chapter.partition("#")
            assert anchor in {section.anchor for section in chapters.read(name, "en").sections}, entry.chapter


def test_each_reason_is_shown_where_its_address_leads() -> None:
    told = [entry.anchor for kind in entries.KINDS for entry in entries.of(kind)]
    assert len(told) == len(set(told))
    assert entries.address("ended", "guard:promise").endswith("#rule-promise")
    assert entries.address("call", "llm_busy").endswith("#ended-llm-busy")
    assert entries.address("ended", "of_a_later_version") == ""


def test_every_line_that_doctor_can_print_is_explained() -> None:
    written = {
        next(filter(None, found))
        for path in source.modules("monitoring/probes")
        for found in LINE.findall(path.read_text(encoding="utf-8"))
    }
    assert {"database", "worker", "token", "privacy", "breaker"} <= written
    assert written == set(doctor_lines.LINES)


@pytest.mark.django_db
def test_doctor_says_where_its_lines_are_explained() -> None:
    assert [one.name for one in probes.examine() if not doctor_lines.address(one.name)] == []
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", stdout=out, no_color=True)
    assert f"{configured.PUBLIC_URL}/help/doctor/#line-worker" in out.getvalue()


@pytest.mark.django_db
def test_the_story_of_a_turn_leads_to_its_reason() -> None:
    turn = stagehands.turn(stagehands.room([]), state="skipped", reason="budget")
    page = staff.at_the_desk().get(turn.get_absolute_url()).content.decode()
    assert "/help/reasons/#ended-budget" in page


@pytest.mark.django_db
def test_everybody_of_the_house_reads_the_help_and_nobody_else() -> None:
    for role in Role:
        page = staff.at_the_desk(role, f"biri_{role}").get(reverse("help")).content.decode()
        assert reverse("help-chapter", args=["stopping"]) in page
    assert Client().get(reverse("help")).status_code == 302
    assert staff.at_the_desk(Role.ANALYST).get("/help/no-such-chapter/").status_code == 404


# --- Demo, test or live; what is left to do --------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_badge_says_who_can_hear_the_cast(settings: Any) -> None:
    assert badge.now() is badge.TEST
    guests.demo(settings)
    assert badge.now() is badge.DEMO
    group = stagehands.group(stagehands.troupe(1))
    settings.TELEGRAM_MODE = "polling"
    assert badge.now() is badge.LIVE
    type(group).objects.update(mode="paused")
    assert badge.now() is badge.DEMO


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_each_role_has_a_list_of_its_own_whose_links_it_may_follow(role: Role) -> None:
    user = staff.equipped("biri", role)
    browser = staff.browser(user)
    told = checklist.of(user)
    assert told is not None
    assert len(told.items) >= 3
    for item in told.items:
        assert browser.get(item.address, follow=True).status_code == 200, item.title
    home = browser.get("/admin/").content.decode()
    assert 'id="checklist-title"' in home


@pytest.mark.django_db
def test_the_list_follows_how_things_are() -> None:
    user = staff.equipped("zeynep", Role.ADMIN)

    def left() -> int:
        told = checklist.of(user)
        return len(told.left) if told else 0

    before = left()
    other = staff.account("ayse", Role.ADMIN)
    stagehands.group(stagehands.troupe(1))
    assert left() == before - 2
    people.deactivate(other, by="tests")
    assert left() == before - 1
