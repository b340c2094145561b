"""Two people at one form: nothing of either is lost without a word."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from conversations import control
from conversations.models import Chat
from tests import desk, staff, stagehands


def opened() -> tuple[Client, str, dict[str, Any]]:
    chat, browser = stagehands.room([], title="Oda"), staff.at_the_desk()
    page = desk.address(Chat, "change", chat.pk)
    return browser, page, desk.form(browser, page)


@pytest.mark.django_db
def test_what_somebody_else_changed_meanwhile_is_not_overwritten_and_both_values_are_shown() -> None:
    browser, page, typed = opened()
    control.adjust(Chat.objects.get(), title="Onların adı", by="tests")
    answer = browser.post(page, {**typed, "title": "Benim adım"})
    form = answer.context["adminform"].form
    assert Chat.objects.get().title == "Onların adı"
    assert "Onların adı" in form.errors["title"][0]
    assert 'value="Benim adım"' in answer.content.decode()
    desk_again = {**typed, "title": "Benim adım", "initial-title": form.data["initial-title"]}
    assert browser.post(page, desk_again).status_code == 302
    assert Chat.objects.get().title == "Benim adım"


@pytest.mark.django_db
def test_a_field_that_was_not_touched_takes_the_newer_value() -> None:
    browser, page, typed = opened()
    control.adjust(Chat.objects.get(), tempo=3.0, topics=["Altın"], by="tests")
    answer = browser.post(page, {**typed, "title": "Benim adım"})
    form = answer.context["adminform"].form
    assert (form.data["tempo"], form.data["topics"]) == ("3.0", "Altın")
    assert len(form.non_field_errors()) == 3
    assert Chat.objects.get().title == "Oda"


@pytest.mark.django_db
def test_lines_that_a_browser_ends_in_its_own_way_are_no_change_of_anybody() -> None:
    browser, page, typed = opened()
    sent = {name: value.replace("\n", "\r\n") if isinstance(value, str) else value for name, value in typed.items()}
    assert browser.post(page, {**sent, "title": "Benim adım"}).status_code == 302
    assert Chat.objects.get().title == "Benim adım"


@pytest.mark.django_db
def test_a_form_without_a_word_about_what_it_was_opened_with_is_taken_as_it_is() -> None:
    browser, page, typed = opened()
    control.adjust(Chat.objects.get(), tempo=3.0, by="tests")
    bare = {name: value for name, value in typed.items() if not name.startswith("initial-")}
    assert browser.post(page, {**bare, "title": "Benim adım"}).status_code == 302
    assert Chat.objects.get().tempo == 1.0


@pytest.mark.django_db
def test_a_box_that_somebody_else_ticked_stays_ticked() -> None:
    browser, page, typed = opened()
    assert "observes_hours" not in typed
    control.adjust(Chat.objects.get(), observes_hours=True, by="tests")
    answer = browser.post(page, {**typed, "title": "Benim adım"})
    assert answer.status_code == 200
    assert "observes_hours" in answer.context["adminform"].form.data


@pytest.mark.commits
def test_of_two_who_save_in_the_same_moment_the_second_is_told(
    committed: None, django_db_blocker: DjangoDbBlocker
) -> None:
    browser, page, typed = opened()
    start, codes = threading.Barrier(2), []

    def save(title: str) -> None:
        other = Client()
        other.cookies = browser.cookies
        start.wait()
        with django_db_blocker.unblock():
            codes.append(other.post(page, {**typed, "title": title}).status_code)
            connection.close()

    threads = [threading.Thread(target=save, args=(title,)) for title in ("Birinci", "İkinci")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 302]
