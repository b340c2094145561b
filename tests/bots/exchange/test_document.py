import json
from typing import Any

import pytest

from bots.exchange import document
from bots.exchange.document import Kind
from bots.exchange.remarks import Verdict
from tests.bots.exchange import irregular


def packed(data: Any, encoding: str = "utf-8") -> bytes:
    return json.dumps(data, ensure_ascii=False).encode(encoding)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"format": "kulis-cast", "version": 1, "bots": []}, Kind.KULIS),
        (irregular.CAST, Kind.PREDECESSOR),
        ([irregular.REGULAR], Kind.PREDECESSOR),
        ({"bots": [{"name": "Ali", "username": "ali_hoca"}]}, Kind.PREDECESSOR),
        ({"settings": {"scale_factor": 1}, "bots": [irregular.REGULAR]}, Kind.SETUP),
        ({"chat": {"chat_id": "-1"}}, Kind.SETUP),
    ],
)
def test_the_content_tells_which_format_it_is(data: Any, kind: Kind) -> None:
    assert document.read(packed(data)).kind is kind


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\x81\x8d\x8f\x90\x9d{}", "UTF-8"),
        (b'{"bots": [}', "line 1, column 11"),
        (b'{"bots": [\n{"name" "Ali"}]}', "line 2, column 9"),
        (b"[" * 100_000, "JSON"),
        (b'{"n": ' + b"9" * 5000 + b"}", "JSON"),
        (b"42", "bots"),
        (b"{}", "bots"),
        (b'{"bots": []}', "bots"),
        (b'{"bots": "many"}', "bots"),
        (b'{"bots": [{"age": 4}]}', "bots"),
        (b'{"format": "excel", "version": 1}', "kulis-cast"),
        (b'{"format": "kulis-cast"}', "version"),
        (b'{"format": "kulis-cast", "version": true}', "version"),
        (b'{"format": "kulis-cast", "version": 2}', "newer"),
        (b'{"bots": [{"persona": {"name": "A"}}]}', "does not say what it is"),
        (b" " * (document.MOST_BYTES + 1), "5 MB"),
    ],
)
def test_what_is_no_cast_is_told_in_one_line(raw: bytes, told: str) -> None:
    with pytest.raises(document.NotACast, match=told) as refused:
        document.read(raw)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("encoding", "repairs"), [("utf-8", 0), ("utf-8-sig", 0), ("cp1254", 1), ("utf-16", 1)])
def test_turkish_letters_survive_every_usual_encoding(encoding: str, repairs: int) -> None:
    paper = document.read(packed({"bots": [{"name": "Çağla Işık Şöğüt İnci", "username": "x"}]}, encoding))
    assert paper.data["bots"][0]["name"] == "Çağla Işık Şöğüt İnci"
    assert len(paper.remarks) == repairs


def test_a_name_that_is_given_twice_is_told_and_the_last_one_counts() -> None:
    paper = document.read(b'{"bots": [{"name": "Ali", "name": "Veli", "username": "x"}]}')
    assert paper.data["bots"][0]["name"] == "Veli"
    assert [(remark.verdict, remark.field) for remark in paper.remarks] == [(Verdict.REPAIR, "name")]
