"""The balance between squads, and proposals for fairer ones."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.jurisdiction import plan_activation, plan_queries, services
from enforcement.jurisdiction.routing import route
from enforcement.overview import balance, proposal
from tests.asking import actor_of, set_clock

COUNTY = "220322"
DAY = date(2026, 3, 2)


def test_squads_share_out_the_land_the_villages_and_the_work(county: Session) -> None:
    found = balance.balance(county, actor_of(county, "xitong"))
    assert len(found.squads) == 21
    land = county.scalar(text("select area_m2 from area where level = 'county'"))
    assert sum(one.area_m2 for one in found.squads) == pytest.approx(land, rel=1e-6)
    assert sum(one.villages for one in found.squads) == 346
    for measure, table in (("incidents", "incident"), ("cases", "case_file")):
        total = county.scalar(text(f"select count(*) from {table}"))
        counted = sum(getattr(one, measure) for one in found.squads)
        assert counted + found.elsewhere[measure] == total
    assert {one.officers for one in found.squads} == {3}
    assert sorted(one.certified for one in found.squads) == [2] + [3] * 20  # one is suspended


def test_only_the_twelve_months_that_end_with_the_day_are_counted(county: Session) -> None:
    def incidents(on: date) -> int:
        found = balance.balance(county, actor_of(county, "dadui"), on)
        return sum(one.incidents for one in found.squads)

    county.execute(text("update incident set received_at = '2026-03-02 23:59+08'"))
    total = county.scalar(text("select count(*) from incident"))
    assert incidents(date(2026, 3, 1)) == 0
    assert incidents(date(2026, 3, 2)) == total
    assert incidents(date(2027, 3, 1)) == total
    assert incidents(date(2027, 3, 2)) == 0
    assert balance.first_day(date(2027, 3, 1)) == date(2026, 3, 2)


def test_a_drawn_polygon_takes_its_land_from_the_villages_below(county: Session) -> None:
    who = actor_of(county, "xitong")
    before = {one.code: one for one in balance.balance(county, who).loads}
    lon, lat, squad = county.execute(
        text("select a.label_lon, a.label_lat, u.code from area a"
             " join responsibility r on r.area_code = left(a.code, 9)"
             " join unit u on u.id = r.unit_id where a.level = 'village' order by a.code limit 1")
    ).one()  # fmt: skip
    other = next(code for code in before if code != squad)
    unit = county.scalar(text("select id from unit where code = :code"), {"code": other})
    for priority, size in ((0, 0.004), (1, 0.002)):  # the second lies inside the first
        services.assign_responsibility(
            county, COUNTY, unit, valid_from=date(2024, 1, 1), priority=priority,
            shape=box(lon - size, lat - size, lon + size, lat + size), name="市场",
        )  # fmt: skip
    after = {one.code: one for one in balance.balance(county, who).loads}
    assert route(county, COUNTY, lon, lat, DAY).unit_code == other
    moved = after[other].area_m2 - before[other].area_m2
    assert moved == pytest.approx(0.008 * 0.008 * 111_100 * 81_100, rel=0.01)
    assert before[squad].area_m2 - after[squad].area_m2 == pytest.approx(moved, rel=1e-6)
    assert after[other].polygons == 2


def test_population_counts_where_it_is_known_of_every_village(county: Session) -> None:
    who = actor_of(county, "xitong")
    assert "population" not in balance.balance(county, who).spreads
    county.execute(text("update division set population = 100 where level = 'village'"))
    found = balance.balance(county, who)
    assert sum(one.population or 0 for one in found.squads) == 34_600
    assert found.spreads["population"].mean == pytest.approx(34_600 / 21)
    county.execute(text("update division set population = null where code like '%001'"))
    assert any(one.population is None for one in balance.balance(county, who).squads)


def test_a_squad_without_certificates_shows_none_certified(county: Session) -> None:
    county.execute(text("update certificate set valid_to = '2026-03-01'"))
    found = balance.balance(county, actor_of(county, "xitong"), DAY)
    assert {(one.officers, one.certified) for one in found.squads} == {(3, 0)}
    found = balance.balance(county, actor_of(county, "xitong"), date(2026, 3, 1))
    assert {one.certified for one in found.squads} == {3}


# --- proposals --------------------------------------------------------------------------------


def test_a_proposal_is_fairer_connected_and_changes_nothing(county: Session) -> None:
    who = actor_of(county, "xitong")
    before = county.execute(text("select count(*) from responsibility")).scalar()
    found = proposal.propose(county, who, weights={"area": 1})
    assert len(found.groups) == 7
    for group in found.groups:
        assert group.why is None
        assert group.spread_after.variation < group.spread_before.variation
        brigade = {squad.code for squad in group.squads}
        assert {one.source for one in group.moved} | {one.target for one in group.moved} <= brigade
    of_brigade = pieces(county, found.today, digits=8)
    whole = {unit for unit in pieces(county, found.after) if of_brigade[unit[:8]] == 1}
    assert len(whole) >= 9
    assert {pieces(county, found.after)[unit] for unit in whole} == {1}
    assert county.execute(text("select count(*) from responsibility")).scalar() == before


def pieces(session: Session, owners: dict[str, str | None], digits: int = 11) -> dict[str, int]:
    """Return of how many pieces the areas of units are, asked of PostGIS; units by their code.

    digits -- of the unit code: 11 for squads, 8 for brigades
    """
    rows = session.execute(
        text("select left(o.unit, :digits) as unit, ST_NumGeometries(ST_Union(a.geom)) as n"
             " from area a join unnest(cast(:codes as text[]), cast(:units as text[]))"
             " o (code, unit) on o.code = a.code where a.level = 'village' group by 1"),
        {"codes": list(owners), "units": [str(unit) for unit in owners.values()],
         "digits": digits},
    )  # fmt: skip
    return {row.unit: row.n for row in rows}


def test_the_same_question_has_the_same_answer(county: Session) -> None:
    who = actor_of(county, "xitong")
    asked = {"incidents": 1.0, "area": 2.0}
    first, second = (proposal.propose(county, who, weights=asked) for _ in range(2))
    assert first == second


def test_a_limit_on_villages_that_change_hands_is_kept(county: Session) -> None:
    who = actor_of(county, "xitong")
    variations = []
    for most in (0, 3, 6, 12):
        found = proposal.propose(county, who, weights={"area": 1}, most=most)
        assert all(len(group.moved) <= most for group in found.groups)
        variations.append(sum(group.spread_after.variation for group in found.groups))
    assert variations == sorted(variations, reverse=True)
    assert variations[0] > variations[-1]


def test_where_nothing_is_better_nothing_is_proposed(county: Session) -> None:
    who = actor_of(county, "xitong")
    better = proposal.propose(county, who, weights={"villages": 1})
    plan = proposal.save(county, who, better, "一")
    plan_activation.activate(county, who, plan.id)
    again = proposal.propose(county, who, weights={"villages": 1})
    assert again.moved == []
    assert {group.why for group in again.groups} == {"没有比现状更均衡的划分。"}
    with pytest.raises(InvalidInputError, match="没有可保存"):
        proposal.save(county, who, again, "二")


def test_a_squad_in_two_pieces_is_made_whole_first_or_nothing_is_proposed(
    county: Session,
) -> None:
    who = actor_of(county, "xitong")
    few = proposal.propose(county, who, weights={"area": 1}, scope="county", most=5)
    assert few.moved == []
    assert "不连片" in (few.groups[0].why or "")
    more = proposal.propose(county, who, weights={"area": 1}, scope="county", most=40)
    assert 0 < len(more.moved) <= 40
    assert set(pieces(county, more.after).values()) == {1}


def test_a_saved_proposal_is_a_draft_that_gives_the_proposed_answers(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    who = actor_of(county, "xitong")
    found = proposal.propose(county, who, weights={"area": 1}, scope="01.01.01")
    plan = proposal.save(county, who, found, "均衡方案", key="one-click")
    assert proposal.save(county, who, found, "均衡方案", key="one-click").id == plan.id
    assert plan.status == "draft"
    assert balance.balance(county, who).squads[0].villages == 27  # still today's
    plan_activation.activate(county, who, plan.id, date(2026, 3, 9))
    rows = county.execute(
        text("select code, label_lon, label_lat from area where level = 'village'")
    ).all()
    for row in rows[::7]:
        answer = route(county, COUNTY, row.label_lon, row.label_lat, date(2026, 3, 9))
        assert answer.unit_code == found.after[row.code]


def test_a_brigade_leader_is_proposed_his_own_brigade(county: Session) -> None:
    leader = actor_of(county, "dadui")
    found = proposal.propose(county, leader, weights={"area": 1}, scope="county")
    assert [group.code for group in found.groups] == [leader.unit_code]
    plan = proposal.save(county, leader, found, "本大队")
    assert len(plan_queries.entries_of(county, plan)) == 2


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"weights": {}}, "至少一项"),
        ({"weights": {"area": -1}}, "不能为负"),
        ({"weights": {"fines": 1}}, "应当是"),
        ({"weights": {"population": 1}}, "没有人口数据"),
        ({"weights": {"area": 1}, "scope": "09.09"}, "没有代码"),
    ],
)
def test_a_wrong_question_is_refused_in_words(
    county: Session, asked: dict[str, object], word: str
) -> None:
    with pytest.raises(InvalidInputError, match=word):
        proposal.propose(county, actor_of(county, "xitong"), **asked)  # type: ignore[arg-type]


def test_who_may_not_plan_sees_the_balance_but_gets_no_proposal(county: Session) -> None:
    officer = actor_of(county, "zhifa1")
    assert balance.balance(county, officer).squads
    with pytest.raises(NotPermittedError):
        proposal.propose(county, officer, weights={"area": 1})
    with pytest.raises(NotPermittedError):
        balance.balance(county, actor_of(county, "fujing"))


def test_weights_are_shares_of_the_county(county: Session) -> None:
    found = proposal.propose(
        county, actor_of(county, "xitong"), weights={"area": 3, "villages": 1}, scope="county"
    )
    [group] = found.groups
    assert sum(one["weight"] for one in group.before.values()) == pytest.approx(1)
    assert dataclasses.asdict(found)["weights"] == {"area": 3, "villages": 1}
