"""Sealed streams: AES-256-GCM in chunks, so that none is whole in memory and none can be touched.

A stream has a key of its own, derived (HKDF-SHA256) from the backup's key, a salt and the
stream's name; each chunk's nonce is its number and whether it is the last. A chunk that was
changed, moved, left out or taken from another stream, and a stream under another name, do not
open. Form: "EFB1", fingerprint of the key (8 bytes), salt (16 bytes), chunks of 1 MiB + 16 bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from enforcement.errors import DomainError
from enforcement.i18n import _

MAGIC: Final = b"EFB1"
SALT: Final = 16
MARK: Final = 8
HEAD: Final = len(MAGIC) + MARK + SALT
CHUNK: Final = 1024 * 1024
TAG: Final = 16
LEVEL: Final = 1
"""Of zlib: most of what a segment holds after a forced switch is zeros."""


class BackupError(DomainError):
    """A backup cannot be made, read or restored; the message says which file and why."""


class ChangedError(BackupError):
    """A sealed file is not what was written."""


class WrongKeyError(BackupError):
    """A sealed file was written under another key."""


@dataclass(frozen=True)
class Key:
    """The secret from which all keys of the backups are derived."""

    secret: bytes

    @classmethod
    def of(cls, text: str) -> Key:
        """Return the key of a key file's text."""
        return cls(hashlib.sha256(text.strip().encode()).digest())

    @property
    def mark(self) -> bytes:
        """Return what tells this key from others, and nothing else of it."""
        return self.mac(b"mark")[:MARK]

    def mac(self, said: bytes) -> bytes:
        """Return the HMAC-SHA256 by which a manifest is known to be ours."""
        return hmac.digest(self._derived(b"", "mac"), said, "sha256")

    def box(self, salt: bytes, name: str) -> AESGCM:
        """Return the cipher of one stream."""
        return AESGCM(self._derived(salt, f"stream|{name}"))

    def _derived(self, salt: bytes, info: str) -> bytes:
        made = HKDF(SHA256(), 32, salt, f"enforcement-backup|{info}".encode())
        return made.derive(self.secret)


@dataclass(frozen=True)
class Sealed:
    """What was written: bytes in and out, and the SHA-256 of what lies on the disk, in hex."""

    plain_bytes: int
    bytes: int
    sha256: str


def sealed_size(plain_bytes: int) -> int:
    """Return how many bytes a stream of that length takes when sealed, without `deflated`."""
    chunks = max(1, -(-plain_bytes // CHUNK))
    return HEAD + plain_bytes + chunks * TAG


def seal(pieces: Iterable[bytes], target: IO[bytes], key: Key, name: str) -> Sealed:
    """Write a stream sealed under its name; the caller makes the file safe."""
    salt, digest = os.urandom(SALT), hashlib.sha256()
    box, head = key.box(salt, name), MAGIC + key.mark + salt
    digest.update(head)
    plain, written = 0, target.write(head)
    for number, (chunk, last) in enumerate(_chunks(pieces)):
        block = box.encrypt(_nonce(number, last), chunk, None)
        digest.update(block)
        written += target.write(block)
        plain += len(chunk)
    return Sealed(plain, written, digest.hexdigest())


def unseal(source: IO[bytes], key: Key, name: str) -> Iterator[bytes]:
    """Yield the chunks of a sealed stream; raises WrongKeyError, ChangedError, which name it."""
    head = source.read(HEAD)
    if len(head) < HEAD or not head.startswith(MAGIC):
        raise changed(name)
    if head[len(MAGIC) : len(MAGIC) + MARK] != key.mark:
        raise WrongKeyError(
            _("备份密钥不对，打不开“%(name)s”：请用做备份时的密钥。", name=name), name=name
        )
    box, number = key.box(head[-SALT:], name), 0
    block = source.read(CHUNK + TAG)
    while True:
        following = source.read(CHUNK + TAG)
        try:
            yield box.decrypt(_nonce(number, not following), block, None)
        except (InvalidTag, ValueError) as error:
            raise changed(name) from error
        if not following:
            return
        block, number = following, number + 1


def changed(name: str) -> ChangedError:
    """Return the error of a sealed file that is not what was written."""
    return ChangedError(_("备份文件“%(name)s”残缺或者被改动。", name=name), name=name)


def read_sealed(path: Path, key: Key, name: str) -> Iterator[bytes]:
    """Yield the chunks of a sealed file; raises also ChangedError where it is missing."""
    try:
        source = path.open("rb")
    except OSError as error:
        raise ChangedError(_("缺少备份文件“%(name)s”。", name=name), name=name) from error
    with source:
        yield from unseal(source, key, name)


def deflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a stream compressed (zlib)."""
    packer = zlib.compressobj(LEVEL)
    for piece in pieces:
        if found := packer.compress(piece):
            yield found
    yield packer.flush()


def inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a compressed stream as it was, at most a chunk at a time."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest:
            yield unpacker.decompress(rest, CHUNK)
            rest = unpacker.unconsumed_tail
    yield unpacker.flush()


def pieces_of(source: IO[bytes]) -> Iterator[bytes]:
    """Yield what a file or pipe gives, a chunk at a time."""
    while piece := source.read(CHUNK):
        yield piece


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _chunks(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces cut to chunks, and whether each is the last; an empty stream has one."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > CHUNK:
            yield bytes(held[:CHUNK]), False
            del held[:CHUNK]
    yield bytes(held), True
