"""The page on which a unit's post is placed, moved and taken back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from enforcement.people.models import Unit
from enforcement.safety import queries
from tests.asking import Calls, Pages, actor_of

COUNTY = "220322"
PLACE = {"lon": "124.335", "lat": "43.308", "radius_m": ""}


def desk_of(county: Session) -> Unit:
    return county.get_one(Unit, (COUNTY, actor_of(county, "jiexian").unit_id))


def test_a_post_is_placed_moved_and_taken_back(county: Session, page: Pages) -> None:
    unit, browser = desk_of(county), page("zhihui")
    path = f"/roster/posts?unit={unit.code}"
    assert "还没有设岗位" in browser.get(path).text
    assert browser.post(path, data=PLACE).status_code == 302
    assert 'value="124.335000"' in browser.get(path).text
    browser.post(path, data=PLACE | {"lon": "124.34", "radius_m": "300"})
    row = queries.find_post(county, COUNTY, unit.id)
    assert row is not None
    assert (row.lon, row.lat, row.radius_m) == (124.34, 43.308, 300)
    assert browser.get("/roster/posts/map?lon=124.34&lat=43.308").status_code == 200
    for status in (302, 404):
        answer = browser.post(f"/roster/posts/remove?unit={unit.code}")
        assert answer.status_code == status
    assert queries.find_post(county, COUNTY, unit.id) is None


def test_what_is_wrong_is_named_and_changes_nothing(county: Session, page: Pages) -> None:
    unit, browser = desk_of(county), page("zhihui")
    for name, bad in (("lon", ""), ("lon", "x"), ("lat", "91"), ("radius_m", "5")):
        answer = browser.post(f"/roster/posts?unit={unit.code}", data=PLACE | {name: bad})
        assert answer.status_code == 422, name
        assert 'role="alert"' in answer.text
    assert queries.find_post(county, COUNTY, unit.id) is None
    assert page("zhifa1").get("/roster/posts").status_code == 403
    assert browser.get("/roster/posts?unit=nowhere").status_code == 404


def test_programs_place_and_remove_it_too(county: Session, call: Calls) -> None:
    unit = desk_of(county)
    body = {"unit": unit.code, "lon": 124.335, "lat": 43.308}
    assert call("zhihui", "PUT", "/posts", json=body).status_code == 200
    assert call("zhifa1", "DELETE", f"/posts?unit={unit.code}").status_code == 403
    assert call("zhihui", "DELETE", f"/posts?unit={unit.code}").json["removed"] is True
    assert call("zhihui", "DELETE", f"/posts?unit={unit.code}").status_code == 404
