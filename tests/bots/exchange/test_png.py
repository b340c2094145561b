"""Cards inside pictures: what is sound is read, what is damaged or too large is told in one line."""

import base64
import json
import struct
import zlib
from typing import Any

import pytest

from bots.exchange import document, png
from bots.exchange.document import Kind
from tests.bots.exchange.foreign import characters


def chunk(kind: bytes, data: bytes, *, crc: int | None = None, length: int | None = None) -> bytes:
    checked = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data) if length is None else length) + kind + data + struct.pack(">I", checked)


HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
BODY = chunk(b"IDAT", zlib.compress(b"\0\0"))
END = chunk(b"IEND", b"")


def picture(*chunks: bytes) -> bytes:
    return png.SIGNATURE + HEAD + b"".join(chunks) + BODY + END


def packed(data: Any) -> bytes:
    return base64.b64encode(json.dumps(data).encode())


V2, V3 = packed(characters.V2), packed(characters.V3)


@pytest.mark.parametrize(
    ("chunks", "kind"),
    [
        ([chunk(b"tEXt", b"chara\0" + V2)], Kind.CARD_V2),
        ([chunk(b"tEXt", b"Chara\0" + packed(characters.CARD))], Kind.CARD_V1),
        ([chunk(b"tEXt", b"chara\0" + V2), chunk(b"tEXt", b"ccv3\0" + V3)], Kind.CARD_V3),
        ([chunk(b"tEXt", b"ccv3\0" + V3)], Kind.CARD_V3),
        ([chunk(b"tEXt", b"Comment\0hello"), chunk(b"zTXt", b"chara\0\0" + zlib.compress(V2))], Kind.CARD_V2),
        ([chunk(b"iTXt", b"chara\0\0\0\0\0" + V2)], Kind.CARD_V2),
        ([chunk(b"iTXt", b"chara\0\1\0tr\0kart\0" + zlib.compress(V2))], Kind.CARD_V2),
        ([chunk(b"tEXt", b"chara\0" + V2[:40] + b"\n" + V2[40:])], Kind.CARD_V2),
    ],
)
def test_a_card_is_found_however_the_picture_carries_it(chunks: list[bytes], kind: Kind) -> None:
    assert document.read(picture(*chunks)).kind is kind


def test_what_stands_behind_the_picture_is_no_part_of_it() -> None:
    assert document.read(picture(chunk(b"tEXt", b"chara\0" + V2)) + b"PK\3\4" + bytes(99)).kind is Kind.CARD_V2


BOMB = zlib.compress(bytes(64 * 1024 * 1024), 9)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (png.SIGNATURE, "no end"),
        (picture()[:-12], "no end"),
        (png.SIGNATURE + BODY + END, "does not begin"),
        (png.SIGNATURE + chunk(b"IHDR", b"123") + END, "does not begin"),
        (png.SIGNATURE + HEAD + HEAD + END, "does not begin"),
        (picture(), "no character card"),
        (picture(chunk(b"tEXt", b"chara\0" + V2, crc=1)), "checksum"),
        (picture(chunk(b"tEXt", b"chara\0" + V2, length=0x7FFFFFFF)), "cut off"),
        (picture(chunk(b"tEXt", b"chara\0" + V2, length=0xFFFFFFFF)), "cut off"),
        (picture(chunk(b"tEXt", b"chara\0" + b"%%%")), "base64"),
        (picture(chunk(b"tEXt", b"chara\0" + base64.b64encode(b"{"))), "line 1, column 2"),
        (picture(chunk(b"tEXt", b"chara\0" + base64.b64encode(b"{}"))), "no cast"),
        (picture(chunk(b"tEXt", b"chara")), "empty"),
        (picture(chunk(b"zTXt", b"chara\0\0" + b"not packed")), "cannot be unpacked"),
        (picture(chunk(b"zTXt", b"chara\0\0" + zlib.compress(V2)[:-9])), "cannot be unpacked"),
        (picture(chunk(b"zTXt", b"chara\0\7" + zlib.compress(V2))), "unknown way"),
        (picture(chunk(b"zTXt", b"chara\0\0" + BOMB)), "larger than 10 MB"),
        (picture(chunk(b"iTXt", b"chara\0\1\0\0\0" + BOMB)), "larger than 10 MB"),
        (picture(chunk(b"tEXt", b"chara\0" + base64.b64encode(b" " * (document.MOST_BYTES + 1)))), "5 MB"),
        (picture(*[chunk(b"tEXt", b"a\0")] * (png.MOST_CHUNKS + 1)), "no end"),
        (png.SIGNATURE + bytes(document.MOST_PICTURE), "20 MB"),
    ],
)
def test_a_picture_that_is_damaged_or_hostile_is_told_in_one_line(raw: bytes, told: str) -> None:
    with pytest.raises(document.NotACast, match=told) as refused:
        document.read(raw)
    assert "\n" not in str(refused.value)


def test_a_drawn_picture_is_a_sound_one_and_carries_its_texts() -> None:
    drawn = png.drawn(bytes(range(32)), {"chara": V2, "ccv3": V3})
    assert png.texts(drawn, wanted=("chara", "ccv3"), most=1 << 20) == {"chara": V2, "ccv3": V3}
    kinds = [kind for kind, _data in png._chunks(drawn)]
    assert kinds == [b"IHDR", b"PLTE", b"tEXt", b"tEXt", b"IDAT"]
    [pixels] = [zlib.decompress(data) for kind, data in png._chunks(drawn) if kind == b"IDAT"]
    assert len(pixels) == 120 * 121
    assert drawn == png.drawn(bytes(range(32)), {"chara": V2, "ccv3": V3})
