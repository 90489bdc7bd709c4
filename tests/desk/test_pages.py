"""The desk as the dispatcher sees it, and the wall of the county."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.incident import services
from enforcement.incident.models import Incident
from enforcement.law.terms import IncidentEvent as E
from enforcement.law.terms import Urgency
from tests.asking import Pages, actor_of, set_clock
from tests.case.making import report_of
from tests.web.test_query_counts import counted


@pytest.fixture
def red(county: Session) -> Incident:
    set_clock(county, "2026-03-02 09:30")
    what = report_of(county, urgency=Urgency.RED, category="V7", reporter_name="王某",
                     reporter_phone="+8613800000001")  # fmt: skip
    return services.report(county, actor_of(county, "fujing"), what)


def test_who_rings_stands_first_with_a_running_clock(red: Incident, page: Pages) -> None:
    shown = page("jiexian").get("/desk").text
    assert "等待应答" in shown
    first = shown[shown.index('data-group="unanswered"') :]
    assert str(red.id) in first[:1500]
    assert f'data-since="{red.received_at.isoformat()}"' in first


def test_the_desk_shows_what_can_be_done_and_who_is_near(red: Incident, page: Pages) -> None:
    shown = page("jiexian").get(f"/desk?show={red.id}").text
    for words in ("应答", "公安110", "消防119", "急救120", "最近的中队", "现在值班", "转外部单位"):
        assert words in shown
    assert "县级接管" not in shown
    part = page("jiexian").get(f"/desk/incidents/{red.id}")
    assert part.status_code == 200
    assert "<html" not in part.text


def test_the_county_may_take_over_after_sixty_seconds(
    county: Session, red: Incident, page: Pages
) -> None:
    assert "县级接管" not in page("zhihui").get(f"/desk?show={red.id}").text
    set_clock(county, "2026-03-02 09:31:01")
    assert "县级接管" in page("zhihui").get(f"/desk?show={red.id}").text


def test_an_act_from_the_desk_comes_back_to_it(county: Session, red: Incident, page: Pages) -> None:
    answer = page("jiexian").post(
        f"/incidents/{red.id}/answer", data={"back": "desk", "version": "1"}
    )
    assert answer.status_code == 302
    assert answer.location.endswith(f"/desk?show={red.id}")
    county.refresh(red)
    assert red.answered_by == actor_of(county, "jiexian").account_id
    assert "等待应答" not in page("jiexian").get("/desk/queue").text


def test_who_reported_is_shown_only_when_asked_and_then_logged(
    county: Session, red: Incident, page: Pages
) -> None:
    assert "13800000001" not in page("jiexian").get(f"/desk?show={red.id}").text
    shown = page("jiexian").post(f"/desk/incidents/{red.id}/caller").text
    assert "13800000001" in shown
    logged = text("select count(*) from audit_log where act = 'incident:read_caller'")
    assert county.scalar(logged) == 1


def test_the_wall_lists_every_township_and_those_in_need_first(
    county: Session, red: Incident, page: Pages
) -> None:
    shown = page("zhihui").get("/wall").text
    name = county.scalar(
        text("select name from division where code = :c"), {"c": red.township_code}
    )
    table = shown[shown.index("<tbody>") :]
    assert table.index(f">{name}<") < 400
    assert table.count('<tr class="') == county.scalar(
        text("select count(*) from division where level = 'township' and county_code = :c"),
        {"c": red.county_code},
    )


def test_the_desk_asks_the_database_as_often_for_many_as_for_few(
    county: Session, red: Incident, page: Pages, demo_app: Flask
) -> None:
    browser, found = page("jiexian"), []
    for _round in range(2):
        with counted(demo_app) as seen:
            assert browser.get("/desk/queue").status_code == 200
        found.append(len(seen))
        for _n in range(5):
            services.report(county, actor_of(county, "fujing"), report_of(county))
    assert found[0] == found[1] <= 8


def test_a_report_near_by_is_suggested_as_the_same_and_merged(
    county: Session, red: Incident, page: Pages
) -> None:
    second = services.report(county, actor_of(county, "fujing"), report_of(county))
    assert "可能重复" in page("jiexian").get(f"/desk?show={second.id}").text
    page("jiexian").post(
        f"/incidents/{second.id}/merge",
        data={"back": "desk", "other": red.number, "note": "同一件事"},
    )
    county.refresh(second)
    assert (second.state, second.merged_into_id) == ("merged", red.id)
    assert "已并入本事件" in page("jiexian").get(f"/desk?show={red.id}").text
    services.act(county, actor_of(county, "jiexian"), second.id, E.UNMERGE)
    assert (second.state, second.merged_into_id) == ("opened", None)


def test_the_desk_is_for_dispatchers_and_the_wall_for_the_county(
    county: Session, page: Pages, demo_app: Flask
) -> None:
    assert page("fujing").get("/desk").status_code == 403
    assert page("jiexian").get("/wall").status_code == 403
    assert page("jiexian").get("/desk?show=x").status_code == 404
