"""The pages: two clicks on one button, bad input in words, a session that rests too long."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from sqlalchemy.orm import Session

from enforcement.demo.photo import draw_photo
from enforcement.document.models import Document
from enforcement.incident.models import Incident
from enforcement.security import Sessions
from tests.asking import Calls, Pages, set_clock
from tests.case.making import filed_case, home_point


def form_of(county: Session, **change: Any) -> dict[str, Any]:
    """Return what the phone page sends."""
    lon, lat = home_point(county)
    said = {"category": "04", "description": "占道经营", "occurred_at": "2026-03-02T09:15",
            "lon": str(lon), "lat": str(lat), "key": "one-click"}  # fmt: skip
    return said | change


def test_two_clicks_on_the_phone_store_one_incident(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:30")
    browser, before = page("fujing"), county.query(Incident).count()
    answers = [
        browser.post(
            "/m/report", data=form_of(county) | {"photos": (BytesIO(draw_photo(2)), "a.jpg")}
        )
        for _click in range(2)
    ]
    assert {answer.status_code for answer in answers} == {302}
    assert answers[0].location == answers[1].location
    assert county.query(Incident).count() == before + 1


def test_two_clicks_on_an_act_issue_one_paper(county: Session, page: Pages) -> None:
    case = filed_case(county)
    browser = page("zhifa1")
    shown = browser.get(f"/cases/{case.id}/order_correction").text
    hidden = dict(re.findall(r'name="(key|version)" type="hidden" value="([^"]+)"', shown))
    said = {"demand": "清除货架", "until_on": "2026-03-20", **hidden}
    for _click in range(2):
        answer = browser.post(f"/cases/{case.id}/order_correction", data=said)
        assert answer.status_code == 302
    assert county.query(Document).filter_by(case_id=case.id, code="D09").count() == 1


# fmt: off
WRONG = (  # change, words of the answer
    ({"photos": (BytesIO(b"no image"), "a.jpg")},    "不是可以打开的照片"),
    ({"lon": "116.4", "lat": "39.9"},                "不在本县范围内"),
    ({"lon": "east"},                                "不是数字"),
    ({"lon": "nan"},                                 "不是数字"),
    ({"description": ""},                            "请写明情况"),
    ({"category": "V77"},                            "类别"),
    ({"occurred_at": "2026-03-05T09:00"},            "将来"),
)
# fmt: on


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_a_wrong_report_is_shown_again_with_the_reason(
    county: Session, page: Pages, change: dict[str, Any], words: str
) -> None:
    set_clock(county, "2026-03-02 09:30")
    browser, before = page("fujing"), county.query(Incident).count()
    answer = browser.post("/m/report", data=form_of(county, **change))
    assert answer.status_code == 422
    assert words in answer.text
    assert county.query(Incident).count() == before


def test_what_a_person_typed_is_never_markup(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:30")
    nasty = "</script><img src=x onerror=alert(1)>`${1}`\"'"
    answer = page("fujing").post("/m/report", data=form_of(county, description=nasty, place=nasty))
    incident = county.query(Incident).filter_by(description=nasty).one()
    assert answer.location.endswith(str(incident.id))
    for path in (
        f"/incidents/{incident.id}",
        f"/map/incidents/{incident.id}",
        "/map",
        "/map/list",
        "/map/frame",
    ):
        text = page("dadui").get(path).text
        assert "<img src=x" not in text
        assert "${1}" not in text or "frame" not in path


def test_a_browser_that_rests_too_long_signs_in_again(demo_app: Flask, page: Pages) -> None:
    browser = page("zhifa1")
    assert browser.get("/").status_code == 200
    lifetime = demo_app.permanent_session_lifetime
    demo_app.permanent_session_lifetime = timedelta(seconds=-1)
    try:
        answer = browser.get("/")
    finally:
        demo_app.permanent_session_lifetime = lifetime
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def test_a_form_without_its_token_is_refused(demo_app: Flask, page: Pages) -> None:
    browser = page("fujing")
    demo_app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = browser.post("/m/report", data={"description": "x"})
    finally:
        demo_app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "页面已过期" in answer.text


def test_signing_in_never_leads_to_another_site(demo_app: Flask, county: Session) -> None:
    from enforcement.demo import DEMO_WORD

    for target in ("https://example.org/", "//example.org", "/\\example.org"):
        answer = demo_app.test_client().post(
            "/sign-in", query_string={"next": target},
            data={"username": "zhifa1", "password": DEMO_WORD},
        )  # fmt: skip
        assert answer.location == "/"


def test_who_asks_by_a_token_gets_no_cookie(call: Calls, page: Pages) -> None:
    assert "Set-Cookie" not in call("zhifa1", "GET", "/incidents").headers
    assert "Set-Cookie" in page("zhifa1").post("/language", data={"language": "en"}).headers


def test_a_late_answer_does_not_take_back_what_another_said(page: Pages) -> None:
    browser = page("zhifa1")
    browser.get("/map")
    before = browser.get_cookie("session")
    assert before is not None
    browser.post("/language", data={"language": "en"})
    browser.set_cookie("session", before.value)  # as a tile sends it that was asked for before
    assert "Set-Cookie" not in browser.get("/map/list").headers


@pytest.mark.parametrize(("minutes", "renewed"), [(2, False), (4, True)])
def test_a_cookie_in_use_lives_on(
    demo_app: Flask, page: Pages, monkeypatch: pytest.MonkeyPatch, minutes: int, renewed: bool
) -> None:
    browser, then = page("zhifa1"), int(time.time()) - 60 * minutes
    browser.get("/help")  # its forms have got their token
    cookie, signer = browser.get_cookie("session"), Sessions().get_signing_serializer(demo_app)
    assert cookie is not None
    assert signer is not None
    said = signer.loads(cookie.value)
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda _signer: then)
        browser.set_cookie("session", str(signer.dumps(said)))
    assert ("Set-Cookie" in browser.get("/help").headers) is renewed
