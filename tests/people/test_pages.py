"""Pages of units and people: seen by day, filled in, refused beside the field, confirmed."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.demo.numbers import id_number
from enforcement.law.terms import Role
from enforcement.people import queries, services
from enforcement.people.imports.lists import Kind
from enforcement.people.models import Certificate, ImportUpload, Person, Post, Unit
from tests.asking import Pages, actor_of, set_clock, signs_in
from tests.people.making import COUNTY, DAY, give, person, squad, state, unit
from tests.people.test_certificates import issued
from tests.people.test_imports import SOUND, as_csv
from tests.web.test_query_counts import MOST, counted


def hidden(text: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms."""
    return dict(
        re.findall(r'name="(key|version|upload|digest)" type="hidden" value="([^"]*)"', text)
    )


def test_the_tree_is_shown_as_it_was_on_a_day(page: Pages, county: Session) -> None:
    set_clock(county, "2026-03-10 09:00")
    actor, made = actor_of(county, "xitong"), squad(county)
    services.rename_unit(county, actor, made.id, "机动中队", on=date(2026, 3, 5), reason="更名")
    services.close_unit(county, actor, made.id, on=date(2026, 3, 8), reason="撤并")
    browser = page("zhifa1")
    assert "机动中队" not in browser.get("/people").text
    assert "机动中队" in browser.get("/people?which=closed").text
    assert "机动中队" in browser.get("/people?on=2026-03-06").text
    before = browser.get("/people?on=2026-03-04").text
    assert "试点中队" in before
    assert "机动中队" not in before
    assert browser.get("/people?on=never&which=x").status_code == 200
    assert "设立机构" not in browser.get("/people").text
    assert "设立机构" in page("xitong").get("/people").text


@pytest.mark.parametrize(
    "path", ["/people", "/people/list", "/people/certificates", "/people/certificates?only=all"]
)
def test_a_list_needs_few_statements(
    demo_app: Flask, county: Session, page: Pages, path: str
) -> None:
    browser = page("xitong")
    with counted(demo_app) as sent:
        assert browser.get(path).status_code == 200
    assert len(sent) <= MOST, sent


def test_one_unit_and_one_person_need_few_statements(
    demo_app: Flask, county: Session, page: Pages
) -> None:
    browser = page("xitong")
    some = county.query(Person).filter(Person.employment == "civil_servant").first()
    assert some is not None
    for path in (f"/people/units/{unit(county, '01.03.01').id}", f"/people/{some.id}"):
        with counted(demo_app) as sent:
            assert browser.get(path).status_code == 200
        assert len(sent) <= MOST + 6, sent


def test_a_unit_is_opened_renamed_and_closed_by_pages(page: Pages, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    browser = page("xitong")
    said = {"name": "直属中队", "kind": "squad", "parent": "01.01.01", "valid_from": "2026-03-01"}
    opened = browser.post("/people/units/new", data=said)
    assert opened.status_code == 302
    made = unit(county, "01.01.01.04")
    assert opened.location.endswith(str(made.id))
    path = f"/people/units/{made.id}"
    shown = browser.get(f"{path}/rename").text
    kept = hidden(shown)
    renamed = {"name": "机动中队", "reason": "批复", **kept}
    assert browser.post(f"{path}/rename", data=renamed).status_code == 302
    again = browser.post(f"{path}/rename", data=renamed | {"name": "别名"})
    assert (again.status_code, "刚被他人更改" in again.text) == (409, True)
    text = browser.get(path).text
    assert "机动中队" in text
    assert "直属中队" in text  # in the history
    closed = browser.post(f"{path}/close", data={"on": "2026-03-02", "reason": "撤并"})
    assert closed.status_code == 302
    county.refresh(made)
    assert made.valid_to == DAY
    assert "已撤销" in browser.get(path).text


# fmt: off
WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"name": ""},                   "必填"),
    ({"parent": "99"},               "没有代码为99的单位"),
    ({"kind": "brigade"},            "不能设在"),
    ({"kind": "county"},             ""),
    ({"valid_from": "yesterday"},    ""),
    ({"uscc": "91350100M000100Y44"}, "校验不通过"),
)
# fmt: on


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_a_wrong_unit_is_shown_again_with_the_reason(
    page: Pages, county: Session, change: dict[str, str], words: str
) -> None:
    said = {"name": "直属中队", "kind": "squad", "parent": "01.01.01", "valid_from": "2026-03-01"}
    before = county.query(Unit).count()
    answer = page("xitong").post("/people/units/new", data=said | change)
    assert (answer.status_code, county.query(Unit).count()) == (422, before)
    assert words in answer.text
    assert "没有提交成功" in answer.text


