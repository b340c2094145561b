import base64
import dataclasses
import json
import os
import stat
from pathlib import Path

import pytest

from config.embedded import state
from config.embedded.refusal import Refused


def test_the_state_lies_in_the_clone_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STATE_DIR", "")
    assert state.place() == state.CLONE / ".state"
    monkeypatch.setenv("STATE_DIR", "elsewhere")
    assert state.place() == state.CLONE / "elsewhere"
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    assert state.place() == tmp_path.resolve()


def test_a_new_state_is_private_and_can_be_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "state"
    state.claim(folder).close()
    made = state.fresh()
    state.save(folder, made)
    assert state.load(folder) == made
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_two_new_states_share_no_secret() -> None:
    one, other = (dataclasses.asdict(state.fresh()) for _ in range(2))
    assert [name for name in one if one[name] == other[name]] == ["database_port", "redis_port", "database"]


def test_a_state_from_before_databases_had_names_can_be_read(tmp_path: Path) -> None:
    older = dataclasses.asdict(state.fresh())
    del older["database"]
    (tmp_path / "state.json").write_text(json.dumps(older))
    kept = state.load(tmp_path)
    assert kept is not None
    assert kept.database == "kulis"


def test_the_key_for_sealed_fields_has_a_name_and_32_bytes() -> None:
    name, _, key = state.fresh().field_keys.partition(":")
    assert name == "k1"
    assert len(base64.urlsafe_b64decode(key)) == 32


def test_a_second_claim_is_refused_and_names_the_first(tmp_path: Path) -> None:
    with (
        state.claim(tmp_path),
        pytest.raises(Refused, match=rf"already runs on {tmp_path} \(process {os.getpid()}\)"),
    ):
        state.claim(tmp_path)
    state.claim(tmp_path).close()


def test_a_folder_with_somebody_elses_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(Refused, match="not Kulis's"):
        state.claim(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_start_that_was_killed_before_it_saved_anything_is_no_stranger(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    (tmp_path / "state.json.new").write_text("{")
    state.claim(tmp_path).close()
    state.save(tmp_path, state.fresh())
    assert state.load(tmp_path)


def test_a_file_is_no_place_for_a_state(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    with pytest.raises(Refused, match="is a file"):
        state.claim(tmp_path / "state")


def test_a_folder_that_cannot_be_made_is_refused_with_the_reason() -> None:
    with pytest.raises(Refused, match="cannot be used: No such file or directory"):
        state.claim(Path("/proc/kulis"))


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "{}", json.dumps({**dataclasses.asdict(state.fresh()), "database_port": "many"})],
)
def test_a_damaged_state_is_refused_and_kept_as_it_is(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)
    with pytest.raises(Refused, match="is damaged"):
        state.load(tmp_path)
    assert (tmp_path / "state.json").read_text() == content


def test_a_second_shell_finds_what_the_first_settled(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("PORT=8000\nREDIS_URL=redis://:a=b@127.0.0.1:1/0\n")
    assert state.settings_of(tmp_path) == {"PORT": "8000", "REDIS_URL": "redis://:a=b@127.0.0.1:1/0"}
    assert state.settings_of(tmp_path / "nowhere") == {}


def test_a_refused_claim_changes_nothing_for_whoever_is_at_work(tmp_path: Path) -> None:
    with state.claim(tmp_path):
        tmp_path.chmod(0o711)
        with pytest.raises(Refused):
            state.claim(tmp_path)
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o711
