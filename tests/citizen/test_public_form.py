"""The citizen's form, its receipt, and how a report stands: no sign-in, no name."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from enforcement import crypto
from enforcement.citizen import views
from enforcement.citizen.models import FollowUp
from enforcement.demo.photo import draw_photo
from enforcement.incident.models import Incident, IncidentEntry, IncidentPhoto
from enforcement.limiting import RateCount
from tests.asking import Browser, actor_of, set_clock
from tests.case.making import home_point

HERE = "/public/report"


@pytest.fixture
def visitor(demo_app: Flask, county: Session) -> Browser:
    set_clock(county, "2026-03-02 09:30")
    return Browser(demo_app, demo_app.response_class)


@pytest.fixture
def said(county: Session) -> dict[str, Any]:
    lon, lat = home_point(county)
    return {"category": "V8", "description": "路边堆垃圾", "lon": str(lon), "lat": str(lat),
            "consent": "y", "key": "form-1", "name": "李某", "phone": "138-0000-0000"}  # fmt: skip


def newest(session: Session) -> Incident:
    query = select(Incident).where(Incident.source == "citizen").order_by(Incident.id.desc())
    return session.scalars(query.limit(1).execution_options(populate_existing=True)).one()


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Incident)) or 0


def receipt_of(visitor: Browser, said: dict[str, Any]) -> tuple[str, str]:
    sent = visitor.post(HERE, data=said)
    assert sent.status_code == 302, sent.text
    page = visitor.get(sent.headers["Location"]).text
    number, code = re.findall(r'<dd class="mono">([^<]+)</dd>', page)
    return number, code


def standing(visitor: Browser, number: str, code: str) -> TestResponse:
    return visitor.post(f"{HERE}/status", data={"number": number, "code": code})


def test_a_citizen_reports_without_signing_in_and_his_name_is_sealed(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    assert "梨树县" in visitor.get(HERE).text
    photos = [(BytesIO(draw_photo(n)), f"{n}.jpg") for n in range(3)]
    number, code = receipt_of(visitor, said | {"photos": photos})
    row = newest(county)
    assert (row.number, row.reported_by) == (number, None)
    assert row.routing_id is not None
    assert b"\xe6\x9d\x8e" not in bytes(row.reporter_name_encrypted or b"")
    assert crypto.unseal(row.reporter_phone_encrypted) == "13800000000"
    count = select(func.count()).select_from(IncidentPhoto)
    assert county.scalar(count.where(IncidentPhoto.incident_id == row.id)) == 3
    entry = select(IncidentEntry.by_name).where(IncidentEntry.incident_id == row.id)
    assert county.scalars(entry).all() == ["群众"]
    assert re.fullmatch("[2-9A-Z]{4}-[2-9A-Z]{4}", code)


def test_sent_twice_it_is_one_report_with_the_same_code(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    before = stored(county)
    first = receipt_of(visitor, said)
    set_clock(county, "2026-03-02 09:33")
    assert receipt_of(visitor, said) == first
    other = visitor.post(HERE, data=said | {"description": "别的事情"})
    assert other.status_code == 409
    assert stored(county) == before + 1


def test_only_number_and_code_together_show_how_it_stands(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    number, code = receipt_of(visitor, said)
    page = standing(visitor, number.lower(), code.replace("-", " ").lower())
    assert page.status_code == 200
    assert "已收到" in page.text
    for secret in ("李某", "13800000000", "路边堆垃圾"):
        assert secret not in page.text
    wrong = standing(visitor, number, "AAAA-AAAA")
    absent = standing(visitor, "SJ20200101-0001", code)
    assert (wrong.status_code, absent.status_code) == (404, 404)
    assert "编号或者查询码不正确" in wrong.text
    assert "编号或者查询码不正确" in absent.text


def test_when_closed_the_citizen_gives_his_opinion_once(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    number, code = receipt_of(visitor, said)
    opinion = {"number": number, "code": code, "score": "4", "words": "<script>好</script>"}
    early = visitor.post(f"{HERE}/rate", data=opinion)
    assert (early.status_code, newest(county).satisfaction) == (409, None)
    newest(county).state = "closed"
    county.commit()
    assert "您满意吗" in standing(visitor, number, code).text
    assert visitor.post(f"{HERE}/rate", data=opinion | {"score": "6"}).status_code == 422
    thanks = visitor.post(f"{HERE}/rate", data=opinion)
    assert "您的评价：4分" in thanks.text
    version = newest(county).version
    assert visitor.post(f"{HERE}/rate", data=opinion).status_code == 200
    assert visitor.post(f"{HERE}/rate", data=opinion | {"score": "1"}).status_code == 409
    row = newest(county)
    assert (row.satisfaction, row.version) == (4, version)
    last = select(IncidentEntry).where(
        IncidentEntry.incident_id == row.id, IncidentEntry.event == "rate"
    )
    assert county.scalars(last).one().detail["score"] == 4


def test_a_link_of_a_village_chooses_it_and_a_village_is_place_enough(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    village = actor_of(county, "fujing").area_codes[0]
    page = visitor.get(f"{HERE}?village={village}").text
    assert f'<option selected value="{village}">' in page
    receipt_of(visitor, said | {"lon": "", "lat": "", "village_code": village})
    row = newest(county)
    assert (row.village_code, row.lon) == (village, None)
    assert row.responsible_unit_code is not None


def test_without_any_place_it_waits_for_one(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    receipt_of(visitor, said | {"lon": "", "lat": "", "place": "不知道在哪"})
    row = newest(county)
    assert (row.lon, row.village_code, row.place) == (None, None, "不知道在哪")


def test_a_script_is_shown_as_words(county: Session, visitor: Browser, page: Any,
                                    said: dict[str, Any]) -> None:  # fmt: skip
    nasty = "<script>alert(1)</script>"
    receipt_of(visitor, said | {"description": nasty, "place": nasty, "name": nasty})
    shown = page("zhihui").get(f"/incidents/{newest(county).id}").text
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


BAD: list[dict[str, Any]] = [
    {"category": ""}, {"category": "V2"}, {"description": ""}, {"description": "x" * 2001},
    {"consent": ""}, {"website": "http://spam"}, {"key": ""}, {"phone": "12"},
    {"lon": "0", "lat": "0"}, {"lon": "125", "lat": "30"}, {"lon": "abc"}, {"lat": ""},
    {"occurred_at": "2026-03-02T12:00"}, {"lon": "", "lat": "", "village_code": "220322999999"},
]  # fmt: skip


@pytest.mark.parametrize("change", BAD, ids=str)
def test_a_bad_report_is_refused_and_stores_nothing(
    county: Session, visitor: Browser, said: dict[str, Any], change: dict[str, Any]
) -> None:
    before = stored(county)
    answer = visitor.post(HERE, data=said | change)
    assert answer.status_code == 422, answer.text
    assert stored(county) == before


def test_too_many_photos_a_polyglot_and_a_huge_one_are_refused(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    before = stored(county)
    four = [(BytesIO(draw_photo(n)), f"{n}.jpg") for n in range(4)]
    assert visitor.post(HERE, data=said | {"photos": four}).status_code == 422
    fake = [(BytesIO(b"%PDF-1.4 <script>alert(1)</script>"), "a.jpg")]
    assert visitor.post(HERE, data=said | {"photos": fake}).status_code == 422
    huge = [(BytesIO(b"\xff\xd8" + b"0" * 40_000_000), "a.jpg")]
    assert visitor.post(HERE, data=said | {"photos": huge}).status_code == 413
    assert stored(county) == before


def test_a_clock_a_day_behind_keeps_both_times(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    receipt_of(visitor, said | {"occurred_at": "2026-03-01T09:30"})
    row = newest(county)
    assert (row.received_at - row.occurred_at).days == 1


def test_one_address_cannot_flood_and_no_address_is_kept(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    for n in range(views.REPORTS):
        assert visitor.post(HERE, data=said | {"key": f"k{n}"}).status_code == 302
    before = stored(county)
    late = visitor.post(HERE, data=said | {"key": "late"})
    assert (late.status_code, stored(county)) == (429, before)
    assert "请求太频繁" in late.text
    kept = county.scalars(select(RateCount)).all()
    assert all(b"127.0.0.1" not in bytes(row.who) for row in kept)
    set_clock(county, "2026-03-02 09:50")
    assert visitor.post(HERE, data=said | {"key": "late"}).status_code == 302


def test_codes_cannot_be_tried_one_after_another(
    county: Session, visitor: Browser, said: dict[str, Any]
) -> None:
    number, code = receipt_of(visitor, said)
    answers = [standing(visitor, number, f"AAAA-{n:04}").status_code for n in range(views.LOOKS)]
    assert set(answers) == {404}
    assert standing(visitor, number, code).status_code == 429
    assert county.scalars(select(FollowUp.code_hash)).one() != code.encode()
