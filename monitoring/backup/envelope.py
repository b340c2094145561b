"""The envelope of a backup: AES-256-GCM in frames, under a key made for this one file from an entry of FIELD_KEYS.

    "KULISBAK" | version, 2 bytes | length of the key's name, 1 byte | the name | salt, 32 bytes | check, 16 bytes
    then frames:  kind, 1 byte | length, 4 bytes | ciphertext and tag

Each frame authenticates the whole header, its own number, its kind and its length; the last one has a kind of its own.
So a bit that flips, a frame that moves, and a file that is cut off or continued are all noticed. `check` comes from the
key too: it tells a wrong key from damage before anything is opened.
"""

import os
import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bots import vault
from monitoring.backup.refusal import Refused

MAGIC = b"KULISBAK"
VERSION = 1
CHUNK = 65_536
_SALT, _CHECK, _TAG, _NONCE = 32, 16, 16, 12
_START = struct.Struct(">HB")
_FRAME = struct.Struct(">BI")


class Kind(IntEnum):
    MANIFEST = 1
    DATA = 2
    END = 3


class Writer:
    """Seals frames into `file`, with the newest of FIELD_KEYS."""

    def __init__(self, file: BinaryIO) -> None:
        name, salt = vault.current_key(), os.urandom(_SALT)
        self._cipher, check = _keyed(name, salt)
        self._header = MAGIC + _START.pack(VERSION, len(name)) + name.encode() + salt + check
        self._file, self._number = file, 0
        file.write(self._header)

    def add(self, kind: Kind, body: bytes) -> None:
        head = _FRAME.pack(kind, len(body) + _TAG)
        nonce = self._number.to_bytes(_NONCE)
        self._file.write(head + self._cipher.encrypt(nonce, body, self._header + head))
        self._number += 1


def frames(file: BinaryIO) -> Iterator[tuple[Kind, bytes]]:
    """Every frame, authenticated and in order; the last is an END. Raises Refused at the first thing that is wrong."""
    header, cipher = _open(file)
    number, kind = 0, Kind.MANIFEST
    while kind is not Kind.END:
        head = _exactly(file, _FRAME.size)
        code, length = _FRAME.unpack(head)
        if code not in set(Kind) or not _TAG <= length <= CHUNK + _TAG:
            raise _damaged(file)
        try:
            body = cipher.decrypt(number.to_bytes(_NONCE), _exactly(file, length), header + head)
        except InvalidTag:
            raise _damaged(file) from None
        kind, number = Kind(code), number + 1
        yield kind, body
    if file.read(1):
        raise Refused("The file goes on after the end of the backup, so it is not the one that was written.")


def _open(file: BinaryIO) -> tuple[bytes, AESGCM]:
    if file.read(len(MAGIC)) != MAGIC:
        raise Refused("This is no backup of Kulis, or its beginning is damaged.")
    start = _exactly(file, _START.size)
    version, length = _START.unpack(start)
    if version != VERSION:
        raise Refused(
            f"The backup has format {version}, this Kulis reads {VERSION}. Use the Kulis that wrote it, or a newer one."
        )
    name, salt, check = _exactly(file, length), _exactly(file, _SALT), _exactly(file, _CHECK)
    cipher, expected = _keyed(name.decode(errors="replace"), salt)
    if check != expected:
        raise Refused(
            f"Key {name.decode(errors='replace')!a} of FIELD_KEYS is not the one that sealed this backup,"
            " or the beginning of the file is damaged."
        )
    return MAGIC + start + name + salt + check, cipher


def _keyed(name: str, salt: bytes) -> tuple[AESGCM, bytes]:
    try:
        material = vault.derived(key=name, purpose="backup", salt=salt, length=32 + _CHECK)
    except vault.VaultError:
        raise Refused(
            f"The backup was sealed with key {name!a}, which FIELD_KEYS does not hold. Add that key to FIELD_KEYS."
        ) from None
    return AESGCM(material[:32]), material[32:]


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise Refused(f"The backup is cut off after {file.tell()} bytes. Use another copy.")
    return data


def _damaged(file: BinaryIO) -> Refused:
    return Refused(f"The backup is damaged before byte {file.tell()}. Use another copy.")
