"""What comes with a report: photos that say when and where, a voice note, words left out."""

from __future__ import annotations

import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy.orm import Session

from enforcement import exif, files
from enforcement.clock import ZONE
from enforcement.incident import intake, queries
from enforcement.incident.models import Incident
from enforcement.law.taxonomy import shipped
from tests.asking import Pages, actor_of
from tests.mobile.test_sending import name_of, piece, said

WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm" + b"\1" * 90
MP4 = b"\x00\x00\x00\x1cftypmp42" + b"\0" * 90
OGG = b"OggS\x00\x02" + b"\0" * 22 + b"OpusHead" + b"\0" * 60


def shot(when: str | None, lon: float | None = None, lat: float | None = None) -> bytes:
    """Return a JPEG whose EXIF says when ("2026:03:02 09:10:00") and where it was taken."""
    whole = Image.Exif()
    if when:
        whole.get_ifd(0x8769)[0x9003] = when
    if lon is not None and lat is not None:
        place = whole.get_ifd(0x8825)
        place[1], place[2] = "N", (lat, 0.0, 0.0)
        place[3], place[4] = "E", (lon, 0.0, 0.0)
    out = BytesIO()
    Image.new("RGB", (32, 24), "#446688").save(out, "JPEG", exif=whole)
    return out.getvalue()


def sent(county: Session, page: Pages, *data: bytes, **change: Any) -> tuple[Incident, str]:
    """Return the incident of a report with these files, and its page."""
    browser = page("fujing")
    for one in data:
        assert piece(browser, one, 0, len(one)).status_code == 204
    body = said(county, key=str(uuid.uuid4()), photos=[name_of(one) for one in data], **change)
    answer = browser.post("/m/send", json=body)
    assert answer.status_code == 201, answer.text
    incident_id = answer.get_json()["id"]
    incident = queries.get(county, actor_of(county, "fujing"), uuid.UUID(incident_id))
    return incident, browser.get(f"/incidents/{incident_id}").text


def test_a_photo_taken_then_and_there_is_shown_with_its_time(county: Session, page: Pages) -> None:
    here = said(county)
    data = shot("2026:03:02 09:10:00", here["lon"], here["lat"])
    incident, shown = sent(county, page, data)
    [kept] = queries.photos(county, incident.county_code, incident.id)
    assert kept.file.exif_taken_at is not None
    assert kept.file.exif_taken_at.astimezone(ZONE).isoformat() == "2026-03-02T09:10:00+08:00"
    assert files.read(incident.county_code, kept.sha256) == data
    assert "拍摄于2026-03-02 09:10" in shown
    assert "mark-stray" not in shown


@pytest.mark.parametrize(
    ("when", "lat_off", "mark"),
    [
        ("2026:02:27 09:10:00", 0.0, "时间相差超过24小时"),
        ("2026:03:02 09:10:00", 0.02, "超过500米"),
    ],
)
def test_a_photo_of_another_time_or_place_is_marked(
    county: Session, page: Pages, when: str, lat_off: float, mark: str
) -> None:
    here = said(county)
    _incident, shown = sent(county, page, shot(when, here["lon"], here["lat"] + lat_off))
    assert mark in shown
    assert shown.count("mark-stray") == 1


@given(st.binary(max_size=200))
def test_any_bytes_say_something_or_nothing(data: bytes) -> None:
    assert exif.read(b"\xff\xd8\xff\xe1" + data) == exif.Exif()


@pytest.mark.parametrize("when", ["0000:00:00 00:00:00", "gestern", "2026:13:40 99:00:00", None])
def test_a_time_that_is_none_is_left_out(when: str | None) -> None:
    assert exif.read(shot(when)).taken_at is None


@pytest.mark.parametrize(
    ("data", "kind"), [(WEBM, "audio/webm"), (MP4, "audio/mp4"), (OGG, "audio/ogg")]
)
def test_a_voice_note_is_kept_and_played(
    county: Session, page: Pages, data: bytes, kind: str
) -> None:
    incident, shown = sent(county, page, data, description="")
    assert incident.description == "街面秩序（录音1段）"
    assert "<audio controls" in shown
    answer = page("fujing").get(f"/incidents/{incident.id}/photos/1")
    assert (answer.data, answer.mimetype) == (data, kind)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    part = page("fujing").get(f"/incidents/{incident.id}/photos/1", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, data[:10])


@pytest.mark.parametrize("data", [b"\x1aE\xdf\xa3matroska" + b"\0" * 60, b"\0\0\0\x1cftypheic" * 9])
def test_what_is_no_sound_is_refused(county: Session, page: Pages, data: bytes) -> None:
    assert piece(page("fujing"), data, 0, len(data)).status_code == 422


def test_two_voice_notes_are_one_too_many(county: Session, page: Pages) -> None:
    browser, before = page("fujing"), county.query(Incident).count()
    for data in (WEBM, OGG):
        assert piece(browser, data, 0, len(data)).status_code == 204
    answer = browser.post("/m/send", json=said(county, photos=[name_of(WEBM), name_of(OGG)]))
    assert (answer.status_code, "录音最多一段" in answer.get_json()["error"]) == (422, True)
    assert county.query(Incident).count() == before


def test_a_photo_needs_no_words_and_sent_again_gives_the_same(county: Session, page: Pages) -> None:
    browser, data = page("fujing"), shot(None)
    assert piece(browser, data, 0, len(data)).status_code == 204
    body = said(county, key="silent", description="", photos=[name_of(data)], place="村口")
    first, again = (browser.post("/m/send", json=body) for _twice in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    incident = county.get_one(
        Incident, (actor_of(county, "fujing").county_code, uuid.UUID(first.get_json()["id"]))
    )
    assert incident.description == "街面秩序，村口（照片1张）"


def test_without_photo_and_words_a_report_is_refused(county: Session, page: Pages) -> None:
    before = county.query(Incident).count()
    answer = page("fujing").post("/m/send", json=said(county, description=""))
    assert (answer.status_code, "拍一张照片" in answer.get_json()["error"]) == (422, True)
    assert county.query(Incident).count() == before


def test_a_result_is_held_against_the_moment_it_came(county: Session, page: Pages) -> None:
    incident, _shown = sent(county, page, shot("2026:03:02 09:10:00"))
    [kept] = queries.photos(county, incident.county_code, incident.id)
    incident.occurred_at -= timedelta(days=9)
    assert kept.strays_in_time(incident)
    kept.of_result = True
    kept.taken_at = kept.file.exif_taken_at + timedelta(hours=1)  # type: ignore[operator]
    assert not kept.strays_in_time(incident)
    what = intake.Report("04", "有字", incident.occurred_at)
    assert intake.in_words(what, shipped(), 1, 0).description == "有字"
