"""The envelope: what goes in comes out, and nothing else ever does."""

import base64
import io
import random
from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from monitoring.backup import archive, envelope
from monitoring.backup.archive import Archive, Manifest
from monitoring.backup.refusal import Refused

CANARY = "kanarya-9f3a: Nermin Hanım'ın sırrı".encode()
MANIFEST = Manifest(
    version="0.1.0",
    database="kulis",
    created_at="2026-11-24T09:00:00+00:00",
    postgres=18,
    client=18,
    migrations=("bots.0001_initial",),
    rows={"public.bots_bot": 3},
)
PIECES = [CANARY, bytes(700), CANARY * 20, b"x"]
HEADER = len(envelope.MAGIC) + 3 + len("k1") + 32 + 16
SOMEWHERE = random.Random(7)


def other_key(name: str) -> str:
    return f"{name}:{base64.urlsafe_b64encode(b'another-key-of-32-bytes-for-test').decode()}"


@pytest.fixture
def sealed() -> bytes:
    file = io.BytesIO()
    archive.write(file, MANIFEST, PIECES)
    return file.getvalue()


def read(data: bytes) -> tuple[Archive, list[bytes]]:
    pieces: list[bytes] = []
    return archive.read(io.BytesIO(data), pieces.append), pieces


def frames(data: bytes) -> Iterator[bytes]:
    """The frames of a sealed file, as they lie there."""
    rest = data[HEADER:]
    while rest:
        length = 5 + int.from_bytes(rest[1:5])
        yield rest[:length]
        rest = rest[length:]


def test_what_was_sealed_comes_out(sealed: bytes) -> None:
    found, pieces = read(sealed)
    assert pieces == PIECES
    assert found.manifest == MANIFEST
    assert found.size == sum(map(len, PIECES))


def test_nothing_lies_in_the_clear(sealed: bytes) -> None:
    assert CANARY not in sealed
    assert b"bots_bot" not in sealed


def test_every_file_has_a_key_of_its_own(sealed: bytes) -> None:
    again = io.BytesIO()
    archive.write(again, MANIFEST, PIECES)
    assert again.getvalue()[:HEADER] != sealed[:HEADER]
    assert again.getvalue()[HEADER:] != sealed[HEADER:]


def test_a_flipped_bit_anywhere_is_noticed(sealed: bytes) -> None:
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1 << SOMEWHERE.randrange(8)
        with pytest.raises(Refused):
            read(bytes(broken))


def test_a_file_cut_off_anywhere_is_noticed(sealed: bytes) -> None:
    for length in range(len(sealed)):
        with pytest.raises(Refused):
            read(sealed[:length])


def moved(one: list[bytes]) -> list[bytes]:
    return [one[0], one[2], one[1], *one[3:]]


def repeated(one: list[bytes]) -> list[bytes]:
    return [*one[:2], one[1], *one[2:]]


def missing(one: list[bytes]) -> list[bytes]:
    return [*one[:2], *one[3:]]


def without_end(one: list[bytes]) -> list[bytes]:
    return one[:-1]


def continued(one: list[bytes]) -> list[bytes]:
    return [*one, one[1]]


@pytest.mark.parametrize("change", [moved, repeated, missing, without_end, continued])
def test_frames_cannot_be_rearranged(sealed: bytes, change: Callable[[list[bytes]], list[bytes]]) -> None:
    with pytest.raises(Refused):
        read(sealed[:HEADER] + b"".join(change(list(frames(sealed)))))


def test_frames_of_another_backup_do_not_fit(sealed: bytes) -> None:
    file = io.BytesIO()
    archive.write(file, MANIFEST, PIECES)
    mixed = [*list(frames(sealed))[:2], *list(frames(file.getvalue()))[2:]]
    with pytest.raises(Refused):
        read(sealed[:HEADER] + b"".join(mixed))


def test_a_missing_key_is_named(sealed: bytes, settings: Settings) -> None:
    settings.FIELD_KEYS = [other_key("k2")]
    with pytest.raises(Refused, match="sealed with key 'k1', which FIELD_KEYS does not hold"):
        read(sealed)


def test_another_key_under_the_same_name_is_told_from_damage(sealed: bytes, settings: Settings) -> None:
    settings.FIELD_KEYS = [other_key("k1")]
    with pytest.raises(Refused, match="Key 'k1' of FIELD_KEYS is not the one"):
        read(sealed)


def test_an_older_key_still_opens_what_it_sealed(sealed: bytes, settings: Settings) -> None:
    settings.FIELD_KEYS = [other_key("k2"), *settings.FIELD_KEYS]
    assert read(sealed)[1] == PIECES


def test_a_newer_format_is_refused_by_name(sealed: bytes) -> None:
    place = len(envelope.MAGIC) + 1
    with pytest.raises(Refused, match="format 2, this Kulis reads 1"):
        read(sealed[:place] + b"\x02" + sealed[place + 1 :])


@pytest.mark.parametrize("data", [b"", b"PGDMP", b"\x1f\x8b" + bytes(100), b"KULISBA"])
def test_another_kind_of_file_is_no_backup(data: bytes) -> None:
    with pytest.raises(Refused, match="no backup of Kulis"):
        read(data)
