"""What a phone's queue sends: photos in pieces, a report once, refusals that change nothing."""

from __future__ import annotations

import hashlib
import itertools
import os
import uuid
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from enforcement import clock, due, files, uploads
from enforcement.demo.photo import draw_photo
from enforcement.due import DueStep
from enforcement.incident import queries
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import County
from enforcement.uploads import Upload
from enforcement.worker import housekeeping, loop, standing
from tests.asking import Browser, Pages, actor_of, set_clock
from tests.case.making import home_point

PHOTO = draw_photo(7)


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def piece(browser: Browser, data: bytes, start: int, end: int, **more: Any) -> Any:
    headers = {"Upload-Offset": str(start), "Upload-Length": str(len(data))} | more
    return browser.patch(f"/m/files/{name_of(data)}", data=data[start:end], headers=headers)


def said(county: Session, **change: Any) -> dict[str, Any]:
    set_clock(county, "2026-03-02 09:30")
    lon, lat = home_point(county)
    plain = {"key": "k1", "category": "04", "description": "占道经营", "accuracy_m": 8.0}
    return plain | {"occurred_at": "2026-03-02T09:15:00+08:00", "lon": lon, "lat": lat} | change


def test_a_photo_that_stopped_half_way_goes_on_from_there(county: Session, page: Pages) -> None:
    browser, path = page("fujing"), f"/m/files/{name_of(PHOTO)}"
    assert piece(browser, PHOTO, 0, 1000).headers["Upload-Offset"] == "1000"
    again = piece(browser, PHOTO, 0, 1000)  # its answer was lost
    assert (again.status_code, again.get_json()["offset"]) == (409, 1000)
    assert browser.head(path).headers["Upload-Offset"] == "1000"
    done = piece(browser, PHOTO, 1000, len(PHOTO))
    assert (done.status_code, done.headers["Upload-Complete"]) == (204, "?1")
    assert browser.head(path).headers["Upload-Complete"] == "?1"
    actor = actor_of(county, "fujing")
    assert files.read(actor.county_code, bytes.fromhex(name_of(PHOTO))) == PHOTO
    assert piece(browser, PHOTO, 0, 1000).status_code == 204  # nothing is asked for twice


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(cuts=st.lists(st.integers(1, len(PHOTO) - 1), max_size=5), seed=st.integers(0, 10**9))
def test_any_cutting_gives_the_same_bytes(
    demo_app: Flask, county: Session, page: Pages, cuts: list[int], seed: int
) -> None:
    data = PHOTO + seed.to_bytes(4, "big")  # JPEG readers stop at the end mark
    browser, marks = page("fujing"), [0, *sorted(set(cuts)), len(PHOTO) + 4]
    for start, end in itertools.pairwise(marks):
        assert piece(browser, data, start, end).status_code == 204
    assert files.read(actor_of(county, "fujing").county_code, hashlib.sha256(data).digest()) == data


@pytest.mark.parametrize(
    ("named", "sent", "words"),
    [
        (PHOTO, PHOTO[:-1] + b"x", "损坏"),
        (b"GIF89a<script>alert(1)</script>", None, "不是可以打开的照片"),
        (b"<svg onload=alert(1)>", None, "不是可以打开的照片"),
    ],
)
def test_bytes_that_are_no_such_photo_are_dropped(
    county: Session, page: Pages, named: bytes, sent: bytes | None, words: str
) -> None:
    browser = page("zhifa1")
    sent = named if sent is None else sent
    headers = {"Upload-Offset": "0", "Upload-Length": str(len(sent))}
    answer = browser.patch(f"/m/files/{name_of(named)}", data=sent, headers=headers)
    assert (answer.status_code, words in answer.get_json()["error"]) == (422, True), answer.text
    assert browser.head(f"/m/files/{name_of(named)}").headers["Upload-Offset"] == "0"
    assert (
        county.query(Upload).filter_by(account_id=actor_of(county, "zhifa1").account_id).count()
        == 0
    )


@pytest.mark.parametrize(
    "change",
    [{"Upload-Length": str(uploads.MAX_BYTES + 1)}, {"Upload-Length": "0"},
     {"Upload-Offset": "-1"}, {"Upload-Length": "many"}, {"Upload-Length": "10"}],
)  # fmt: skip
def test_a_piece_that_cannot_be_is_refused(
    county: Session, page: Pages, change: dict[str, str]
) -> None:
    data = draw_photo(8)
    browser = page("fujing")
    assert piece(browser, data, 0, 100, **change).status_code == 422
    assert browser.head(f"/m/files/{name_of(data)}").headers["Upload-Offset"] == "0"
    assert browser.head("/m/files/xyz").status_code == 422


