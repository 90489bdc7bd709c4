"""The calls of the roster: the same acts as the pages, the same refusals."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.roster import gaps
from tests.asking import Calls, Pages, actor_of, set_clock


def test_a_leader_sees_the_gaps_ahead_of_his_own_units_only(
    county: Session, call: Calls, page: Pages
) -> None:
    set_clock(county, "2026-03-02 09:00")
    for username, seen in (("dadui", 2), ("xiangzhen", 0), ("zhihui", 2)):
        body = call(username, "GET", "/roster/gaps?days=6").get_json()
        assert len(body["gaps"]) == seen, username
    own = gaps.ahead(county, actor_of(county, "dadui"))
    assert all(gap.unit.code.startswith("01.01.04") for gap in own.gaps)
    first = own.gaps[0]
    assert (first.missing, str(first.kind)) == (1, "squad")
    assert "缺1人" in page("dadui").get("/").text
    assert call("zhifa1", "GET", "/roster/gaps").status_code == 403


def test_the_call_gives_the_order(county: Session, call: Calls) -> None:
    set_clock(county, "2026-03-02 09:00")
    village = actor_of(county, "fujing").area_codes[0]
    steps = call("fujing", "GET", f"/roster/now?place={village}").get_json()["steps"]
    assert [step["number"] for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["level"] == "auxiliary"
    assert steps[0]["shift"] is False
    later = call(
        "zhihui", "GET", f"/roster/now?place={village}&at=2026-03-01T03:00:00%2B08:00"
    ).get_json()["steps"]
    assert [step["level"] for step in later if step["nobody"]] == [
        "squad",
        "brigade_a",
        "brigade_b",
    ]


def test_a_village_outside_ones_reach_is_not_found(county: Session, call: Calls) -> None:
    other = county.execute(
        text("select code from division where county_code = '220322' and level = 'village'"
             " and left(code, 9) <> :home order by code limit 1"),
        {"home": actor_of(county, "fujing").area_codes[0][:9]},
    ).scalar_one()  # fmt: skip
    for username, status in (("fujing", 404), ("xiangzhen", 404), ("jiexian", 404), ("dadui", 200)):
        assert call(username, "GET", f"/roster/now?place={other}").status_code == status, username
    assert call("fazhi", "GET", f"/roster/now?place={other}").status_code == 403
