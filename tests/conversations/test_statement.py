"""Statements of the quick path, with their parameters put in."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from conversations import statement


def asked(text: str, **values: Any) -> Any:
    with connection.cursor() as cursor:
        statement.run(cursor, text, values)
        return cursor.fetchone()


@pytest.mark.django_db
def test_what_is_asked_for_arrives_as_it_is_whatever_it_holds() -> None:
    hard = "O'Hara %(name)s %% \\ -- ; DROP TABLE x; İıŞş"
    assert asked("SELECT %(a)s::text, %(b)s::int, %(a)s::text", a=hard, b=None) == (hard, None, hard)
    assert asked("SELECT %(list)s::text[], %(wait)s::interval", list=["a", "b'"], wait=timedelta(seconds=3)) == (
        ["a", "b'"],
        timedelta(seconds=3),
    )


@pytest.mark.django_db
def test_a_doubled_per_cent_sign_is_one() -> None:
    assert asked("SELECT 7 %% 4, %(b)s", b=1) == (3, 1)


@pytest.mark.django_db
def test_more_may_be_given_than_is_asked_for_and_never_less() -> None:
    assert asked("SELECT %(a)s", a=1, b=2) == (1,)
    with pytest.raises(KeyError):
        asked("SELECT %(a)s", b=2)


def test_a_statement_comes_from_the_file_beside_its_module_without_comments() -> None:
    from conversations.engine import world  # where a file stands beside a module

    text = statement.beside(world.__file__)
    assert text.startswith("WITH present AS MATERIALIZED")
    assert "--" not in text
    assert "\n" not in text
