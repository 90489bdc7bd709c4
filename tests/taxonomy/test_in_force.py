"""Reports, limits, calls, pages and other processes go by the list that is in force."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.case.defaults import register_defaults
from enforcement.db import make_engine
from enforcement.demo.photo import draw_photo
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError
from enforcement.incident import services
from enforcement.incident.intake import Photo, Sender, take
from enforcement.incident.models import Incident
from enforcement.jurisdiction import duty_acts
from enforcement.law.terms import IncidentSource, Urgency
from enforcement.taxonomy import importing, queries
from enforcement.taxonomy.models import ListKind
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import report_of
from tests.taxonomy.making import COUNTY, as_csv, changed, now, put, rows_of
from tests.web.test_query_counts import counted


def report(session: Session, photos: tuple[Photo, ...] = (), **change: Any) -> Incident:
    set_clock(session, "2026-03-02 09:30")
    return services.report(
        session, actor_of(session, "fujing"), report_of(session, **change), photos
    )


PHOTO = (Photo("a.jpg", draw_photo(1)),)
NEEDS = [
    ("照片", "photos", {}, PHOTO),
    ("坐标", "lon", {}, ()),
    ("地点描述", "place", {"place": "村口"}, ()),
]


@pytest.mark.parametrize(("need", "field", "given", "photos"), NEEDS)
def test_a_required_field_is_asked_for_by_name(
    county: Session, need: str, field: str, given: dict[str, Any], photos: tuple[Photo, ...]
) -> None:
    put(county, changed(c0108={"必填项": need}))
    lacking = {"lon": None, "lat": None} if need == "坐标" else {"place": None}
    before = county.query(Incident).count()
    with pytest.raises(InvalidInputError) as refused, county.begin_nested():
        report(county, category="0108", **lacking)
    assert refused.value.field == field
    assert county.query(Incident).count() == before
    assert report(county, photos, category="0108", **given).category == "0108"


def test_a_caller_leaves_his_number_where_the_category_asks_and_staff_are_known(
    county: Session,
) -> None:
    put(county, changed(c0108={"必填项": "联系电话"}))
    sender = Sender.of(actor_of(county, "jiexian"))
    asked = {"category": "0108", "source": IncidentSource.DESK}
    with pytest.raises(InvalidInputError) as refused, county.begin_nested():
        take(county, sender, report_of(county, **asked))
    assert refused.value.field == "reporter_phone"
    assert take(county, sender, report_of(county, **asked, reporter_phone="13900000000")).incident
    assert report(county, category="0108").id


@pytest.mark.parametrize(
    "urgent",
    [{"category": "V7"}, {"category": "05"}, {"category": "0501"},
     {"category": "0108", "urgency": Urgency.RED},
     {"category": "V6", "urgency": Urgency.GREEN, "source": IncidentSource.BUTTON}],
)  # fmt: skip
def test_an_emergency_is_never_refused_for_a_missing_field(
    county: Session, urgent: dict[str, Any]
) -> None:
    asked = {"必填项": "照片、坐标、地点描述、联系电话"}
    put(county, changed(cV7=asked, c05=asked, c0501=asked, c0108=asked, cV6=asked))
    assert report(county, lon=None, lat=None, place=None, **urgent).id


def test_a_dropped_category_is_refused_for_new_reports_and_old_ones_stay_readable(
    county: Session, page: Pages, call: Calls
) -> None:
    before = report(county, category="0108")
    put(county, changed("0108"))
    with pytest.raises(InvalidInputError, match="道路遗撒") as refused, county.begin_nested():
        report(county, category="0108")
    assert refused.value.field == "category"
    browser = page("zhihui")
    assert "道路遗撒" in browser.get(f"/incidents/{before.id}").text
    assert "道路遗撒" in browser.get("/incidents?category=0108").text
    assert browser.get("/map").status_code == browser.get("/").status_code == 200
    assert call("zhihui", "GET", f"/incidents/{before.id}").json["category"] == "0108"  # type: ignore[index]


def test_a_switched_off_category_is_not_offered_nor_what_lies_below_it(county: Session) -> None:
    put(county, changed(c02={"是否启用": "否"}))
    assert {"02", "0201"} & set(now(county).offered) == set()
    with pytest.raises(InvalidInputError, match="已停用"), county.begin_nested():
        report(county, category="0201")


def test_limits_and_calls_are_those_of_the_county(county: Session) -> None:
    put(county, changed(c0108={"受理时限": "2紧急工作时"}))
    incident = report(county, category="0108")
    assert incident.stage_due_at == incident.received_at + timedelta(hours=2)
    rows = [row for row in rows_of(ListKind.CALLS) if row["编号"] == "desk_half"]
    put(county, as_csv(rows), ListKind.CALLS)
    second = report(county, category="0108")
    due = county.scalars(
        select(DueStep.rule).where(DueStep.subject_id == second.id, DueStep.state == "waiting")
    ).all()
    assert due == ["0:desk_half"]


def test_level_2_takes_the_limits_of_level_1_where_it_has_none(county: Session) -> None:
    put(county, changed(c01={"受理时限": "3紧急工作时"}, c0108={"受理时限": ""}))
    incident = report(county, category="0108")
    assert incident.stage_due_at == incident.received_at + timedelta(hours=3)


def test_the_matter_of_a_case_comes_from_the_list(county: Session) -> None:
    incident = report(county, category="0108")
    assert register_defaults(county, incident)["matter_code"] == "M06"
    put(county, changed(c0108={"可转案件事项": "M08"}))
    assert register_defaults(county, incident)["matter_code"] == "M08"


def test_a_duty_of_level_1_answers_for_level_2(county: Session) -> None:
    actor = actor_of(county, "xitong")
    set_clock(county, "2026-03-02 09:00")
    plain = report(county, category="0108")
    other = county.execute(
        text("select code from unit where kind = 'squad' and code <> :mine order by code limit 1"),
        {"mine": plain.responsible_unit_code},
    ).scalar_one()
    duty_acts.add(county, actor, other, area_code=str(plain.village_code), category="01")
    assert report(county, category="0108").responsible_unit_code == other
    assert report(county, category="01").responsible_unit_code == other
    assert report(county, category="0201").responsible_unit_code == plain.responsible_unit_code


def test_a_report_learns_of_the_list_without_a_statement_of_its_own(
    county: Session, demo_app: Flask
) -> None:
    report(county)
    with counted(demo_app) as shipped:
        report(county)
    put(county, changed(c01={"名称": "市容"}))
    report(county)
    with counted(demo_app) as imported:
        report(county)
    assert len(imported) == len(shipped)


def test_a_change_of_another_process_holds_for_the_next_report(live_app: Flask) -> None:
    """Two engines stand for two processes: the list that one commits, the other goes by."""
    maker = live_app.extensions["enforcement.sessions"]
    url = live_app.extensions["enforcement.config"].database_url
    other = make_engine(url)
    with live_app.app_context():
        try:
            with maker() as session:
                before = queries.current(session, COUNTY)
            with Session(other) as session, session.begin():
                importing.apply(
                    session, actor_of(session, "xitong"), ListKind.CATEGORIES,
                    changed(c0108={"名称": "沿街遗撒"}), "a.csv",
                )  # fmt: skip
            with maker() as session:
                after = queries.current(session, COUNTY)
            with Session(other) as session, session.begin():
                importing.apply(
                    session, actor_of(session, "xitong"), ListKind.CATEGORIES, changed(), "b.csv"
                )
        finally:
            other.dispose()
    assert before.known["0108"].zh != after.known["0108"].zh == "沿街遗撒"


def test_the_page_shows_what_is_in_force_and_takes_a_file_in_two_steps(
    county: Session, page: Pages
) -> None:
    browser = page("xitong")
    assert "随平台提供的默认清单" in browser.get("/taxonomy").text
    data = changed(c0108={"名称": "沿街遗撒"})
    seen = browser.post(
        "/taxonomy/import", data={"brings": "categories", "file": (BytesIO(data), "清单.csv")}
    )
    assert seen.status_code == 200
    assert "沿街遗撒" in seen.text
    assert now(county).categories["0108"].zh == "道路遗撒"
    hidden = {
        name: seen.text.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
        for name in ("sha256", "digest")
    }
    done = browser.post("/taxonomy/import", data={"brings": "categories", **hidden})
    assert done.status_code == 302
    shown = browser.get("/taxonomy").text
    assert "沿街遗撒" in shown
    assert "清单.csv" in shown
    assert browser.post("/taxonomy/import", data={"brings": "categories"}).status_code == 422
    assert browser.get("/taxonomy/categories.xlsx").data[:2] == b"PK"
    assert "示例" in browser.get("/taxonomy/templates/calls.csv").data.decode()
    assert browser.get("/taxonomy/calls.pdf").status_code == 404


def test_the_forms_offer_the_list_of_the_county(county: Session, page: Pages) -> None:
    put(county, changed(c01={"名称": "县城市容"}, c02={"是否启用": "否"}))
    form = page("fujing").get("/m/report").text
    assert "县城市容" in form
    assert 'value="02"' not in form
    assert "县城市容" in page("zhihui").get("/incidents").text


def test_the_phone_may_send_level_2(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:30")
    said = {"category": "V801", "description": "地里烧秸秆", "occurred_at": "2026-03-02T09:20"}
    browser = page("fujing")
    assert browser.post("/m/report", data=said).status_code == 302
    refused = browser.post("/m/report", data=said | {"category": "V899"})
    assert refused.status_code == 422
    assert "没有这个事件类别" in refused.text


def test_a_call_lists_the_categories_and_imports_a_file(county: Session, call: Calls) -> None:
    found = call("fujing", "GET", "/taxonomy").json
    assert found is not None
    first = next(row for row in found["categories"] if row["code"] == "V8")
    assert [one["code"] for one in first["below"]] == ["V801", "V802", "V803", "V804"]
    data = changed(c0108={"名称": "沿街遗撒"})
    asked = "/taxonomy/import?name=a.csv&apply=true"
    assert call("zhihui", "POST", asked, data=data).status_code == 403
    done = call("xitong", "POST", asked, data=data)
    assert (done.status_code, done.json["applied"]) == (200, True)  # type: ignore[index]
    assert now(county).known["0108"].zh == "沿街遗撒"
    wrong = call("xitong", "POST", asked, data=changed(c0108={"名称": ""}))
    assert wrong.status_code == 422


def test_a_filter_by_level_1_finds_what_lies_below(county: Session, call: Calls) -> None:
    one = report(county, category="V801")
    found = call("zhihui", "GET", "/incidents?category=V8").json
    assert found is not None
    assert str(one.id) in [row["id"] for row in found["incidents"]]