def test_a_merger_is_seen_first_and_done_as_seen(page: Pages, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    browser, old = page("xitong"), unit(county, "01.01.04.02")
    path, before = f"/people/units/{old.id}/merge", state(county)
    said = {"target": "01.01.04.01", "on": "2026-03-02", "reason": "机构改革"}
    seen = browser.post(path, data=said)
    assert (seen.status_code, state(county)) == (200, before)
    assert "合并预览" in seen.text
    assert actor_of(county, "zhifa1").name in seen.text
    assert "责任区域不随合并转移" in seen.text
    [digest] = re.findall(r'name="digest" value="([0-9a-f]{64})"', seen.text)
    stale = browser.post(path, data=said | {"digest": "0" * 64})
    assert (stale.status_code, state(county)) == (409, before)
    done = browser.post(path, data=said | {"digest": digest})
    assert done.status_code == 302
    county.refresh(old)
    assert old.merged_into_id == unit(county, "01.01.04.01").id
    assert "并入本机构的" in browser.get(done.location).text
    assert "已于2026-03-02并入" in browser.get(f"/people/units/{old.id}").text


def test_two_clicks_enter_one_person(page: Pages, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    browser, before = page("xitong"), county.query(Person).count()
    said = {
        "name": "新来人", "employment": "civil_servant", "phone": "13900001111",
        "unit": "01.01.01.01", "role": "officer", "valid_from": "2026-03-01",
    } | hidden(browser.get("/people/new").text)  # fmt: skip
    answers = [browser.post("/people/new", data=said) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert county.query(Person).count() == before + 1
    shown = browser.get(answers[0].location).text
    assert "139****1111" in shown
    assert "13900001111" not in shown
    assert "第一执法大队第一中队" in shown


def test_a_person_who_does_not_fit_his_post_is_not_entered(page: Pages, county: Session) -> None:
    browser = page("xitong")
    before = state(county)
    said = {"name": "新来人", "employment": "purchased", "unit": "01.01.01.01"}
    wrong = (
        ({"role": "officer", "valid_from": ""}, "必填"),
        ({"role": "brigade_leader", "valid_from": "2026-03-01"}, "只能在"),
        ({"role": "legal_reviewer", "valid_from": "2026-03-01"}, "法律职业资格"),
        ({"role": "officer", "valid_from": "2026-03-01", "id_number": "1"}, "校验不通过"),
    )
    for change, words in wrong:
        answer = browser.post("/people/new", data=said | change)
        assert (answer.status_code, words in answer.text) == (422, True), change
    assert state(county) == before


def test_posts_and_certificates_are_given_and_ended_by_pages(page: Pages, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    browser, who = page("xitong"), person(county)
    given = {"unit": "01.01.01.01", "role": "officer", "valid_from": "2026-01-01"}
    assert browser.post(f"/people/{who.id}/posts/new", data=given).status_code == 302
    post = county.query(Post).filter_by(person_id=who.id).one()
    said = {"number": "0799000777", "organ": "01.01", "valid_from": "2026-01-01",
            "valid_to": "2026-12-31"}  # fmt: skip
    done = browser.post(f"/people/{who.id}/certificates/new", data=said)
    assert done.status_code == 302
    row = county.query(Certificate).filter_by(number="0799000777").one()
    path = f"/people/certificates/{row.id}"
    renewed = browser.post(f"{path}/renew", data={"valid_to": "2030-12-31"})
    assert renewed.status_code == 302
    suspended = browser.post(f"{path}/suspend", data={"on": "2026-03-02", "reason": "考核"})
    assert suspended.status_code == 302
    assert browser.post(f"{path}/suspend", data={"reason": "再次"}).status_code == 409
    assert browser.post(f"{path}/shred", data={"reason": "x"}).status_code == 404
    text = browser.get(path).text
    assert "暂扣" in text
    assert "延期" in text
    ended = browser.post(f"/people/posts/{post.id}/end", data={"on": "2026-03-02", "reason": "调"})
    assert ended.status_code == 302
    county.refresh(post)
    county.refresh(row)
    assert (post.valid_to, row.valid_to, row.status) == (DAY, date(2030, 12, 31), "suspended")


def test_a_barred_person_is_refused_on_the_page_with_words(page: Pages, county: Session) -> None:
    who = person(county, employment="contract")  # type: ignore[arg-type]
    said = {"number": "0799000778", "organ": "01.01", "valid_from": "2026-01-01",
            "valid_to": "2026-12-31"}  # fmt: skip
    answer = page("xitong").post(f"/people/{who.id}/certificates/new", data=said)
    assert answer.status_code == 422
    assert "合同工不得持有行政执法证" in answer.text
    assert county.query(Certificate).filter_by(number="0799000778").count() == 0


def test_people_are_found_by_number_without_it_in_any_address(page: Pages, county: Session) -> None:
    who = person(county, 7100)
    browser = page("zhifa1")
    found = browser.post("/people/find", data={"number": id_number(7100)})
    assert found.location.endswith(str(who.id))
    nobody = browser.post("/people/find", data={"number": id_number(7101)})
    assert "没有登记过这个号码" in nobody.text
    assert id_number(7101) not in nobody.text
    assert browser.post("/people/find", data={"number": "1"}).status_code == 422


def test_a_number_is_shown_once_with_a_reason(page: Pages, county: Session) -> None:
    who = person(county, 7102)
    browser, path = page("xitong"), f"/people/{who.id}"
    number = id_number(7102)
    assert number not in browser.get(path).text
    empty = browser.post(f"{path}/reveal", data={"number": "id_number", "reason": ""})
    assert (empty.status_code, number in empty.text) == (422, False)
    shown = browser.post(f"{path}/reveal", data={"number": "id_number", "reason": "办社保"})
    assert number in shown.text
    assert number not in browser.get(path).text
    row = county.query(AuditLog).filter_by(act="personal:read", subject=str(who.id)).one()
    assert row.detail == {"number": "id_number", "reason": "办社保"}
    audit = page("shenji").get("/audit").text
    assert "查看完整号码" in audit
    assert number not in audit
    assert "查看完整号码" not in page("zhifa1").get(path).text
    assert page("zhifa1").post(f"{path}/reveal", data={}).status_code == 403


def test_accounts_are_opened_closed_and_moved_by_pages(page: Pages, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    browser, who = page("anquan"), person(county)
    assert "今天没有任职" in browser.get(f"/people/{who.id}/account").text
    first = give(county, who, unit(county, "01.01.01.01"))
    other = give(county, who, unit(county, "01.01.01.02"), Role.OFFICER)
    said = {"post": str(first.id), "username": "xinzhanghao", "password": "short"}
    weak = browser.post(f"/people/{who.id}/account", data=said)
    assert (weak.status_code, "至少8位" in weak.text) == (422, True)
    opened = browser.post(f"/people/{who.id}/account", data=said | {"password": "Neues-Wort-1"})
    assert opened.status_code == 302
    account = queries.find_account(county, "xinzhanghao")
    assert account is not None
    path = f"/accounts/{account.id}"
    assert "xinzhanghao" in browser.get(path).text
    assert browser.post(f"{path}/move", data={"post": str(other.id)}).status_code == 302
    assert actor_of(county, "xinzhanghao").unit_code == "01.01.01.02"
    assert browser.post(f"{path}/close", data={"reason": ""}).status_code == 422
    assert browser.post(f"{path}/close", data={"reason": "离岗"}).status_code == 302
    assert queries.find_actor_by_name(county, "xinzhanghao") is None
    assert browser.post(f"{path}/close", data={"reason": "再次"}).status_code == 409
    assert browser.post(f"{path}/reopen").status_code == 302
    changed = browser.post(f"{path}/password", data={"password": "Anderes-Wort-2"})
    assert changed.status_code == 302
    county.expire_all()
    assert signs_in(county, "xinzhanghao", "Anderes-Wort-2") is not None
    own = queries.find_account(county, "anquan")
    assert own is not None
    refused = browser.post(f"/accounts/{own.id}/close", data={"reason": "x"})
    assert (refused.status_code, own.active) == (409, True)


def test_who_needs_attention_stands_on_the_first_page(page: Pages, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    officer = actor_of(county, "zhifa1")
    county.query(Certificate).filter_by(person_id=officer.person_id).update(
        {"valid_to": date(2026, 3, 5)})  # fmt: skip
    own = page("zhifa1").get("/").text
    assert "您的行政执法证" in own
    assert "2026-03-05" in own
    leader = page("dadui").get("/").text
    assert "执法证需要处理" in leader
    assert "您的行政执法证" not in leader
    listed = page("dadui").get("/people/certificates").text
    assert officer.name in listed
    assert "报警" in listed
    assert "执法证需要处理" not in page("xieguan").get("/").text


def test_a_list_is_looked_at_then_imported_by_pages(page: Pages, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    browser, path = page("xitong"), "/people/lists/people/import"

    def send(data: bytes) -> Any:
        sent = {"file": (BytesIO(data), "人员.csv")}
        return browser.post(path, data=sent, content_type="multipart/form-data")

    before = state(county)
    bad = send(as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE] | {"任职日期": "昨天"}))
    assert (bad.status_code, "不是日期" in bad.text) == (422, True)
    assert "确认导入" not in bad.text
    seen = send(as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE]))
    assert (seen.status_code, state(county)) == (200, before)
    assert "王新来" in seen.text
    assert SOUND[Kind.PEOPLE]["身份证号"] not in seen.text
    done = browser.post(path, data=hidden(seen.text))
    assert (done.status_code, county.query(ImportUpload).count()) == (302, 0)
    assert county.query(Person).filter_by(name="王新来").count() == 1
    again = browser.post(path, data=hidden(seen.text))
    assert (again.status_code, "重新上传" in again.text) == (422, True)
    nothing = browser.post(path, data={}, content_type="multipart/form-data")
    assert (nothing.status_code, "请选择文件" in nothing.text) == (422, True)
    assert browser.get("/people/lists/cars/import").status_code == 404


def test_a_file_beyond_the_limit_of_uploads_is_refused_with_words(
    demo_app: Flask, page: Pages, county: Session
) -> None:
    most = demo_app.config["MAX_CONTENT_LENGTH"]
    sent = {"file": (BytesIO(b"x" * (most + 1)), "大.csv")}
    answer = page("xitong").post(
        "/people/lists/people/import", data=sent, content_type="multipart/form-data"
    )
    assert answer.status_code == 413
    assert "文件太大" in answer.text


def test_templates_and_exports_are_files_that_nobody_keeps(page: Pages, county: Session) -> None:
    browser = page("zhifa1")
    for kind in Kind:
        for suffix in ("xlsx", "csv"):
            for what in ("template", "export"):
                answer = browser.get(f"/people/lists/{kind}/{what}.{suffix}")
                assert answer.status_code == 200
                assert answer.headers["Cache-Control"] == "no-store"
                assert answer.headers["Content-Disposition"].startswith("attachment")
    assert browser.get("/people/lists/people/export.pdf").status_code == 404
    whole = {"kind": "people", "suffix": "csv", "reason": "上报"}
    assert browser.post("/people/lists/export", data=whole).status_code == 403
    answer = page("juzhang").post("/people/lists/export", data=whole)
    assert id_number(1) in answer.text
    empty = page("juzhang").post("/people/lists/export", data=whole | {"reason": ""})
    assert empty.status_code == 422


def test_what_a_person_typed_is_never_markup(page: Pages, county: Session) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    who = person(county, name=nasty)
    made = squad(county, name=nasty)
    give(county, who, made)
    row = issued(county, who, field=nasty, area=nasty)
    browser = page("xitong")
    for path in ("/people", "/people/list?name=%3Cimg", f"/people/{who.id}",
                 f"/people/units/{made.id}", f"/people/certificates/{row.id}",
                 f"/people/units/{made.id}/merge"):  # fmt: skip
        text = browser.get(path).text
        assert "&lt;img" in text, path
        assert "<img src=x" not in text, path


def test_a_person_of_another_county_is_not_shown(page: Pages, county: Session) -> None:
    stranger = services.add_person(county, "361025", "外县人")
    assert page("xitong").get(f"/people/{stranger.id}").status_code == 404
    assert "外县人" not in page("xitong").get("/people/list").text
    assert COUNTY != "361025"
