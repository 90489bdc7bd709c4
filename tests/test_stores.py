"""Where files are kept: a folder, or a bucket by the S3 protocol; what a failing store does."""

from __future__ import annotations

import dataclasses
import hashlib
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from enforcement import bucket as bucket_module
from enforcement import files, stores
from enforcement.bucket import Bucket
from enforcement.config import Config, ConfigError
from enforcement.errors import StoreUnavailableError
from enforcement.stores import Folder, Place, place_of
from tests import s3_server
from tests.asking import Calls
from tests.case.making import filed_case
from tests.evidence.test_evidence import picture

COUNTY = "220322"


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Iterator[s3_server.Stand]:
    monkeypatch.setattr(bucket_module, "WAIT", urllib3.Timeout(connect=2, read=2))
    with s3_server.serving() as stand:
        yield stand


def bucket(stand: s3_server.Stand, secret: str = s3_server.SECRET) -> Bucket:
    return Bucket(place_of(stand.url), s3_server.ACCESS, secret)


@pytest.fixture
def in_bucket(demo_app: Flask, stand: s3_server.Stand) -> Iterator[s3_server.Stand]:
    """The application with its files in the bucket."""
    config = demo_app.extensions["enforcement.config"]
    demo_app.extensions["enforcement.config"] = dataclasses.replace(
        config, files_url=stand.url, files_key=s3_server.ACCESS, files_secret=s3_server.SECRET
    )
    try:
        yield stand
    finally:
        demo_app.extensions["enforcement.config"] = config


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_a_store_gives_back_what_it_was_given(
    kind: str, tmp_path: Path, stand: s3_server.Stand
) -> None:
    store: stores.Store = Folder(tmp_path) if kind == "folder" else bucket(stand)
    with pytest.raises(FileNotFoundError):
        store.read("220322/ab/cd")
    for data in (b"", b"x", bytes(range(256)) * 5000):
        key = f"220322/ab/{hashlib.sha256(data).hexdigest()}"
        store.write(key, data)
        assert store.read(key) == data
        store.write(key, b"other bytes" if kind == "folder" else data)
        assert store.read(key) == data


def test_what_is_there_is_not_sent_again(stand: s3_server.Stand) -> None:
    store = bucket(stand)
    store.write("220322/ab/cd", b"bytes")
    store.write("220322/ab/cd", b"bytes")
    assert stand.asked == ["HEAD", "PUT", "HEAD"]
    assert list(stand.objects) == ["kept/220322/ab/cd"]


def test_an_upload_is_kept_only_when_the_store_said_yes(stand: s3_server.Stand) -> None:
    store = bucket(stand)
    stand.fails = [404, *[503] * bucket_module.TRIES]
    with pytest.raises(StoreUnavailableError):
        store.write("220322/ab/cd", b"bytes")
    assert stand.objects == {}
    stand.fails = [503, 0]
    store.write("220322/ab/cd", b"bytes")
    assert stand.objects == {"kept/220322/ab/cd": b"bytes"}


def test_a_cut_answer_a_wrong_key_and_a_dead_store_are_told(stand: s3_server.Stand) -> None:
    bucket(stand).write("220322/ab/cd", b"many bytes" * 1000)
    stand.short = True
    with pytest.raises(StoreUnavailableError):
        bucket(stand).read("220322/ab/cd")
    stand.short = False
    with pytest.raises(StoreUnavailableError):
        bucket(stand, secret="wrong").read("220322/ab/cd")
    gone = Bucket(Place("files", "", "127.0.0.1:9", False, "us-east-1"), "a", "b")
    with pytest.raises(StoreUnavailableError):
        gone.write("220322/ab/cd", b"x")


def test_evidence_goes_into_the_bucket_and_is_checked_when_it_is_read(
    county: Session, call: Calls, in_bucket: s3_server.Stand
) -> None:
    data = picture()
    row = files.store(county, COUNTY, data, name="a.png", media_type="image/png")
    [key] = [one for one in in_bucket.objects if one.endswith(row.sha256.hex()[2:])]
    assert key == f"kept/{files.key_of(COUNTY, row.sha256)}"
    assert files.read(COUNTY, row.sha256) == data
    in_bucket.objects[key] = data[:-1] + b"x"
    with pytest.raises(OSError, match="has changed"):
        files.read(COUNTY, row.sha256)


def test_a_paper_is_not_issued_while_the_store_is_away(
    county: Session, call: Calls, in_bucket: s3_server.Stand
) -> None:
    case = filed_case(county)
    county.commit()
    version = call("zhifa1", "GET", f"/cases/{case.id}").get_json()["version"]
    said = {"findings": "占道经营", "from_at": "2026-03-03T08:20:00+08:00", "photos": 1,
            "to_at": "2026-03-03T08:40:00+08:00", "place": "示例大街", "shown": True,
            "version": version}  # fmt: skip
    in_bucket.fails = [503] * 40
    away = call("zhifa1", "POST", f"/cases/{case.id}/record-scene", json=said)
    assert away.status_code == 503, away.text
    assert "文件存储暂时不可用" in away.get_json()["error"]
    in_bucket.fails = []
    again = call("zhifa1", "POST", f"/cases/{case.id}/record-scene", json=said)
    assert again.status_code < 300, again.text


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://bucket?endpoint=https://a", "must be s3://"),
        ("s3://?endpoint=https://a", "must be s3://"),
        ("s3://bucket", "endpoint must be"),
        ("s3://bucket?endpoint=a:9000", "endpoint must be"),
        ("s3://bucket?endpoint=https://a/b", "endpoint must be"),
        ("s3://bucket?endpoint=https://a&speed=1", "knows no speed"),
    ],
)
def test_a_wrong_address_of_a_store_is_refused(
    url: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=why):
        place_of(url)
    monkeypatch.setenv("ENFORCEMENT_FILES", url)
    with pytest.raises(ConfigError, match="ENFORCEMENT_FILES"):
        Config.from_env()


def test_a_store_without_its_key_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENFORCEMENT_FILES", "s3://bucket?endpoint=https://a")
    monkeypatch.delenv("ENFORCEMENT_FILES_KEY", raising=False)
    with pytest.raises(ConfigError, match="ENFORCEMENT_FILES_KEY"):
        Config.from_env()


NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{1,20}[a-z0-9]", fullmatch=True)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=NAMES, folder=st.lists(NAMES, max_size=3), port=st.integers(1, 65535),
       secure=st.booleans())  # fmt: skip
def test_an_address_is_read_as_it_was_written(
    name: str, folder: list[str], port: int, secure: bool
) -> None:
    path = "/".join(["", *folder])
    scheme = "https" if secure else "http"
    found = place_of(f"s3://{name}{path}?endpoint={scheme}://host:{port}&region=cn-north-1")
    prefix = "/".join([*folder, ""]) if folder else ""
    assert found == Place(name, prefix, f"host:{port}", secure, "cn-north-1")


def test_a_file_that_does_not_fit_on_the_disk_leaves_nothing_and_may_be_sent_again(
    tmp_path: Path,
) -> None:
    store, before = Folder(tmp_path), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(StoreUnavailableError):
            store.write("220322/ab/cdef", bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    store.write("220322/ab/cdef", bytes(5000))
    assert store.read("220322/ab/cdef") == bytes(5000)
