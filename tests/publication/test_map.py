"""The public map: what it shows, how coarsely, and what caches may keep of the public pages."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.case.models import CaseFile
from enforcement.law.redaction import Outcome
from enforcement.publication import services
from tests.asking import Browser, actor_of
from tests.case.making import served_case
from tests.publication.test_publication import of_a_person, publish
from tests.web.test_query_counts import counted

AWAY = 0.004
"""Degrees from the village's label point to where the act was done."""
CHECKED = (
    "/public/decisions", "/public/decisions.json", "/public/decisions.rss", "/public/map",
    "/public/map.json", "/public/officers", "/public/officers.json", "/public/powers",
    "/public/powers.json", "/public/procedures", "/public/procedures.json", "/public/inspections",
)  # fmt: skip


@pytest.fixture
def visitor(demo_app: Flask, county: Session) -> Browser:
    return Browser(demo_app, demo_app.response_class)


def moved(session: Session, case: CaseFile) -> CaseFile:
    assert case.lon is not None
    assert case.lat is not None
    case.lon, case.lat = round(case.lon + AWAY, 6), round(case.lat + AWAY, 6)
    session.flush()
    return case


def label_of(session: Session, code: str) -> list[float]:
    row = session.execute(
        text("select a.label_lon, a.label_lat from area a join edition e"
             " on e.county_code = a.county_code and e.id = a.edition_id"
             " where a.code = :code and e.status = 'active'"), {"code": code},
    ).one()  # fmt: skip
    return [round(row[0], 5), round(row[1], 5)]


def found(visitor: Browser, asked: str = "") -> dict[str, Any]:
    answer = visitor.get(f"/public/map.json?{asked}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json(force=True)
    return told


def test_an_organisations_decision_lies_where_the_act_was_done(
    county: Session, visitor: Browser, demo_app: Flask
) -> None:
    case = moved(county, served_case(county))
    row = publish(county, case)
    county.commit()
    told = found(visitor)
    [one] = told["features"]
    assert one["id"] == str(row.id)
    assert one["geometry"]["coordinates"] == [round(case.lon or 0, 5), round(case.lat or 0, 5)]
    assert one["properties"]["located"] == "act"
    assert (told["matched"], told["without_place"]) == (1, 0)
    with counted(demo_app) as sent:
        shown = visitor.get("/public/map").text
    assert len(sent) <= 9, sent
    with counted(demo_app) as sent:
        found(visitor)
    assert len(sent) <= 5, sent
    assert row.shown["number"] in shown
    assert "违法行为地点" in shown
    assert "/public/report" in shown


def test_a_natural_persons_decision_lies_in_his_village_only(
    county: Session, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = moved(county, of_a_person(county, monkeypatch))
    publish(county, case)
    county.commit()
    [one] = found(visitor)["features"]
    assert case.village_code is not None
    assert one["geometry"]["coordinates"] == label_of(county, case.village_code)
    assert one["properties"]["located"] == "village"
    shown = visitor.get("/public/map").text
    assert "只标到村" in shown
    told = visitor.get("/public/map.json").text
    for secret in (f"{case.lon:.4f}", f"{case.lat:.4f}", "张示例", "示例村三组15号", case.place):
        assert secret not in told
        assert secret not in shown


@pytest.mark.parametrize(
    ("change", "how"),
    [({"party_kind": "individual_business", "party_uscc": "92350100M000100Y40",
       "party_representative": "张示例"}, "village"),
     ({}, "village")],
    ids=["small trader", "hidden words"],
)  # fmt: skip
def test_a_trader_and_a_place_with_hidden_words_are_shown_coarsely(
    county: Session, visitor: Browser, monkeypatch: pytest.MonkeyPatch,
    change: dict[str, Any], how: str,
) -> None:  # fmt: skip
    case = of_a_person(county, monkeypatch, **change) if change else served_case(county)
    publish(county, moved(county, case), hide="" if change else "12号")
    county.commit()
    [one] = found(visitor)["features"]
    assert one["properties"]["located"] == how


def test_filters_and_a_part_of_the_map_narrow_what_is_found(
    county: Session, visitor: Browser
) -> None:
    case = served_case(county)
    publish(county, case)
    county.commit()
    township = case.township_code
    for asked, wanted in (
        ("year=2026&matter=M12", 1), (f"township={township}", 1), ("year=2025", 0),
        ("matter=M13", 0), ("township=220322199", 0), ("bbox=120,40,130,50", 1),
        ("bbox=1,1,2,2", 0), ("bbox=179,40,130,50", 1),
    ):  # fmt: skip
        assert len(found(visitor, asked)["features"]) == wanted, asked
    for bad in ("year=abc", "year=99999", "bbox=1,2,3", "bbox=nan,1,2,3"):
        assert visitor.get(f"/public/map.json?{bad}").status_code == 422, bad
    assert "没有符合条件" in visitor.get("/public/map?year=2025").text


def test_what_is_withheld_withdrawn_or_past_its_time_is_not_on_the_map(
    county: Session, visitor: Browser
) -> None:
    case = served_case(county)
    row = publish(county, case, outcome=Outcome.PARTLY)
    county.commit()
    assert len(found(visitor)["features"]) == 1
    services.withdraw(county, actor_of(county, "fazhi"), row.id, reason="有误")
    county.commit()
    assert found(visitor)["features"] == []
    publish(county, case, outcome=Outcome.WITHHOLD)
    county.commit()
    assert found(visitor)["features"] == []


def test_caches_keep_public_answers_until_something_is_published_or_withdrawn(
    county: Session, visitor: Browser, demo_app: Flask
) -> None:
    case = served_case(county)
    county.commit()
    tags = {}
    for path in CHECKED:
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "public, no-cache", path
        assert "Set-Cookie" not in answer.headers, path
        tags[path] = answer.headers["ETag"]
        again = visitor.get(path, headers={"If-None-Match": tags[path]})
        assert (again.status_code, again.data) == (304, b""), path
    row = publish(county, case)
    county.commit()
    told = ("/public/decisions", "/public/decisions.json", "/public/map", "/public/map.json")
    fresh = {}
    for path in told:
        answer = visitor.get(path, headers={"If-None-Match": tags[path]})
        assert answer.status_code == 200, path
        fresh[path] = answer.headers["ETag"]
    services.withdraw(county, actor_of(county, "fazhi"), row.id, reason="有误")
    county.commit()
    for path in told:
        assert visitor.get(path, headers={"If-None-Match": fresh[path]}).status_code == 200, path


def test_a_visitor_gets_no_cookie_with_tokens_in_use_and_may_choose_a_language(
    county: Session, demo_app: Flask, visitor: Browser
) -> None:
    demo_app.config["WTF_CSRF_ENABLED"] = True
    try:
        for path in CHECKED:
            assert "Set-Cookie" not in visitor.get(path).headers, path
        said = {"language": "en", "next": "/public/map"}
        answer = visitor.post("/language", data=said)
        assert answer.location == "/public/map"
        english = visitor.get("/public/map")
        assert "Decisions on a map" in english.text
        assert english.headers["Cache-Control"] == "private, no-cache"
    finally:
        demo_app.config["WTF_CSRF_ENABLED"] = False


def test_borders_are_kept_for_a_day_under_the_name_of_their_edition(
    county: Session, visitor: Browser
) -> None:
    shown = visitor.get("/public/map").text
    address = shown.partition('data-areas="')[2].partition('"')[0].replace("&amp;", "&")
    answer = visitor.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.get_json()["townships"]["features"]
    plain = visitor.get("/public/map/areas.json")
    assert plain.headers["Cache-Control"] == "public, no-cache"
