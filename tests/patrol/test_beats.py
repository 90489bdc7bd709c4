"""Beats: who may register what where, files, proposals, codes, history, two at the same time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError, NotPermittedError, StaleVersionError
from enforcement.incident import services as incidents
from enforcement.patrol import beat_files, beat_queries, beats, proposing
from enforcement.patrol.beat_models import Beat, BeatEntry
from enforcement.patrol.beats import Described
from enforcement.patrol.terms import BeatKind, BeatSource, BeatState, Per, PlaceKind
from gis.datum import Datum
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import report_of

HERE = "POINT (124.33 43.31)"


def squad_code(session: Session) -> str:
    return actor_of(session, "zhifa1").unit_code


def said(session: Session, **more: object) -> Described:
    base = Described(BeatKind.POINT, "农贸市场东门", squad_code(session), HERE, PlaceKind.MARKET)
    return replace(base, **more)  # type: ignore[arg-type]


def test_a_checkpoint_gets_its_village_and_a_code_nobody_guesses(county: Session) -> None:
    one = beats.add(county, actor_of(county, "dadui"), said(county))
    other = beats.add(county, actor_of(county, "dadui"), said(county, name="西门"))
    assert one.village_code is not None
    assert one.village_code.startswith("220322")
    assert len(one.tag or "") == 22
    assert one.tag != other.tag


def test_sent_twice_it_is_registered_once(county: Session) -> None:
    leader = actor_of(county, "dadui")
    made = [beats.add(county, leader, said(county), key="one").id for _n in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"unit_code": "99.99"}, "unit_code"),
        ({"geometry": "POINT (1 1)"}, "geometry"),
        ({"geometry": "LINESTRING (124.3 43.3, 124.4 43.3)"}, "geometry"),
        ({"geometry": "POINT (124.33 91)"}, "geometry"),
        ({"from_minute": 600, "to_minute": 600}, "to_minute"),
        ({"radius_m": 9000}, "radius_m"),
        ({"times": 51}, "times"),
    ],
    ids=["name", "unit", "outside", "kind", "earth", "hours", "radius", "times"],
)
def test_what_cannot_be_is_refused_by_its_field(
    county: Session, change: dict[str, object], field: str
) -> None:
    before = county.query(Beat).count()
    with pytest.raises(InvalidInputError) as refused:
        beats.add(county, actor_of(county, "dadui"), said(county, **change))
    assert refused.value.field == field
    assert county.query(Beat).count() == before


def test_only_leaders_register_and_only_for_their_own_units(county: Session) -> None:
    with pytest.raises(NotPermittedError):
        beats.add(county, actor_of(county, "zhifa1"), said(county))
    foreign = county.scalar(
        text("select code from unit where kind = 'squad' and not starts_with(code, :own) limit 1"),
        {"own": actor_of(county, "dadui").unit_code},
    )
    with pytest.raises(NotPermittedError):
        beats.add(county, actor_of(county, "dadui"), said(county, unit_code=foreign))


def test_every_change_is_remembered_and_a_stale_one_refused(county: Session) -> None:
    leader = actor_of(county, "dadui")
    beat = beats.add(county, leader, said(county))
    old = beat.tag
    beats.edit(county, leader, beat.id, said(county, times=3, per=Per.DAY), version=1)
    beats.edit(county, leader, beat.id, said(county, times=3, per=Per.DAY), version=2)
    assert beat.version == 2  # nothing changed the second time
    with pytest.raises(StaleVersionError):
        beats.edit(county, leader, beat.id, said(county, times=9), version=1)
    beats.renew_tag(county, leader, beat.id, version=2)
    beats.set_state(county, leader, beat.id, BeatState.RETIRED, version=3)
    assert beat.tag != old
    events = [one.event for one in beat_queries.history(county, beat)]
    assert events == ["add", "edit", "renew_tag", "retire"]
    with pytest.raises(Exception, match="beat_entry"), county.begin_nested():
        county.query(BeatEntry).update({"event": "x"})


def test_a_beat_is_overdue_after_its_span(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    leader = actor_of(county, "dadui")
    beats.add(county, leader, said(county, per=Per.WEEK))
    beats.add(county, leader, said(county, name="月", per=Per.MONTH))
    beats.add(county, leader, said(county, name="无", per=Per.DAY, times=0))
    set_clock(county, "2026-03-10 09:00")
    late = beat_queries.list_page(county, leader, only_overdue=True)
    assert [row.beat.name for row in late] == ["农贸市场东门"]


def test_a_file_is_taken_whole_or_not_at_all(county: Session) -> None:
    leader = actor_of(county, "dadui")
    shared = {"unit_code": squad_code(county), "per": Per.WEEK}
    good = {"type": "Feature", "properties": {"name": "一"},
            "geometry": {"type": "Point", "coordinates": [124.33, 43.31]}}  # fmt: skip
    far = {**good, "geometry": {"type": "Point", "coordinates": [1, 1]}}
    before = county.query(Beat).count()
    for features in ([good, far], [good, {**good, "geometry": None}]):
        data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
        rows = beat_files.read(data, Datum.WGS84, shared)
        with pytest.raises(InvalidInputError) as refused, county.begin_nested():
            beat_files.take(county, leader, rows)
        assert refused.value.data["row"] == 2
    assert county.query(Beat).count() == before
    data = json.dumps({"type": "FeatureCollection", "features": [good, good]}).encode()
    made = beat_files.take(county, leader, beat_files.read(data, Datum.WGS84, shared))
    assert {one.source for one in made} == {BeatSource.FILE}


def test_many_incidents_propose_a_checkpoint_until_there_is_one(county: Session) -> None:
    set_clock(county, "2026-03-02 09:30")
    leader = actor_of(county, "juzhang")
    there = {(round(one.lon, 2), round(one.lat, 2)) for one in proposing.hot_spots(county, leader)}
    for n in range(4):
        report = replace(report_of(county), lon=124.345 + n * 0.0003, lat=43.325)
        incidents.report(county, actor_of(county, "fujing"), report)
    found = proposing.hot_spots(county, leader)
    [new] = [one for one in found if (round(one.lon, 2), round(one.lat, 2)) not in there] or [
        max(found, key=lambda one: one.count)
    ]
    assert new.count >= 4
    beats.add(county, leader, said(county, unit_code=new.unit_code,
                                   geometry=f"POINT ({new.lon} {new.lat})"))  # fmt: skip
    assert new not in proposing.hot_spots(county, leader)


def test_villages_nobody_visits_are_proposed(county: Session) -> None:
    leader = actor_of(county, "dadui")
    found = proposing.unvisited(county, leader)
    assert found
    assert all(one.unit_code.startswith(leader.unit_code) for one in found)
    one = found[0]
    beats.add(county, leader, said(county, unit_code=one.unit_code,
                                   geometry=f"POINT ({one.lon} {one.lat})"))  # fmt: skip
    assert one.village_code not in {row.village_code for row in proposing.unvisited(county, leader)}


def test_what_is_due_is_asked_by_its_frequency(county: Session) -> None:
    at = set_clock(county, "2026-03-02 09:00")
    beat = beats.add(county, actor_of(county, "dadui"), said(county, times=2, per=Per.WEEK))
    today = clock.today(county)

    def due(days: int) -> bool:
        day = today + timedelta(days=days)
        return beat in beat_queries.due_on(county, beat.county_code, day, beat.unit_code)

    assert due(0)
    beat.last_visited_at = at
    county.flush()
    assert [due(days) for days in (0, 3, 4, 5)] == [False, False, True, True]


def test_pages_lead_from_the_list_to_the_code(county: Session, page: Pages) -> None:
    leader = page("dadui")
    form = {"kind": "point", "name": "校门", "unit_code": squad_code(county), "geometry": HERE,
            "place_kind": "school", "times": "1", "per": "day", "dwell_min": "10",
            "radius_m": "80", "from_time": "07:00", "to_time": "08:30", "key": "k1"}  # fmt: skip
    answer = leader.post("/patrols/beats/new", data=form)
    assert answer.status_code == 302, answer.text
    shown = leader.get(answer.location)
    assert "校门" in shown.text
    assert "07:00–08:30" in shown.text
    beat = county.query(Beat).filter_by(name="校门").one()
    assert leader.get(f"/patrols/code/{beat.tag}").location.endswith(str(beat.id))
    assert leader.get("/patrols/code/wrong").status_code == 404
    assert "校门" in leader.get("/patrols/beats").text
    assert leader.get("/patrols/beats/shapes").json["features"]
    assert leader.get("/patrols/beats/codes.pdf").data.startswith(b"%PDF")
    assert leader.get("/patrols/beats/proposals").status_code == 200
    assert leader.get("/patrols/areas").json["townships"]["features"]
    edit = leader.get(f"/patrols/beats/{beat.id}/edit")
    assert "07:00" in edit.text
    again = leader.post(f"/patrols/beats/{beat.id}/edit", data={**form, "version": "1"})
    assert again.status_code == 302, again.text
    assert beat.version == 1
    wrong = leader.post("/patrols/beats/new", data={**form, "geometry": "POINT (1 1)", "key": "2"})
    assert wrong.status_code == 422


def test_a_file_is_checked_and_imported_on_the_page(county: Session, page: Pages) -> None:
    gpx = b'<gpx><wpt lat="43.31" lon="124.33"><name>gate</name></wpt></gpx>'
    form = {"unit_code": squad_code(county), "times": "1", "per": "week", "dwell_min": "5",
            "radius_m": "50", "datum": "wgs84"}  # fmt: skip
    leader = page("dadui")
    looked = leader.post("/patrols/beats/import",
                         data={**form, "check": "y", "file": (BytesIO(gpx), "a.gpx")})  # fmt: skip
    assert looked.status_code == 200
    assert "gate" in looked.text
    assert not county.query(Beat).filter_by(name="gate").count()
    taken = leader.post("/patrols/beats/import", data={**form, "file": (BytesIO(gpx), "a.gpx")})
    assert taken.status_code == 302, taken.text
    assert county.query(Beat).filter_by(name="gate").count() == 1


def test_the_api_does_the_same(county: Session, call: Calls) -> None:
    body = {"kind": "point", "name": "接口", "unit_code": squad_code(county), "geometry": HERE}
    made = call("dadui", "POST", "/beats", json=body)
    assert made.status_code == 201, made.text
    path = f"/beats/{made.json['id']}"
    assert call("zhifa1", "GET", path).json["geometry"]
    assert "tag" not in call("zhifa1", "GET", path).json
    changed = call("dadui", "PUT", path, json={**body, "times": 2, "version": 1})
    assert changed.json["version"] == 2
    assert call("dadui", "PUT", path, json={**body, "version": 1}).status_code == 409
    assert call("dadui", "POST", f"{path}/tag", json={"version": 2}).json["tag"]
    assert call("dadui", "POST", f"{path}/blow-up", json={}).status_code == 404
    assert call("zhifa1", "POST", "/beats", json=body).status_code == 403
    assert call("dadui", "GET", "/beats?kind=point").json["beats"]
    assert "hot_spots" in call("dadui", "GET", "/beats/proposals").json
