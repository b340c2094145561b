"""The texts inside a PNG, and a small PNG with texts inside. Strict: a file that is not what it says is refused.

No picture is ever unpacked: of a file only its chunks of text are looked into, and those within bounds.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from itertools import islice

from django.utils.translation import gettext as _

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 20_000
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_SIDE = 10
"""Fields of the pattern on each side, and twelve pixels to a field."""


class BadPicture(Exception):
    """The file is no sound PNG; the text is a sentence for people."""


def texts(raw: bytes, *, wanted: tuple[str, ...], most: int) -> dict[str, bytes]:
    """The texts by these names, the first of each. None may be longer than `most` bytes, however it was packed."""
    found: dict[str, bytes] = {}
    for kind, data in _chunks(raw):
        if kind in _TEXTS:
            name, _nul, rest = data.partition(b"\0")
            keyword = name.decode("latin-1").lower()
            if keyword in wanted and keyword not in found:
                found[keyword] = _text(kind, rest, most)
    return found


def drawn(seed: bytes, inside: Mapping[str, bytes]) -> bytes:
    """A small picture of two colours, the same for the same seed (16 bytes or more), with these texts in it."""
    side = _SIDE * 12
    palette = bytes(64 + byte // 2 for byte in seed[:3]) + bytes(224 + byte // 8 for byte in seed[3:6])
    half = [[seed[(y * 5 + x) % len(seed)] >> (y % 8) & 1 for x in range(_SIDE // 2)] for y in range(_SIDE)]
    rows = [bytes(pixel for field in (row + row[::-1]) for pixel in [field] * 12) for row in half]
    pixels = b"".join((b"\0" + row) * 12 for row in rows)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 3, 0, 0, 0)),
        (b"PLTE", palette),
        *((b"tEXt", name.encode("latin-1") + b"\0" + text) for name, text in inside.items()),
        (b"IDAT", zlib.compress(pixels, 9)),
        (b"IEND", b""),
    ]
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every chunk up to the last one. What stands behind that is no part of the picture."""
    if not raw.startswith(SIGNATURE):
        raise BadPicture(_("The file is no PNG."))
    for n, (kind, data) in enumerate(islice(_each(raw), MOST_CHUNKS)):
        if (n == 0) != (kind == b"IHDR") or (n == 0 and len(data) != 13):
            raise BadPicture(_("The PNG is damaged: it does not begin as a picture does."))
        if kind == b"IEND":
            return
        yield kind, data
    raise BadPicture(_("The PNG is damaged: it has no end."))


def _each(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at + 12 <= len(raw):
        (length,) = struct.unpack_from(">I", raw, at)
        ends = at + 8 + length
        if ends + 4 > len(raw):
            raise BadPicture(_("The PNG is damaged: a part of it is cut off."))
        kind, data = raw[at + 4 : at + 8], raw[at + 8 : ends]
        if zlib.crc32(data, zlib.crc32(kind)) != struct.unpack_from(">I", raw, ends)[0]:
            raise BadPicture(_("The PNG is damaged: a checksum is wrong."))
        yield kind, data
        at = ends + 4


def _text(kind: bytes, rest: bytes, most: int) -> bytes:
    packed = kind == b"zTXt"
    if kind == b"zTXt":
        method, rest = rest[:1], rest[1:]
    elif kind == b"iTXt":
        flag, method, rest = rest[:1], rest[1:2], rest[2:]
        packed = flag == b"\1"
        _language, _nul, rest = rest.partition(b"\0")
        _translated, _nul, rest = rest.partition(b"\0")
    if packed and method != b"\0":
        raise BadPicture(_("The PNG is damaged: a text in it is packed in an unknown way."))
    text = _unpacked(rest, most) if packed else rest
    if len(text) > most:
        raise BadPicture(_("A text inside the PNG is larger than %(most)s MB.") % {"most": most >> 20})
    return text


def _unpacked(data: bytes, most: int) -> bytes:
    """At most one byte more than is allowed, whatever `data` would become."""
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(data, most + 1)
    except zlib.error as error:
        raise BadPicture(_("The PNG is damaged: a text in it cannot be unpacked.")) from error
    if len(text) <= most and not unpacking.eof:
        raise BadPicture(_("The PNG is damaged: a text in it cannot be unpacked."))
    return text


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
