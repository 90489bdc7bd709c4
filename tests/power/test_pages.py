"""Pages and calls of the power list: filters, preview before import, withdrawal, the question."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from enforcement.law.power_terms import ItemStatus
from enforcement.power import importing, queries, services, spreadsheet
from enforcement.power.models import PowerItem
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import filed_case
from tests.power.test_spreadsheet import COUNTY, SOUND, as_csv, items
from tests.web.test_query_counts import MOST, counted


def item_of(session: Session, code: str) -> PowerItem:
    found = queries.find_by_code(session, COUNTY, code)
    assert found is not None
    return found


def test_the_list_is_filtered_and_paged_by_code(page: Pages, county: Session) -> None:
    browser = page("zhifa1")
    first = browser.get("/power").text
    assert "M01" in first
    assert "下一页" in first
    direct = browser.get("/power?channel=direct&status=in_force&act_type=execution").text
    assert "M16-220322100" in direct
    assert "M12" not in direct
    assert "导入清单" not in first


@pytest.mark.parametrize("path", ["/power", "/power?channel=direct"])
def test_the_page_costs_the_same_however_long_the_list(
    demo_app: Flask, county: Session, page: Pages, path: str
) -> None:
    browser = page("juzhang")
    with counted(demo_app) as sent:
        assert browser.get(path).status_code == 200
    assert len(sent) <= MOST, sent


def test_the_call_costs_the_same_however_long_the_list(
    demo_app: Flask, county: Session, call: Calls
) -> None:
    counts = []
    call("juzhang", "GET", "/me")
    for limit in (1, 60):
        with counted(demo_app) as sent:
            found = call("juzhang", "GET", f"/power/items?limit={limit}").get_json()
        assert len(found["items"]) == limit
        counts.append(len(sent))
    assert counts[0] == counts[1] <= MOST


def test_a_file_is_seen_before_it_is_applied(page: Pages, county: Session) -> None:
    browser, before = page("xitong"), items(county)
    sent = {"file": (BytesIO(as_csv(SOUND)), "清单.csv")}
    seen = browser.post("/power/import", data=sent, content_type="multipart/form-data")
    assert seen.status_code == 200
    assert items(county) == before
    assert "N1" in seen.text
    kept = dict(re.findall(r'name="(sha256|digest)" type="hidden" value="([0-9a-f]+)"', seen.text))
    done = browser.post("/power/import", data=kept)
    assert (done.status_code, items(county)) == (302, before + 1)


def test_a_bad_file_shows_row_column_and_reason(page: Pages, county: Session) -> None:
    sent = {"file": (BytesIO(as_csv(SOUND | {"生效日期": "去年"})), "x.csv")}
    answer = page("xitong").post("/power/import", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "不是日期" in answer.text
    assert "确认导入" not in answer.text
    nothing = page("xitong").post("/power/import", data={}, content_type="multipart/form-data")
    assert (nothing.status_code, "请选择文件" in nothing.text) == (422, True)


def test_an_item_is_withdrawn_with_a_reason(page: Pages, county: Session) -> None:
    item, browser = item_of(county, "M12"), page("xitong")
    path = f"/power/items/{item.id}/withdrawn"
    empty = browser.post(path, data={"reason": ""})
    assert (empty.status_code, item.status) == (422, "in_force")
    assert browser.post(path, data={"reason": "省里收回"}).status_code == 302
    county.refresh(item)
    assert item.status == "withdrawn"
    again = browser.post(path, data={"reason": "再次"})
    assert again.status_code == 409
    shown = browser.get(f"/power/items/{item.id}").text
    assert "省里收回" in shown
    assert page("zhifa1").post(path, data={"reason": "x"}).status_code == 403


def test_the_question_is_answered_on_a_page(page: Pages, county: Session) -> None:
    asked = "/power/may?unit=01.01.01.01&act={}&matter={}&place=220322100"
    allowed = page("zhifa1").get(asked.format("penalty", "M12")).text
    assert "名义和印章" in allowed
    assert "梨树县综合行政执法局" in allowed
    assert "请转110" in page("zhifa1").get(asked.format("penalty", "X01")).text
    wrong = page("zhifa1").get("/power/may?unit=99&act=penalty&matter=M12&place=220322")
    assert "没有代码" in wrong.text


def test_the_question_and_the_list_have_their_calls(call: Calls, county: Session) -> None:
    asked = "/power/may?unit=01.01.01.01&matter=M12&place=220322100&on=2026-03-02"
    found = call("zhifa1", "GET", asked).get_json()
    assert (found["allowed"], found["seal_of"]) == (True, "梨树县综合行政执法局")
    item = call("zhifa1", "GET", f"/power/items/{found['item_id']}").get_json()
    assert [one["id"] for one in item["versions"]] == [found["provision_id"]]
    bad = call("zhifa1", "GET", "/power/may?unit=01.01&matter=M99&place=220322")
    assert bad.status_code == 422


def test_a_list_is_imported_and_exported_by_calls(call: Calls, county: Session) -> None:
    data = as_csv(SOUND)
    seen = call("xitong", "POST", "/power/import?name=x.csv", data=data).get_json()
    assert ([one["code"] for one in seen["added"]], seen["applied"]) == (["N1"], False)
    path = f"/power/import?name=x.csv&apply=true&digest={seen['digest']}"
    assert call("xitong", "POST", path, data=data).get_json()["applied"]
    out = call("zhifa1", "GET", "/power/export.csv").data
    assert importing.preview(county, actor_of(county, "xitong"), out, "x.csv").same == items(county)
    item = item_of(county, "N1")
    body = {"status": "suspended", "reason": "评估"}
    changed = call("xitong", "POST", f"/power/items/{item.id}/status", json=body).get_json()
    assert changed["status"] == "suspended"


def test_a_case_whose_power_has_ended_is_flagged_where_it_is_shown(
    page: Pages, call: Calls, county: Session
) -> None:
    case = filed_case(county)
    assert not call("fazhi", "GET", f"/cases/{case.id}").get_json()["power"]["flagged"]
    services.set_status(
        county, actor_of(county, "xitong"), item_of(county, "M12").id, ItemStatus.WITHDRAWN,
        on=date(2026, 3, 5), reason="省里收回",
    )  # fmt: skip
    set_clock(county, "2026-03-06 09:00")
    county.commit()
    assert call("fazhi", "GET", f"/cases/{case.id}").get_json()["power"]["flagged"]
    assert "须提请法制审核" in page("fazhi").get(f"/cases/{case.id}").text


def test_the_exported_file_is_a_workbook(page: Pages, county: Session) -> None:
    answer = page("zhifa1").get("/power/export.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(spreadsheet.read(answer.data, "x.xlsx").rows) == items(county)
    assert page("zhifa1").get("/power/export.pdf").status_code == 404
