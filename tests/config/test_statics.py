"""The files of the pages: a page process without them says so instead of answering with errors."""

from pathlib import Path

import pytest

from config import statics


def test_files_that_were_not_built_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="collectstatic"):
        statics.expect_built(tmp_path)


def test_files_that_were_built_are_enough(tmp_path: Path) -> None:
    (tmp_path / "staticfiles.json").write_text("{}")
    statics.expect_built(tmp_path)
