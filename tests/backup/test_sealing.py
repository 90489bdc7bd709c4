"""Sealed streams open only as what they were, under their name and their key."""

from __future__ import annotations

import io
import random

import pytest

from enforcement.backup.sealing import (
    CHUNK,
    HEAD,
    TAG,
    ChangedError,
    Key,
    WrongKeyError,
    deflated,
    inflated,
    seal,
    sealed_size,
    unseal,
)  # fmt: skip

KEY = Key.of("a secret")


def sealed(data: bytes, name: str = "base/x", piece: int = 70_001) -> bytes:
    held = io.BytesIO()
    pieces = (data[at : at + piece] for at in range(0, len(data), piece))
    said = seal(pieces, held, KEY, name)
    assert (said.plain_bytes, said.bytes) == (len(data), len(held.getvalue()))
    return held.getvalue()


def opened(data: bytes, name: str = "base/x", key: Key = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(data), key, name))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5])
def test_what_was_sealed_is_opened_and_its_size_is_known(size: int) -> None:
    data = random.Random(size).randbytes(size)
    held = sealed(data)
    assert opened(held) == data
    assert len(held) == sealed_size(size)
    assert data[:16] not in held or size < 16


def test_a_changed_byte_anywhere_is_found() -> None:
    held = sealed(random.Random(1).randbytes(2 * CHUNK + 999))
    places = random.Random(2).sample(range(len(held)), 40)
    for at in (0, 3, HEAD - 1, HEAD, HEAD + CHUNK + TAG, len(held) - 1, *places):
        wrong = bytearray(held)
        wrong[at] ^= 1
        with pytest.raises((ChangedError, WrongKeyError), match="base/x"):
            opened(bytes(wrong))


def test_chunks_left_out_moved_or_added_are_found() -> None:
    held = sealed(random.Random(3).randbytes(3 * CHUNK))
    size = CHUNK + TAG
    head, chunks = held[:HEAD], [held[HEAD + n * size : HEAD + (n + 1) * size] for n in range(3)]
    a, b, c = chunks
    for wrong in ((a, b), (a, c), (b, a, c), (a, b, c, c), (), (a, b, c[:-1])):
        with pytest.raises(ChangedError):
            opened(head + b"".join(wrong))
    assert opened(head + a + b + c)


def test_another_name_and_another_key_open_nothing() -> None:
    held = sealed(b"words")
    with pytest.raises(ChangedError, match="base/y"):
        opened(held, "base/y")
    with pytest.raises(WrongKeyError, match="密钥不对"):
        opened(held, key=Key.of("another secret"))


def test_streams_are_never_whole_in_memory() -> None:
    """A stream of 300 MiB passes through, of which no more than some chunks are held."""
    import tracemalloc

    piece, count = bytes(CHUNK), 300
    tracemalloc.start()
    packed = io.BytesIO()
    seal(deflated(piece for _n in range(count)), packed, KEY, "n")
    packed.seek(0)
    total = sum(len(one) for one in inflated(unseal(packed, KEY, "n")))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == count * CHUNK
    assert most < 12 * CHUNK
