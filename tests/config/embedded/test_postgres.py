from pathlib import Path

import pytest

from config.embedded import postgres
from config.embedded.postgres import Postgres
from config.embedded.refusal import Refused


def over(data: Path) -> Postgres:
    return Postgres(data=data, shelf=data, port=1, admin_password="a", owner_password="b")


def test_data_of_another_major_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("17\n")
    with pytest.raises(Refused, match=r"written by PostgreSQL 17; this is 18\. Make a backup"):
        over(tmp_path).lay()


def test_a_folder_that_lost_its_data_is_refused_and_not_laid_anew(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no PostgreSQL data folder"):
        over(tmp_path).lay()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "is_dull"),
    [
        ("LOG:  checkpoint complete", True),
        ("FATAL:  the database system is starting up", True),
        ("ERROR:  out of shared memory", False),
        ("WARNING:  page verification failed", False),
        ("PANIC:  could not write to file", False),
    ],
)
def test_the_log_shows_what_is_wrong_and_not_what_is_usual(line: str, is_dull: bool) -> None:
    assert bool(postgres.DULL.search(line)) == is_dull
