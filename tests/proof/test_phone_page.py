"""Checking in on the phone's page: the plain form, the queue's call, what a scanned code opens."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from enforcement.proof.models import CheckIn
from tests.asking import Pages, set_clock
from tests.proof.making import LAT, LON, at, on_duty, patrol, points
from tests.proof.test_checking import picture


@pytest.fixture
def duty(county: Session) -> Session:
    set_clock(county, "2026-03-02 10:00")
    on_duty(county, "zhifa1", at(510))
    return county


def test_the_plain_form_keeps_a_check_in_and_says_how_far(duty: Session, page: Pages) -> None:
    [beat, *_rest] = points(duty)
    patrol(duty, [beat])
    browser = page("zhifa1")
    opened = browser.get(f"/patrols/code/{beat.tag}")
    assert opened.location == f"/m/checkin?code={beat.tag}"
    shown = browser.get(opened.location).text
    assert beat.tag is not None
    assert beat.tag in shown
    assert "点0" in shown
    key = re.search(r'name="key"[^>]*value="([^"]+)"', shown)
    assert key is not None
    form = {"way": "qr", "code": beat.tag, "lon": str(LON), "lat": str(LAT + 0.01), "key": key[1]}
    for _n in range(2):
        answer = browser.post("/m/checkin", data=form)
        assert answer.status_code == 302
    assert "1111米，超出范围" in browser.get("/m/checkin").text
    assert duty.query(CheckIn).count() == 1


def test_what_is_refused_is_said_and_the_words_stay(duty: Session, page: Pages) -> None:
    answer = page("zhifa1").post("/m/checkin", data={"way": "qr", "code": "", "note": "到了"})
    assert answer.status_code == 422
    assert "请扫码、碰标签" in answer.text
    assert 'value="到了"' in answer.text
    for name, bad in (("lon", "x"), ("lon", "nan"), ("beat_id", "7")):
        form = {"way": "photo", name: bad, "lat": "43"}
        assert page("zhifa1").post("/m/checkin", data=form).status_code == 422
    assert page("juzhang").get("/m/checkin").status_code == 403


def test_the_queue_sends_once_with_the_moment_of_pressing(duty: Session, page: Pages) -> None:
    [beat, *_rest] = points(duty)
    body = {"way": "nfc", "code": beat.tag, "occurred_at": at(590).isoformat(), "key": "k",
            "lon": LON, "lat": LAT}  # fmt: skip
    browser = page("zhifa1")
    answers = [browser.post("/m/send/checkin", json=body) for _n in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    [row] = duty.query(CheckIn).all()
    assert (row.occurred_at, row.way) == (at(590), "nfc")
    assert browser.post("/m/send/checkin", json={"way": "geofence"}).status_code == 422
    assert picture().data


def test_the_page_without_a_network_offers_the_form_too(duty: Session, page: Pages) -> None:
    shown = page("zhifa1").get("/m/offline").text
    assert shown.count('data-module="checkin-form"') == 1
