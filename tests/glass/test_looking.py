"""What a grant opens: the object's own pages and calls, to read; every look is written down."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement.actor import Actor, Glass
from enforcement.audit import AuditLog
from enforcement.case import queries as cases
from enforcement.document.models import Document
from enforcement.errors import NotFoundError, NotPermittedError
from enforcement.glass import looking, queries, services
from enforcement.glass.models import GlassGrant, GlassKind, GlassLook
from enforcement.law.terms import Role
from enforcement.permissions import PERMISSIONS_OF, Permission, allows
from tests.asking import Browser, Calls, Pages, actor_of, set_clock
from tests.case.making import reported
from tests.glass.asking import asked, hidden_case, opened
from tests.glass.test_two_people import told
from tests.web.test_query_counts import counted


def pages_of(session: Session, case: Any) -> list[str]:
    """Return the pages of a case and its papers that a grant opens."""
    paper = session.query(Document).filter_by(case_id=case.id).first()
    assert paper is not None
    base = f"/cases/{case.id}"
    return [base, f"{base}/evidence", f"{base}/clock", f"{base}/money",
            f"{base}/documents/{paper.id}", f"{base}/documents/{paper.id}.pdf"]  # fmt: skip


@pytest.mark.parametrize(("who", "before"), [("xitong", 403), ("dadui", 404)])
def test_a_grant_opens_the_case_and_its_papers_for_reading(
    county: Session, page: Pages, who: str, before: int
) -> None:
    case = hidden_case(county)
    browser = page(who)
    for path in pages_of(county, case):
        assert browser.get(path).status_code == before, path
    grant = opened(county, who, case)
    for path in pages_of(county, case):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "private, no-store", path
    looks = county.scalars(select(GlassLook).where(GlassLook.grant_id == grant.id)).all()
    assert sorted(one.path for one in looks) == sorted(pages_of(county, case))
    logged = county.scalars(select(AuditLog).where(AuditLog.act == "glass:look")).all()
    assert {(row.subject, row.actor_id) for row in logged} == {(str(grant.id), grant.account_id)}
    assert len(logged) == len(looks)


def test_the_page_says_under_which_grant_and_until_when_and_offers_no_act(
    county: Session, page: Pages
) -> None:
    case = hidden_case(county)
    opened(county, "dadui", case)
    html = page("dadui").get(f"/cases/{case.id}").text
    assert f"按授权查看{case.number}，到2026-03-03 11:00为止" in html
    assert f"/cases/{case.id}/papers" not in html
    assert "不由您办理" in html
    assert "查看表单" not in html
    assert "/parties/" not in html
    assert "/dossier" not in html
    assert "13800000000" not in html
    assert html.count("/todo") >= 1, "the menu stays the person's own"


def test_a_grant_lets_nobody_act(county: Session, page: Pages, call: Calls) -> None:
    case = hidden_case(county)
    version = case.version
    opened(county, "dadui", case)
    browser = page("dadui")
    for path in ("/check", "/money/notice", "/evidence/new", "/papers/D08", "/measures/propose",
                 "/goods", "/dossier", "/diary.pdf", "/dossier.zip", "/papers"):  # fmt: skip
        for method in ("GET", "POST"):
            status = browser.open(f"/cases/{case.id}{path}", method=method).status_code
            assert status in (403, 404, 405), (method, path, status)
    for path in ("/check", "/withdraw-filing", "/exclusions", "/evidence", "/goods"):
        status = call("dadui", "POST", f"/cases/{case.id}{path}", json={}).status_code
        assert status in (403, 404, 405, 422), (path, status)
    county.refresh(case)
    assert case.version == version


def test_lists_and_other_objects_stay_closed(county: Session, page: Pages, call: Calls) -> None:
    case = hidden_case(county)
    opened(county, "dadui", case)
    number = case.number
    assert number not in page("dadui").get("/cases").text
    assert number not in page("dadui").get("/todo").text
    listed = call("dadui", "GET", "/cases?limit=100").get_json()["cases"]
    assert number not in [one["number"] for one in listed]
    other = county.scalar(text("select id from case_file where id <> :id limit 1"), {"id": case.id})
    opened(county, "xitong", case)
    assert call("xitong", "GET", f"/cases/{case.id}").status_code == 200
    for path in (f"/cases/{other or uuid.uuid4()}", "/cases", f"/incidents/{case.incident_id}"):
        assert call("xitong", "GET", path).status_code == 403, path


def test_a_grant_upon_an_incident_opens_it_and_not_its_case(
    county: Session, page: Pages, call: Calls
) -> None:
    incident = reported(county)
    county.commit()
    assert call("anquan", "GET", f"/incidents/{incident.id}").status_code == 403
    opened(county, "anquan", incident)
    told_of = call("anquan", "GET", f"/incidents/{incident.id}").get_json()
    assert told_of["number"] == incident.number
    html = page("anquan").get(f"/incidents/{incident.id}").text
    assert "应急授权查看" in html
    assert 'action="/incidents/' not in html
    assert call("anquan", "GET", "/incidents").status_code == 403
    answer = call("anquan", "POST", f"/incidents/{incident.id}/accept", json={"version": 1})
    assert answer.status_code == 403


@pytest.mark.parametrize("how", ["over", "ended", "refused", "waiting"])
def test_without_a_standing_grant_the_answer_is_the_one_of_before(
    county: Session, page: Pages, how: str
) -> None:
    case = hidden_case(county)
    browser = page("dadui")
    if how in ("over", "ended"):
        grant = opened(county, "dadui", case, hours=1)
        assert browser.get(f"/cases/{case.id}").status_code == 200
        if how == "over":
            set_clock(county, "2026-03-03 10:05")
        else:
            services.end(county, actor_of(county, "juzhang"), grant.id)
    else:
        grant = asked(county, "dadui", case)
        if how == "refused":
            services.decide(county, actor_of(county, "juzhang"), grant.id, agree=False, reason="否")
    county.commit()
    answer = browser.get(f"/cases/{case.id}")
    absent = browser.get(f"/cases/{uuid.uuid4()}")
    assert (answer.status_code, absent.status_code) == (404, 404)
    assert "没有找到该案件" in answer.text


def test_the_first_look_is_told_once(county: Session, call: Calls) -> None:
    case = hidden_case(county)
    grant = opened(county, "xitong", case)
    for _n in range(3):
        assert call("xitong", "GET", f"/cases/{case.id}").status_code == 200
    county.refresh(grant)
    assert grant.first_used_at is not None
    assert told(county, "shenji") == ["glass_asked", "glass_agreed", "glass_used"]


def test_who_sees_it_by_his_post_needs_no_grant_and_is_not_counted(
    county: Session, call: Calls
) -> None:
    case = hidden_case(county)
    assert call("juzhang", "GET", f"/cases/{case.id}").status_code == 200
    assert county.query(GlassLook).count() == 0


def test_a_narrowed_token_and_another_post_open_nothing_by_a_grant(county: Session) -> None:
    case = hidden_case(county)
    opened(county, "xitong", case)
    me = actor_of(county, "xitong")
    narrow = Actor(**{**me.__dict__, "scopes": frozenset({"self:use"})})
    assert looking.begin(county, narrow, GlassKind.CASE, case.id, "x", "/x") is None
    moved = Actor(**{**me.__dict__, "role": Role.AUDIT_ADMIN})
    assert looking.begin(county, moved, GlassKind.CASE, case.id, "x", "/x") is None
    assert looking.begin(county, me, GlassKind.CASE, case.id, "x", "/x") is not None


def test_under_a_grant_every_right_but_reading_is_gone(county: Session) -> None:
    case = hidden_case(county)
    grant = opened(county, "dadui", case)
    me = actor_of(county, "dadui")
    glass = Glass(grant.id, "case", case.id, case.number, grant.until)
    under = Actor(**{**me.__dict__, "glass": glass})
    held = {one for one in Permission if allows(under, one)}
    assert held == {Permission.CASE_READ, Permission.DOCUMENT_READ}
    assert Permission.PERSONAL_READ in PERMISSIONS_OF[me.role]
    assert cases.get(county, under, case.id).id == case.id
    with pytest.raises(NotFoundError):
        cases.get(county, under, case.id, lock=True)
    lost = Actor(**{**me.__dict__, "glass": Glass(uuid.uuid4(), "case", case.id, "", grant.until)})
    with pytest.raises(NotFoundError):
        cases.get(county, lost, case.id)


def test_looks_are_never_changed(county: Session, call: Calls) -> None:
    case = hidden_case(county)
    opened(county, "xitong", case)
    call("xitong", "GET", f"/cases/{case.id}")
    for sql in ("update glass_look set path = '/'", "delete from glass_look"):
        with pytest.raises(DBAPIError), county.begin_nested():
            county.execute(text(sql))


# --- pages, calls, commands ---------------------------------------------------------------------


def test_pages_from_the_request_to_the_list_of_looks(county: Session, page: Pages) -> None:
    case = hidden_case(county)
    asker = page("xitong")
    assert "没有申请过应急授权查看" in asker.get("/glass").text
    form = {"kind": "case", "number": case.number.lower(), "until": "2026-03-03T12:00",
            "reason": "核对页面故障"}  # fmt: skip
    wrong = asker.post("/glass", data=form | {"until": "2026-03-03T14:00"})
    assert wrong.status_code == 422
    assert "最多查看4小时" in wrong.text
    assert asker.post("/glass", data=form).status_code == 302
    [grant] = county.scalars(select(GlassGrant))
    head = page("juzhang")
    assert "核对页面故障" in head.get("/glass/waiting").text
    empty = head.post(f"/glass/{grant.id}/decide", data={"do": "agree", "reason": ""})
    assert (empty.status_code, "请写明理由" in empty.text) == (422, True)
    done = head.post(f"/glass/{grant.id}/decide", data={"do": "agree", "reason": "同意核对"})
    assert done.status_code == 302
    assert f'href="/cases/{case.id}"' in asker.get("/glass").text
    assert asker.get(f"/cases/{case.id}").status_code == 200
    auditor = page("shenji")
    listed = auditor.get("/glass/all").text
    assert f'href="/glass/{grant.id}"' in listed
    assert "1次" in listed
    assert f"/cases/{case.id}" in auditor.get(f"/glass/{grant.id}").text
    assert "应急授权查看已首次使用" in auditor.get("/notices").text
    assert asker.post(f"/glass/{grant.id}/end").location == "/glass"
    assert asker.get(f"/cases/{case.id}").status_code == 403


def test_calls_do_what_the_pages_do(county: Session, call: Calls) -> None:
    case = hidden_case(county)
    body = {
        "kind": "case",
        "number": case.number,
        "reason": "核对",
        "until": "2026-03-03T12:00:00+08:00",
    }
    made = call("xitong", "POST", "/glass", json=body)
    assert (made.status_code, made.get_json()["object_id"]) == (201, None)
    where = f"/glass/{made.get_json()['id']}"
    assert [
        one["state"] for one in call("anquan", "GET", "/glass/waiting").get_json()["grants"]
    ] == ["asked"]
    agreed = call("anquan", "POST", f"{where}/decide", json={"agree": True, "reason": "是"})
    assert agreed.get_json()["object_id"] == str(case.id)
    call("xitong", "GET", f"/cases/{case.id}")
    assert call("shenji", "GET", "/glass/all").get_json()["grants"][0]["looks"] == 1
    assert call("shenji", "GET", where).get_json()["looks"][0]["what"].endswith("get_case")
    ended = call("anquan", "POST", f"{where}/end")
    assert ended.get_json()["state"] == "ended"
    assert call("xitong", "GET", f"/cases/{case.id}").status_code == 403


def test_the_list_costs_the_same_however_many_grants_it_shows(
    demo_app: Flask, county: Session, page: Pages
) -> None:
    case = hidden_case(county)
    opened(county, "xitong", case)
    browser, counts = page("shenji"), []
    browser.get("/glass/all")
    for more in (0, 6):
        for _n in range(more):
            opened(county, "xitong", case)
        with counted(demo_app) as sent:
            assert browser.get("/glass/all").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_a_page_of_one_s_own_costs_no_statement_more(
    demo_app: Flask, county: Session, page: Pages
) -> None:
    case = hidden_case(county)
    browser: Browser = page("juzhang")
    browser.get(f"/cases/{case.id}")
    with counted(demo_app) as sent:
        browser.get(f"/cases/{case.id}")
    assert not [one for one in sent if "glass" in one]


def test_an_unknown_grant_and_a_strangers_look_the_same(county: Session) -> None:
    grant = asked(county, "xitong", hidden_case(county))
    with pytest.raises(NotFoundError) as hidden:
        services.end(county, actor_of(county, "dadui"), grant.id)
    with pytest.raises(NotFoundError) as absent:
        services.end(county, actor_of(county, "dadui"), uuid.uuid4())
    assert str(hidden.value) == str(absent.value)
    with pytest.raises(NotPermittedError):
        services.decide(county, actor_of(county, "zhifa1"), grant.id, agree=True, reason="x")
    assert queries.list_mine(county, actor_of(county, "dadui")) == []
