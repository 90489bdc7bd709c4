"""What the public may report is the county's own list: on its form and in Open311, at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.citizen import services as citizens
from enforcement.incident.models import Incident
from enforcement.law import public
from enforcement.law import taxonomy as law
from enforcement.law.errors import UnknownRuleError
from enforcement.open311 import services as open311
from enforcement.taxonomy import importing
from enforcement.taxonomy.models import ListKind
from tests.asking import Browser, Calls, Pages, actor_of, set_clock
from tests.case.making import report_of
from tests.taxonomy.making import COUNTY, as_csv, changed, now, put, rows_of

BASE = "/open311/v2"
PUBLIC = "群众可上报"
OWN = {"代码": "0120", "上级代码": "01", "名称": "共享单车乱停", "英文名称": "Bicycles in the way",
       PUBLIC: "是", "图标": "bicycle"}  # fmt: skip


def with_own(**cells: str) -> bytes:
    """Return the shipped list with a category of the county's own that the public may report."""
    rows = rows_of()
    row = dict.fromkeys(rows[0], "") | OWN | cells
    return as_csv([*rows[:-1], row, rows[-1]])


@pytest.fixture
def visitor(demo_app: Flask, county: Session) -> Browser:
    set_clock(county, "2026-03-02 09:10")
    return Browser(demo_app, demo_app.response_class)


def services(visitor: Browser) -> dict[str, Any]:
    rows = visitor.get(f"{BASE}/services.json").get_json()
    return {row["service_code"]: row for row in rows}


def said(session: Session, code: str) -> dict[str, str]:
    what = report_of(session)
    return {"category": code, "description": "挡路", "lon": str(what.lon), "lat": str(what.lat),
            "consent": "y", "key": f"k-{code}"}  # fmt: skip


def test_what_ships_is_what_the_file_of_public_categories_holds(county: Session) -> None:
    shipped = law.shipped()
    rows = (Path(public.__file__).parent / "data/incident_public.csv").read_text().split()[1:]
    assert set(public.offers(shipped)) == {row.split(",")[0] for row in rows}
    assert set(public.shown_openly(shipped)) == set(shipped.public) - {"V1", "V3", "V6", "V7"}


def test_a_category_made_public_appears_with_its_names_and_is_taken(
    county: Session, visitor: Browser
) -> None:
    assert "0120" not in services(visitor)
    put(county, with_own())
    offered = services(visitor)["0120"]
    assert (offered["service_name"], offered["group"]) == ("共享单车乱停", "环境")
    english = visitor.get(f"{BASE}/services.json", headers={"Accept-Language": "en"}).get_json()
    assert "Bicycles in the way" in {row["service_name"] for row in english}
    page = visitor.get("/public/report").text
    assert "共享单车乱停" in page
    assert "bi-bicycle" in page
    sent = visitor.post("/public/report", data=said(county, "0120"))
    assert sent.status_code == 302, sent.text
    newest = select(Incident.category).where(Incident.source == "citizen")
    assert county.scalars(newest).all() == ["0120"]


def test_a_category_that_was_withdrawn_disappears_and_is_refused(
    county: Session, visitor: Browser
) -> None:
    client, key = open311.add_client(
        county, actor_of(county, "anquan"), "热线", rate_per_minute=600, sees_description=True
    )
    body = report_of(county)
    sent = {"service_code": "V8", "lat": str(body.lat), "long": str(body.lon),
            "description": "垃圾", "api_key": key}  # fmt: skip
    own = visitor.post(f"{BASE}/requests.json", data=sent).get_json()[0]
    other = citizens.report(
        county, COUNTY, report_of(county, category="V8"), key="c-1", timeless=True
    ).incident.number
    county.commit()
    put(county, changed(cV8={PUBLIC: "否"}))
    assert "V8" not in services(visitor)
    assert visitor.get(f"{BASE}/services/V8.json").status_code == 404
    assert "环境卫生、焚烧" not in visitor.get("/public/report").text
    before = county.scalar(select(func.count()).select_from(Incident))
    assert visitor.post("/public/report", data=said(county, "V8")).status_code == 422
    assert visitor.post(f"{BASE}/requests.json", data=sent).status_code == 404
    with pytest.raises(UnknownRuleError):
        citizens.report(county, COUNTY, report_of(county, category="V8"), key="c-2", timeless=True)
    assert county.scalar(select(func.count()).select_from(Incident)) == before
    auth = {"X-Api-Key": key}
    listed = visitor.get(f"{BASE}/requests.json?service_code=V8", headers=auth).get_json()
    assert [row["service_request_id"] for row in listed] == [own["service_request_id"]]
    assert listed[0]["service_name"] == "环境卫生、焚烧"
    assert visitor.get(f"{BASE}/requests/{other}.json", headers=auth).status_code == 404
    assert client.active


def test_a_category_out_of_use_is_not_offered_whatever_its_column_says(
    county: Session, visitor: Browser
) -> None:
    put(county, changed(cV8={"是否启用": "否"}))
    assert now(county).categories["V8"].public
    assert "V8" not in services(visitor)


def test_an_empty_cell_and_a_file_without_the_column_mean_what_ships(county: Session) -> None:
    rows = [{key: text for key, text in row.items() if key != PUBLIC} for row in rows_of()]
    rows[0]["处置时限"] = "9工作时"
    put(county, as_csv(rows))
    assert set(now(county).public) == set(law.shipped().public)
    put(county, changed(cV8={PUBLIC: ""}, c02={PUBLIC: "否"}))
    assert set(now(county).public) == set(law.shipped().public) - {"02"}


def test_another_word_than_yes_or_no_is_refused_with_its_row(county: Session) -> None:
    seen = importing.preview(
        county, actor_of(county, "xitong"), ListKind.CATEGORIES,
        changed(cV8={PUBLIC: "也许"}), "a.csv",
    )  # fmt: skip
    assert [(one.column, one.reason) for one in seen.problems] == [(PUBLIC, "只能填“是”或者“否”。")]


def test_what_a_category_needs_in_words_is_asked_of_other_systems(county: Session) -> None:
    put(county, with_own(必填项="地点描述"))
    assert public.offer(now(county), "0120").asks == ("place",)


def test_a_category_of_no_known_kind_is_read_by_its_reporter_only(county: Session) -> None:
    put(county, with_own(代码="30", 上级代码="", 名称="其他事项"))
    offered = public.offer(now(county), "30")
    assert (offered.sensitive, offered.group_zh) == (True, "其他")
    assert "30" not in public.shown_openly(now(county))


def test_a_county_that_takes_nothing_says_so(county: Session, visitor: Browser) -> None:
    nothing: dict[str, dict[str, str]] = {f"c{row['代码']}": {PUBLIC: "否"} for row in rows_of()}
    nothing.pop("c*")
    put(county, changed(**nothing))
    page = visitor.get("/public/report")
    assert page.status_code == 200
    assert "不接受网上上报" in page.text
    assert services(visitor) == {}


def test_the_page_and_the_call_of_the_list_say_what_is_public(
    county: Session, page: Pages, call: Calls
) -> None:
    put(county, changed(cV8={PUBLIC: "否"}))
    shown = page("xitong").get("/taxonomy").text
    assert shown.count('<span class="state state-blue">公开</span>') == len(now(county).public)
    rows = call("fujing", "GET", "/taxonomy").get_json()["categories"]
    assert {row["code"] for row in rows if row["public"]} == set(now(county).public)
