"""Units: opened below what the table allows, renamed with history, closed only when empty."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.law import organisation
from enforcement.law.terms import Role, UnitKind
from enforcement.people import history, places, services, unit_queries
from enforcement.people.models import Person, Post, Unit, UnitEntry
from tests.asking import actor_of, as_owner, set_clock
from tests.people.making import COUNTY, DAY, give, person, squad, state, unit


def test_a_new_units_code_follows_the_last_one_below_its_parent(county: Session) -> None:
    first, second = squad(county), squad(county, name="试点二中队")
    assert (first.code, second.code) == ("01.01.01.04", "01.01.01.05")
    services.close_unit(county, actor_of(county, "xitong"), second.id, on=DAY, reason="试点结束")
    assert squad(county, name="试点三中队").code == "01.01.01.06"  # a code is never used again


def test_a_unit_inherits_its_townships_home_and_keeps_its_history(county: Session) -> None:
    town = unit(county, "01.15")
    made = squad(county, kind=UnitKind.TOWNSHIP_OFFICE, parent_id=town.id, name="信访办公室")
    assert (made.code, made.home_code) == ("01.15.12", town.home_code)
    [entry] = history.of(county, UnitEntry, COUNTY, made.id)
    assert (entry.event, entry.by_name) == ("open", actor_of(county, "xitong").name)


@given(st.sampled_from(list(UnitKind)), st.sampled_from(list(UnitKind)))
def test_a_unit_stands_below_what_the_table_names_and_a_county_below_nothing(
    kind: UnitKind, parent: UnitKind
) -> None:
    allowed = organisation.may_stand_below(kind, parent)
    assert allowed == (parent in organisation.PARENTS[kind])
    assert not organisation.may_stand_below(UnitKind.COUNTY, parent)
    assert kind is UnitKind.COUNTY or organisation.PARENTS[kind]


def test_every_kind_reaches_the_county_and_none_stands_below_itself() -> None:
    for kind in UnitKind:
        seen, above = {kind}, set(organisation.PARENTS[kind])
        while above:
            assert not above & {kind}
            seen |= above
            above = {up for one in above for up in organisation.PARENTS[one]} - seen
        assert UnitKind.COUNTY in seen


# fmt: off
BAD: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"name": "  "},                                             "name",      "必填"),
    ({"name": "长" * 61},                                        "name",      "最多"),
    ({"name": "第一执法大队第一中队"},                           "name",      "已有"),
    ({"kind": UnitKind.BRIGADE},                                 "parent",    "不能设在"),
    ({"kind": UnitKind.COUNTY},                                  "parent",    "不能设在"),
    ({"valid_from": date(2020, 1, 1)},                           "parent",    "不存在"),
    ({"home_code": "220322999"},                                 "home_code", "没有代码"),
    ({"uscc": "91350100M000100Y44"},                             "uscc",      "校验不通过"),
)
# fmt: on


@pytest.mark.parametrize(("change", "field", "words"), BAD)
def test_a_unit_that_does_not_fit_is_refused_and_nothing_changes(
    county: Session, change: dict[str, Any], field: str, words: str
) -> None:
    before = state(county)
    with pytest.raises(InvalidInputError, match=words) as refused:
        squad(county, **change)
    assert (refused.value.field, state(county)) == (field, before)


def test_a_village_point_names_its_village_and_a_credit_code_its_one_organ(county: Session) -> None:
    hall = unit(county, "01.15.11")
    with pytest.raises(InvalidInputError, match="12位"):
        squad(county, kind=UnitKind.VILLAGE_POINT, parent_id=hall.id, home_code="220322101")
    squad(county, uscc="91350100m000100y43")
    with pytest.raises(InvalidInputError, match="已属于试点中队"):
        squad(county, name="另一中队", uscc="91350100M000100Y43")


def test_a_name_changes_from_a_day_and_the_old_one_stays_readable(county: Session) -> None:
    set_clock(county, "2026-03-10 09:00")
    actor, made = actor_of(county, "xitong"), squad(county)
    services.rename_unit(county, actor, made.id, "直属中队", on=DAY, reason="批复更名")
    services.rename_unit(county, actor, made.id, "机动中队", on=date(2026, 3, 9), reason="再次更名")
    named = {
        day: unit_queries.names_on(county, COUNTY, day).get(made.id, made.name)
        for day in (date(2026, 3, 1), DAY, date(2026, 3, 8), date(2026, 3, 9))
    }
    assert list(named.values()) == ["试点中队", "直属中队", "直属中队", "机动中队"]
    for on, field in ((date(2026, 4, 1), "on"), (date(2026, 3, 1), "on")):
        with pytest.raises(InvalidInputError) as refused:
            services.rename_unit(county, actor, made.id, "新名", on=on, reason="x")
        assert refused.value.field == field
    assert made.name == "机动中队"


def test_two_who_changed_the_same_unit_are_told(county: Session) -> None:
    actor, made = actor_of(county, "xitong"), squad(county)
    services.rename_unit(county, actor, made.id, "甲", reason="x", version=1)
    with pytest.raises(StaleVersionError):
        services.rename_unit(county, actor, made.id, "乙", reason="x", version=1)
    assert (made.name, made.version) == ("甲", 2)


def test_a_unit_with_people_or_open_units_below_does_not_close(county: Session) -> None:
    actor, made = actor_of(county, "xitong"), squad(county)
    who = person(county)
    post = give(county, who, made)
    before = state(county)
    with pytest.raises(InvalidInputError, match="还有人员在职：试验人"):
        services.close_unit(county, actor, made.id, on=DAY, reason="撤并")
    with pytest.raises(InvalidInputError, match="下级机构尚未撤销"):
        services.close_unit(county, actor, unit(county, "01.01.01").id, on=DAY, reason="撤并")
    with pytest.raises(InvalidInputError, match="县不能撤销"):
        services.close_unit(county, actor, unit(county, "01").id, on=DAY, reason="撤并")
    assert (state(county), made.valid_to) == (before, None)
    services.end_post(county, actor, post.id, on=DAY, reason="调离")
    services.close_unit(county, actor, made.id, on=DAY, reason="撤并", decree="梨编〔2026〕1号")
    assert (made.valid_to, made.closed_by_decree) == (DAY, "梨编〔2026〕1号")
    assert made.ended_at is not None
    with pytest.raises(InvalidInputError, match="已于"):
        services.close_unit(county, actor, made.id, on=DAY, reason="再次")


def test_a_closed_unit_is_shown_on_the_days_on_which_it_existed(county: Session) -> None:
    made = squad(county)
    services.close_unit(county, actor_of(county, "xitong"), made.id, on=DAY, reason="撤并")

    def codes(day: date, which: str) -> set[str]:
        return {row.Unit.code for row in unit_queries.list_staff(county, COUNTY, day, which=which)}

    assert made.code in codes(date(2026, 3, 1), "open")
    assert made.code not in codes(DAY, "open")
    assert codes(DAY, "closed") == {made.code}
    assert made.code not in codes(date(2025, 12, 31), "all")


def test_a_post_in_a_unit_that_does_not_exist_that_day_is_refused(county: Session) -> None:
    made, who = squad(county), person(county)
    services.close_unit(
        county, actor_of(county, "xitong"), made.id, on=date(2026, 6, 1), reason="撤并"
    )
    for since, until in ((date(2025, 12, 1), DAY), (date(2026, 6, 1), None), (DAY, None)):
        with pytest.raises(InvalidInputError):
            give(county, who, made, valid_from=since, valid_to=until)
    assert give(county, who, made, valid_from=DAY, valid_to=date(2026, 6, 1)).unit_id == made.id


@pytest.mark.parametrize("username", ["anquan", "shenji", "juzhang", "zhifa1", "xiangzhen"])
def test_only_the_system_administrator_changes_units(county: Session, username: str) -> None:
    before = state(county)
    actor, some = actor_of(county, username), unit(county, "01.01.01.01")
    acts = (
        lambda: services.open_unit(county, actor, name="x", kind=UnitKind.SQUAD,
                                   parent_id=some.id, valid_from=DAY),
        lambda: services.rename_unit(county, actor, some.id, "x", reason="x"),
        lambda: services.close_unit(county, actor, some.id, on=DAY, reason="x"),
        lambda: services.merge_unit(county, actor, some.id, some.id, on=DAY, reason="x"),
        lambda: services.plan_merger(county, actor, some.id, some.id, DAY),
    )  # fmt: skip
    for act in acts:
        with pytest.raises(NotPermittedError):
            act()
    assert state(county) == before


def test_a_history_is_never_changed(county: Session) -> None:
    squad(county)
    for table in ("unit_entry", "person_entry", "certificate_entry"):
        with (
            pytest.raises(IntegrityError, match="only grows"),
            county.begin_nested(),
            as_owner(county),
        ):
            county.execute(text(f"update {table} set event = 'x'"))


def test_whoever_comes_second_waits_and_is_told(demo_app: Flask, county: Session) -> None:
    squad(county)  # holds the turn, as its transaction has not ended
    engine = demo_app.extensions["enforcement.engine"]
    with Session(engine) as second:
        second.execute(text("set local lock_timeout = '200ms'"))
        with pytest.raises(StepNotAllowedError, match="另一人正在办理"):
            squad(second, name="同时设立")
        second.rollback()
        kept = second.query(Unit).filter_by(county_code=COUNTY, name="同时设立").count()
        assert kept == 0


# --- merging ------------------------------------------------------------------------------------


def posts_in(session: Session, where: Unit, day: date) -> set[str]:
    query = session.query(Person.name).join(Post, Post.person_id == Person.id)
    rows = query.filter(Post.unit_id == where.id, Post.valid_from <= day)
    return {row[0] for row in rows.filter((Post.valid_to.is_(None)) | (Post.valid_to > day))}


def test_a_merger_moves_everybody_and_their_accounts_go_on(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    worker = actor_of(county, "zhifa1")
    admin, old = actor_of(county, "xitong"), county.get_one(Unit, (COUNTY, worker.unit_id))
    target = unit(county, "01.01.01.01")
    staff = posts_in(county, old, DAY)
    plan = services.plan_merger(county, admin, old.id, target.id, DAY)
    assert {name for _post, name in plan.posts} == staff
    assert [duty.area_code for duty in plan.duties] == [
        duty.area_code for duty in places.duties(county, COUNTY, [old.id], DAY)]  # fmt: skip
    services.merge_unit(county, admin, old.id, target.id, on=DAY, reason="机构改革",
                        digest=plan.digest)  # fmt: skip
    assert (old.valid_to, old.merged_into_id) == (DAY, target.id)
    assert staff <= posts_in(county, target, DAY)
    assert posts_in(county, old, DAY) == set()
    assert posts_in(county, old, date(2026, 3, 1)) == staff
    moved = actor_of(county, "zhifa1")
    assert (moved.unit_code, moved.person_id) == ("01.01.01.01", worker.person_id)
    [entry] = history.of(county, UnitEntry, COUNTY, old.id)[:1]
    assert (entry.event, entry.detail["into"]) == ("merge", "01.01.01.01")


def test_a_merger_that_is_to_come_leaves_accounts_where_they_are_until_then(
    county: Session,
) -> None:
    set_clock(county, "2026-03-02 09:00")
    admin, old = actor_of(county, "xitong"), actor_of(county, "zhifa1")
    later, target = date(2026, 4, 1), unit(county, "01.01.01.01")
    services.merge_unit(county, admin, old.unit_id, target.id, on=later, reason="机构改革")
    assert actor_of(county, "zhifa1").unit_code == old.unit_code
    set_clock(county, "2026-04-01 00:05")
    assert actor_of(county, "zhifa1").unit_code == "01.01.01.01"
    set_clock(county, "2026-04-02 09:00")
    services.merge_unit(
        county, actor_of(county, "xitong"), target.id, unit(county, "01.01.01.02").id,
        on=date(2026, 4, 2), reason="再次合并",
    )  # fmt: skip
    assert actor_of(county, "zhifa1").unit_code == "01.01.01.02"


def test_what_stands_below_goes_along_or_into_its_twin(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    admin = actor_of(county, "xitong")
    old, target = unit(county, "01.15"), unit(county, "01.16")
    extra = squad(county, kind=UnitKind.TOWNSHIP_OFFICE, parent_id=old.id, name="专项办公室")
    points = [one.code for one in unit_queries.below(county, unit(county, "01.15.11"))]
    services.merge_unit(county, admin, old.id, target.id, on=DAY, reason="撤乡并镇")
    hall = unit(county, "01.15.11")
    assert hall.merged_into_id == unit(county, "01.16.11").id
    assert extra.merged_into_id == unit(county, "01.16.12").id
    assert unit(county, "01.16.12").home_code == target.home_code
    moved = [unit(county, code) for code in points]
    into = [county.get_one(Unit, (COUNTY, one.merged_into_id)) for one in moved]
    assert [one.name for one in into] == [one.name for one in moved]
    assert {one.home_code for one in into} == {one.home_code for one in moved}
    assert all(one.code.startswith("01.16.11.") for one in into)
    assert unit_queries.below(county, old, only_open=True) == []


def test_a_merger_is_refused_where_the_two_do_not_fit(county: Session) -> None:
    admin, one = actor_of(county, "xitong"), unit(county, "01.01.01.01")
    before = state(county)
    refused = (
        (one, unit(county, "01.01.02"), "不能并入"),
        (one, one, "自己"),
        (unit(county, "01.01.01"), one, "自己"),
        (unit(county, "01.03.01"), unit(county, "01.03.02"), "不能在"),  # auxiliaries of villages
    )
    for old, target, words in refused:
        with pytest.raises(InvalidInputError, match=words):
            services.merge_unit(county, admin, old.id, target.id, on=DAY, reason="x")
    assert state(county) == before


def test_another_plan_than_the_one_seen_is_not_carried_out(county: Session) -> None:
    admin, old, target = actor_of(county, "xitong"), squad(county), unit(county, "01.01.01.01")
    seen = services.plan_merger(county, admin, old.id, target.id, DAY)
    give(county, person(county), old)
    before = state(county)
    with pytest.raises(StaleVersionError):
        services.merge_unit(
            county, admin, old.id, target.id, on=DAY, reason="x", digest=seen.digest
        )
    assert (state(county), old.valid_to) == (before, None)


def test_a_bureau_with_papers_in_its_name_only_goes_into_another_organ(county: Session) -> None:
    admin = actor_of(county, "xitong")
    other = squad(county, kind=UnitKind.BUREAU, parent_id=unit(county, "01").id, name="新局")
    with pytest.raises(InvalidInputError, match="执法主体"):
        services.plan_merger(county, admin, unit(county, "01.01").id, other.id, DAY)


def test_a_leader_does_not_land_where_his_role_cannot_stand(county: Session) -> None:
    assert organisation.may_hold(Role.SQUAD_LEADER, UnitKind.SQUAD)
    assert not organisation.may_hold(Role.SQUAD_LEADER, UnitKind.BRIGADE)
    with pytest.raises(InvalidInputError, match="只能在"):
        give(county, person(county), unit(county, "01.01.01"), Role.SQUAD_LEADER)
