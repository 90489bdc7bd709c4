"""Check-ins: code, tag or photo; near or far; once; on duty only; the stop is done by it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.incident.intake import Photo
from enforcement.patrol import services
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import Patrol, PatrolEntry, PatrolStop
from enforcement.patrol.terms import VisitWay
from enforcement.proof import checking, visiting
from enforcement.proof.checking import Said
from enforcement.proof.models import CheckIn
from tests.asking import Calls, actor_of, set_clock
from tests.proof.making import COUNTY, LAT, LON, at, on_duty, patrol, phone, points, send, stay

HERE = Said(VisitWay.QR, at(575), lon=LON, lat=LAT + 50 / 111_195)


@pytest.fixture
def duty(county: Session) -> Session:
    """Ten in the morning, with an officer on duty since half past eight."""
    set_clock(county, "2026-03-02 10:00")
    on_duty(county, "zhifa1", at(510))
    return county


def picture() -> Photo:
    out = BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    return Photo("a.jpg", out.getvalue())


def stop_of(session: Session, beat: Beat) -> PatrolStop:
    session.expire_all()
    return session.query(PatrolStop).filter_by(beat_id=beat.id).one()


def test_a_scanned_code_marks_the_stop_with_its_time(duty: Session) -> None:
    [beat, *_rest] = points(duty)
    made = patrol(duty, [beat])
    said = replace(HERE, code=f"https://county.example/patrols/code/{beat.tag}", note="正常")
    row = checking.check_in(duty, actor_of(duty, "zhifa1"), said, key="k")
    assert (row.distance_m, row.within) == (pytest.approx(50, abs=0.3), True)
    stop = stop_of(duty, beat)
    assert (row.stop_id, stop.arrived_at, stop.way, stop.outcome) == (
        stop.id, at(575), "qr", "正常")  # fmt: skip
    assert duty.get_one(Patrol, (COUNTY, made.id)).state == "started"
    assert stop.visited_at == beat.last_visited_at
    assert duty.query(PatrolEntry).filter_by(patrol_id=made.id, event="visit").count() == 1


def test_sent_twice_it_is_kept_once(duty: Session) -> None:
    [beat, *_rest] = points(duty)
    patrol(duty, [beat])
    said = replace(HERE, code=beat.tag)
    rows = [checking.check_in(duty, actor_of(duty, "zhifa1"), said, key="k") for _n in range(2)]
    assert rows[0].id == rows[1].id
    assert duty.query(CheckIn).count() == 1


def test_too_far_is_kept_and_marked(duty: Session) -> None:
    [beat, *_rest] = points(duty)
    said = replace(HERE, code=beat.tag, lat=LAT + 0.01, mock=True)
    row = checking.check_in(duty, actor_of(duty, "zhifa1"), said, key="k")
    assert (row.within, row.mock, row.stop_id) == (False, True, None)
    assert row.distance_m == pytest.approx(1111, abs=2)


def test_what_is_lacking_is_said_and_nothing_is_kept(duty: Session) -> None:
    [beat, *_rest], officer = points(duty, photo=True), actor_of(duty, "zhifa1")
    for said, field in (
        (replace(HERE, code=beat.tag), "photo"), (HERE, "code"),
        (replace(HERE, code=beat.tag, lat=None), "lon"),
        (replace(HERE, code=beat.tag, occurred_at=at(620)), "occurred_at"),
        (replace(HERE, code=beat.tag, way=VisitWay.GEOFENCE), "way"),
    ):  # fmt: skip
        with pytest.raises(InvalidInputError) as refused:
            checking.check_in(duty, officer, said, key="k")
        assert refused.value.field == field
    with pytest.raises(NotFoundError):
        checking.check_in(duty, officer, replace(HERE, code="guess"), key="k")
    with pytest.raises(StepNotAllowedError):  # before he began
        checking.check_in(duty, officer, replace(HERE, code=beat.tag, occurred_at=at(500)), key="k")
    on_duty(duty, "zhifa1", at(570), present=False)
    with pytest.raises(StepNotAllowedError):
        checking.check_in(duty, officer, replace(HERE, code=beat.tag), key="k")
    with pytest.raises(NotPermittedError):
        checking.check_in(duty, actor_of(duty, "juzhang"), HERE, key="k")
    assert duty.query(CheckIn).count() == 0


def test_a_photo_needs_no_code(duty: Session) -> None:
    [beat, *_rest] = points(duty, photo=True)
    patrol(duty, [beat])
    said = replace(HERE, way=VisitWay.PHOTO, beat_id=beat.id, photo=picture())
    row = checking.check_in(duty, actor_of(duty, "zhifa1"), said, key="k")
    assert (row.sha256 is not None, stop_of(duty, beat).way) == (True, "photo")


def test_the_fence_and_the_code_agree_on_one_stay(duty: Session) -> None:
    [beat, *_rest] = points(duty)
    patrol(duty, [beat])
    checking.check_in(duty, actor_of(duty, "zhifa1"), replace(HERE, code=beat.tag), key="k")
    send(duty, phone(duty, "zhifa1"), stay(0, at(570), 15))
    visiting.look(duty, COUNTY)
    stop = stop_of(duty, beat)
    assert (stop.arrived_at, stop.left_at, stop.way) == (at(570), at(585), "qr")


def test_what_arrives_after_the_patrol_ended_still_counts(duty: Session) -> None:
    [beat, *_rest], officer = points(duty), actor_of(duty, "zhifa1")
    made = patrol(duty, [beat])
    for act in ("start", "finish"):
        services.move(duty, officer, made.id, act)
    checking.check_in(duty, officer, replace(HERE, code=beat.tag), key="k")
    assert stop_of(duty, beat).arrived_at == at(575)
    assert duty.get_one(Patrol, (COUNTY, made.id)).state == "finished"


def test_the_call_answers_with_the_distance(duty: Session, call: Calls) -> None:
    [beat, *_rest] = points(duty)
    body = {"way": "nfc", "code": beat.tag, "key": "k", "occurred_at": at(575).isoformat(),
            "lon": LON, "lat": LAT}  # fmt: skip
    answer = call("zhifa1", "POST", "/patrols/check-ins", json=body)
    assert (answer.status_code, answer.get_json()["within"]) == (201, True)
    assert call("fujing", "POST", "/patrols/check-ins", json=body).status_code == 403
    made = call("dadui", "POST", "/patrols/visits", json={"on": "2026-03-02"})
    assert made.get_json() == {"visits": 0}
