from pathlib import Path

import pytest

from config.embedded import account
from config.embedded.account import Account
from config.embedded.ground import choose_home
from config.embedded.refusal import Refused

STRANGER = Account("stranger", 54_321, 54_321)


def test_an_account_reaches_what_every_parent_lets_it_walk_to(open_folder: Path) -> None:
    (open_folder / "state").mkdir(mode=0o711)
    assert account.reaches(STRANGER, open_folder / "state" / "servers")


def test_one_closed_parent_is_enough_to_keep_it_out(open_folder: Path) -> None:
    (open_folder / "private" / "state").mkdir(parents=True)
    (open_folder / "private").chmod(0o700)
    assert not account.reaches(STRANGER, open_folder / "private" / "state" / "servers")


def test_data_stays_where_it_is_and_is_never_begun_twice(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    assert choose_home(inside, outside, reachable=True) == inside
    assert choose_home(inside, outside, reachable=False) == outside
    outside.mkdir()
    assert choose_home(inside, outside, reachable=True) == outside


def test_data_that_cannot_be_reached_any_more_is_said_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    with pytest.raises(Refused, match="cannot reach"):
        choose_home(tmp_path / "inside", tmp_path / "outside", reachable=False)
