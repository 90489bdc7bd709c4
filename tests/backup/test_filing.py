"""Kept files go into the backup once, from a folder or a bucket; lost and changed are named."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import urllib3

from enforcement import bucket as bucket_module
from enforcement.backup import filing
from enforcement.backup.filing import Tally
from enforcement.backup.places import Place
from enforcement.backup.sealing import Key, read_sealed
from enforcement.bucket import Bucket
from enforcement.errors import StoreUnavailableError
from enforcement.files import key_of
from enforcement.stores import Folder, Store, place_of
from tests import s3_server

COUNTY = "220322"
KEY = Key.of("k")
DATA = [b"one", b"two" * 500_000, b""]


def named(*data: bytes) -> list[filing.Named]:
    return [(COUNTY, hashlib.sha256(one).digest(), len(one)) for one in data]


def name_of(data: bytes) -> str:
    return key_of(COUNTY, hashlib.sha256(data).digest())


def copied(source: Store, place: Place, *data: bytes) -> tuple[Tally, list[tuple[str, int]]]:
    tally = Tally()
    lines = filing.copy(named(*data), source, place, KEY, tally)
    return tally, list(filing.listed(lines))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path / "backup")
    found.make()
    return found


def test_files_of_a_bucket_are_sealed_once_and_read_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_module, "WAIT", urllib3.Timeout(connect=2, read=2))
    with s3_server.serving() as stand:
        source = Bucket(place_of(stand.url), s3_server.ACCESS, s3_server.SECRET)
        for data in DATA:
            source.write(name_of(data), data)
        tally, lines = copied(source, place, *DATA)
        assert (tally.count, tally.copied, tally.lost) == (3, 3, [])
        assert lines == [(name_of(data), len(data)) for data in DATA]
        again, _lines = copied(source, place, *DATA)
        assert (again.count, again.copied) == (3, 0)
        for data in DATA:
            name = name_of(data)
            sealed = read_sealed(place.files / name, KEY, filing.sealed_name(name))
            assert b"".join(sealed) == data
            assert filing.check(place, KEY, name)
    gone = Bucket(place_of(stand.url), s3_server.ACCESS, s3_server.SECRET)
    with pytest.raises(StoreUnavailableError):  # away is not lost: no backup is made
        copied(gone, place, b"new")


def test_lost_and_changed_files_are_named_and_a_half_copy_is_made_anew(
    place: Place, tmp_path: Path
) -> None:
    source = Folder(tmp_path / "files")
    for data in DATA:
        source.write(name_of(data), data)
    (source.root / name_of(DATA[0])).write_bytes(b"0ne")
    (source.root / name_of(DATA[2])).unlink()
    tally, _lines = copied(source, place, *DATA)
    assert (tally.copied, tally.lost) == (1, [name_of(DATA[0]), name_of(DATA[2])])
    held = place.files / name_of(DATA[1])
    held.write_bytes(held.read_bytes()[:-5])
    assert not filing.check(place, KEY, name_of(DATA[1]))
    tally, _lines = copied(source, place, DATA[1])
    assert tally.copied == 1
    assert filing.check(place, KEY, name_of(DATA[1]))