def test_a_report_with_uploaded_photos_is_stored_once(county: Session, page: Pages) -> None:
    browser, data = page("fujing"), draw_photo(9)
    assert piece(browser, data, 0, len(data)).status_code == 204
    body = said(county, photos=[name_of(data)])
    before = county.query(Incident).count()
    first, again = (browser.post("/m/send", json=body) for _twice in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["number"] == again.get_json()["number"]
    assert county.query(Incident).count() == before + 1
    actor = actor_of(county, "fujing")
    incident = queries.get(county, actor, uuid.UUID(first.get_json()["id"]))
    [kept] = queries.photos(county, incident.county_code, incident.id)
    assert kept.sha256.hex() == name_of(data)
    assert incident.occurred_at.isoformat().startswith("2026-03-02T01:15")
    changed = browser.post("/m/send", json=body | {"description": "别的"})
    assert changed.status_code == 409


def test_a_photo_that_another_account_brought_is_not_mine(county: Session, page: Pages) -> None:
    data, before = draw_photo(10), county.query(Incident).count()
    piece(page("fujing"), data, 0, len(data))
    answer = page("zhifa1").post("/m/send", json=said(county, photos=[name_of(data)]))
    assert (answer.status_code, answer.get_json()["lacking"]) == (422, [name_of(data)])
    assert page("zhifa1").head(f"/m/files/{name_of(data)}").headers["Upload-Complete"] == "?0"
    assert county.query(Incident).count() == before


@pytest.mark.parametrize(
    "change",
    [
        {"occurred_at": "2026-03-03T09:15:00+08:00"},  # a clock a day ahead
        {"occurred_at": "2026-03-02T09:15:00"},
        {"lon": 0.0, "lat": 0.0},
        {"lon": 116.4, "lat": 39.9},
        {"lon": None},
        {"lat": 91.0},
        {"description": " "},
        {"description": "x" * 2001},
        {"category": "V77"},
        {"photos": ["0" * 64]},
        {"photos": ["0" * 63 + "x"]},
        {"photos": "no list"},
        {"key": ""},
        {"unknown": 1},
    ],
)
def test_a_report_that_cannot_be_is_refused_in_words(
    county: Session, page: Pages, change: dict[str, Any]
) -> None:
    before = county.query(Incident).count()
    answer = page("fujing").post("/m/send", json=said(county, **change))
    assert answer.status_code == 422, answer.text
    assert answer.get_json()["error"]
    assert county.query(Incident).count() == before


@pytest.mark.parametrize(
    "change",
    [{"occurred_at": "2026-03-01T09:15:00+08:00"}, {"lon": None, "lat": None, "place": "村口"},
     {"description": "<script>alert(1)</script>", "place": "</script><img src=x>"}],
)  # fmt: skip
def test_a_late_clock_no_point_and_markup_are_kept_as_said(
    county: Session, page: Pages, change: dict[str, Any]
) -> None:
    browser = page("fujing")
    answer = browser.post("/m/send", json=said(county, key="k2", **change))
    assert answer.status_code == 201, answer.text
    shown = browser.get(f"/m/done/{answer.get_json()['id']}").text
    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown


def test_without_a_session_the_queue_is_told_to_sign_in(demo_app: Flask, county: Session) -> None:
    client = Browser(demo_app, demo_app.response_class)
    assert client.get("/m/me").status_code == 401
    assert client.post("/m/send", json=said(county)).status_code == 401
    assert client.head(f"/m/files/{name_of(PHOTO)}").status_code == 401


def test_the_queue_learns_whose_session_it_is(county: Session, page: Pages) -> None:
    answer = page("fujing").get("/m/me").get_json()
    assert answer["account"] == str(actor_of(county, "fujing").account_id)
    assert answer["csrf"]


def test_pieces_of_a_file_that_never_came_whole_go_after_a_month(
    demo_app: Flask, county: Session, page: Pages
) -> None:
    browser, old, new = page("fujing"), draw_photo(31), draw_photo(32)
    for data in (old, new):
        assert piece(browser, data, 0, 100).status_code == 204
    now, actor = clock.now(county), actor_of(county, "fujing")
    long_ago = (now - housekeeping.KEEP_PIECES).timestamp() - 1
    folder = demo_app.extensions["enforcement.config"].files_dir / actor.county_code / "parts"
    os.utime(folder / str(actor.account_id) / name_of(old), (long_ago, long_ago))
    county.query(DueStep).delete()  # of the demonstration's weeks
    due.schedule(county, actor.county_code, "uploads:prune", uuid.uuid4(), "first", now)
    county.commit()
    assert loop.run_due(demo_app.extensions["enforcement.sessions"]) == 1
    offsets = [browser.head(f"/m/files/{name_of(data)}").headers["Upload-Offset"]
               for data in (old, new)]  # fmt: skip
    assert offsets == ["0", "100"]
    planned = county.query(DueStep).filter_by(task="uploads:prune", state="waiting")
    assert planned.filter(DueStep.due_at > now).count() == 1


def test_a_county_is_cleaned_once_however_many_workers_start(county: Session) -> None:
    county.query(DueStep).delete()
    for _worker in range(3):
        standing.ensure(county)
    counties = county.query(County).count()
    assert county.query(DueStep).count() == counties * len(standing.TASKS)


@pytest.mark.parametrize(
    ("who", "source", "kept"),
    [
        ("zhifa1", "patrol", "patrol"),
        ("fujing", "patrol", "phone_app"),
        ("zhifa1", "desk", "phone_app"),
    ],
)
def test_a_finding_of_a_patrol_says_so_where_the_person_walks_one(
    county: Session, page: Pages, who: str, source: str, kept: str
) -> None:
    made = page(who).post("/m/send", json=said(county, source=source)).get_json()
    row = county.get_one(Incident, (actor_of(county, who).county_code, uuid.UUID(made["id"])))
    assert row.source == kept
