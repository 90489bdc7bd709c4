"""What a phone may keep of its person: his tasks, what each act leads to, his area's outline."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from shapely.geometry import Point, Polygon
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.demo.photo import draw_photo
from enforcement.incident import queries, services
from enforcement.incident.intake import Photo
from enforcement.incident.said import Said
from enforcement.law.terms import IncidentEvent as E
from enforcement.mobile.outline import MOST_POINTS, find_outline
from enforcement.people.models import Unit
from tests.asking import Pages, actor_of, set_clock
from tests.case.making import home_point, report_of, reported
from tests.mobile.test_media import WEBM
from tests.mobile.test_sending import name_of, piece
from tests.mobile.test_tasks import act
from tests.web.test_query_counts import counted


def kept(page: Pages, who: str) -> dict[str, Any]:
    answer = page(who).get("/m/keep")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.get_json()
    return found


def inside(rings: list[Any], lon: float, lat: float) -> bool:
    return sum(Polygon(ring).covers(Point(lon, lat)) for ring in rings) % 2 == 1


def test_tasks_come_with_their_buttons_and_what_each_leads_to(county: Session, page: Pages) -> None:
    incident = reported(county)
    found = kept(page, "zhifa1")
    assert found["account"] == str(actor_of(county, "zhifa1").account_id)
    [task] = [one for one in found["tasks"] if one["id"] == str(incident.id)]
    assert (task["number"], task["version"]) == (incident.number, incident.version)
    assert (task["words"], task["state"]) == (incident.description, "派遣")
    assert task["acts"] == ["accept", "arrive", "return"]
    assert found["follow"]["accept"]["acts"] == ["arrive", "report_result"]
    assert found["follow"]["report_result"]["acts"] == []
    others = kept(page, "fujing")["tasks"]
    assert str(incident.id) not in {one["id"] for one in others}


def test_what_a_phone_keeps_needs_as_many_statements_for_many_tasks_as_for_few(
    county: Session, demo_app: Flask, page: Pages
) -> None:
    browser, counts = page("zhifa1"), []
    browser.get("/m/keep")
    for more in (0, 6):
        for _one in range(more):
            reported(county)
        with counted(demo_app) as sent:
            browser.get("/m/keep")
        counts.append(len(sent))
    assert counts[0] == counts[1], counts


def test_the_outline_of_an_auxiliary_is_his_village(county: Session) -> None:
    outline = find_outline(county, actor_of(county, "fujing"))
    assert outline is not None
    village = actor_of(county, "fujing").area_codes[0]
    name = county.execute(text("select name from division where code = :c"), {"c": village})
    assert (outline["name"], outline["schematic"]) == (name.scalar_one(), True)
    assert inside(outline["rings"], *home_point(county))
    lon, lat = home_point(county)
    assert not inside(outline["rings"], lon + 0.3, lat)


@pytest.mark.parametrize("who", ["fujing", "zhifa1", "dadui", "jiexian", "xiangzhen"])
def test_an_outline_is_a_few_kilobytes_and_lies_close_to_the_border(
    county: Session, page: Pages, who: str
) -> None:
    outline = kept(page, who)["outline"]
    assert outline is not None
    assert 4 <= sum(len(ring) for ring in outline["rings"]) <= MOST_POINTS
    assert len(str(outline)) < 10_000
    if who == "zhifa1":
        assert inside(outline["rings"], *home_point(county))


@pytest.mark.parametrize("who", ["juzhang", "zhihui"])
def test_the_countys_own_people_have_no_outline(page: Pages, who: str) -> None:
    assert kept(page, who)["outline"] is None


def test_without_boundaries_there_is_no_outline_and_tasks_come_all_the_same(
    county: Session, page: Pages
) -> None:
    incident = reported(county)
    county.execute(text("update edition set valid_to = '2026-01-01' where kind = 'boundaries'"))
    county.commit()
    found = kept(page, "zhifa1")
    assert found["outline"] is None
    assert str(incident.id) in {one["id"] for one in found["tasks"]}


def test_nobody_who_has_not_signed_in_is_told(demo_app: Flask) -> None:
    assert demo_app.test_client().get("/m/keep").status_code in (302, 401)


def test_a_spoken_result_says_so_in_words_and_counts_as_no_photo(
    county: Session, page: Pages
) -> None:
    incident, browser = reported(county), page("zhifa1")
    assert browser.post("/m/send/act", json=act(incident, "accept")).status_code == 201
    county.refresh(incident)
    assert piece(browser, WEBM, 0, len(WEBM)).status_code == 204
    spoken = act(incident, "report_result", photos=[name_of(WEBM)])
    assert browser.post("/m/send/act", json=spoken).status_code == 201
    county.refresh(incident)
    assert incident.state == "feedback"
    [row] = queries.photos(county, incident.county_code, incident.id)
    assert (row.of_result, row.is_picture) == (True, False)
    last = queries.history(county, incident.county_code, incident.id)[-1]
    assert last.detail["note"] == "录音1段"


def test_a_voice_note_is_not_the_photo_that_a_result_needs(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:30")
    incident = services.report(
        county, actor_of(county, "fujing"), report_of(county), [Photo("a.jpg", draw_photo(1))]
    )
    for who, event, said in (
        ("zhihui", E.ASSIGN, Said(handler=squad_of(county))), ("zhifa1", E.ACCEPT, Said()),
    ):  # fmt: skip
        services.act(county, actor_of(county, who), incident.id, event, said)
    county.commit()
    browser = page("zhifa1")
    assert piece(browser, WEBM, 0, len(WEBM)).status_code == 204
    spoken = act(incident, "report_result", photos=[name_of(WEBM)])
    refused = browser.post("/m/send/act", json=spoken)
    assert refused.status_code == 422
    assert "处置后的照片" in refused.get_json()["error"]
    county.refresh(incident)
    assert incident.state == "handling"


def squad_of(session: Session) -> Any:
    return session.query(Unit).filter_by(code=actor_of(session, "zhifa1").unit_code).one()


def test_words_are_needed_where_nothing_was_spoken(county: Session, page: Pages) -> None:
    incident, browser = reported(county), page("zhifa1")
    assert browser.post("/m/send/act", json=act(incident, "accept")).status_code == 201
    county.refresh(incident)
    assert browser.post("/m/send/act", json=act(incident, "report_result")).status_code == 422
    two = [WEBM, WEBM + b"\2"]
    for one in two:
        assert piece(browser, one, 0, len(one)).status_code == 204
    sent = act(incident, "report_result", photos=[name_of(one) for one in two])
    assert browser.post("/m/send/act", json=sent).status_code == 422
    county.refresh(incident)
    assert incident.state == "handling"
