"""People and posts: numbers kept secret, one auxiliary a village, several posts over time."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import masking
from enforcement.audit import AuditLog
from enforcement.demo.numbers import id_number
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.law import staff
from enforcement.law.terms import Employment, Role
from enforcement.people import history, person_queries, services
from enforcement.people.models import Person, PersonEntry, Post
from enforcement.people.services import Facts
from tests.asking import actor_of, set_clock
from tests.people.making import COUNTY, DAY, give, person, state, unit


def test_numbers_are_encrypted_and_found_in_full_only(county: Session) -> None:
    who = person(county, 7001)
    number = id_number(7001)
    row = county.execute(
        text("select row_to_json(p)::text from person p where id = :id"), {"id": who.id}
    ).scalar_one()
    assert number not in row
    assert "19900017001" not in row
    found = person_queries.find_by_number(county, COUNTY, number.lower())
    assert [one.id for one in found] == [who.id]
    assert person_queries.find_by_number(county, COUNTY, "199 0001 7001")[0].id == who.id
    assert person_queries.find_by_number(county, COUNTY, number[:-1]) == []
    assert person_queries.find_by_number(county, "361025", number) == []


def test_nothing_that_is_logged_or_remembered_holds_a_number(county: Session) -> None:
    who = person(county, 7002)
    services.change_person(
        county, actor_of(county, "xitong"), who.id,
        Facts("改名人", Employment.INSTITUTION, phone="13912345678"),
    )  # fmt: skip
    services.reveal(county, actor_of(county, "xitong"), who.id, "phone", "核对联系方式")
    kept = [row.detail for row in county.query(AuditLog).filter_by(subject=str(who.id))]
    kept += [row.detail for row in history.of(county, PersonEntry, COUNTY, who.id)]
    told = json.dumps(kept, ensure_ascii=False)
    assert "13912345678" not in told
    assert id_number(7002) not in told
    assert "核对联系方式" in told


# fmt: off
BAD: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"name": " "},                                 "name",         "必填"),
    ({"id_number": "22032219500101123X"},           "id_number",    "校验不通过"),
    ({"phone": "12345"},                            "phone",        "11位"),
    ({"legal_number": "A1"},                        "legal_number", "一并填写"),
    ({"legal_on": DAY},                             "legal_number", "一并填写"),
    ({"id_number": id_number(1)},                   "id_number",    "已登记"),
)
# fmt: on


@pytest.mark.parametrize(("change", "field", "words"), BAD)
def test_a_person_that_cannot_be_entered_is_refused_by_field(
    county: Session, change: dict[str, Any], field: str, words: str
) -> None:
    before = state(county)
    with pytest.raises(InvalidInputError, match=words) as refused:
        person(county, **change)
    assert (refused.value.field, state(county)) == (field, before)


def test_a_change_leaves_numbers_that_are_not_given(county: Session) -> None:
    who, admin = person(county, 7003), actor_of(county, "xitong")
    services.change_person(county, admin, who.id, Facts("新名", Employment.INSTITUTION), version=1)
    assert person_queries.find_by_id_number(county, COUNTY, id_number(7003)) is who
    [entry] = [one for one in history.of(county, PersonEntry, COUNTY, who.id)
               if one.event == "change"]  # fmt: skip
    assert entry.detail["changed"] == ["employment", "name"]
    with pytest.raises(StaleVersionError):
        services.change_person(county, admin, who.id, Facts("旧页"), version=1)
    services.change_person(county, admin, who.id, Facts("新名", Employment.INSTITUTION))
    assert who.version == 2  # nothing was new


@pytest.mark.parametrize("username", ["juzhang", "zhihui", "xitong", "dadui"])
def test_a_number_is_shown_to_whom_may_see_it_with_a_reason(county: Session, username: str) -> None:
    actor, officer = actor_of(county, username), actor_of(county, "zhifa1")
    shown = services.reveal(county, actor, officer.person_id, "id_number", "办理社保")
    assert shown is not None
    assert masking.id_number(shown) != shown
    row = county.query(AuditLog).filter_by(act="personal:read").one()
    assert (row.actor_id, row.detail) == (
        actor.account_id, {"number": "id_number", "reason": "办理社保"})  # fmt: skip


def test_a_number_is_not_shown_without_reason_right_or_reach(county: Session) -> None:
    officer = actor_of(county, "zhifa1")
    for username in ("zhifa2", "zhongdui", "anquan", "xiangzhen"):
        with pytest.raises(NotPermittedError):
            services.reveal(county, actor_of(county, username), officer.person_id, "phone", "x")
    with pytest.raises(InvalidInputError, match="理由"):
        services.reveal(county, actor_of(county, "juzhang"), officer.person_id, "phone", " ")
    stranger = actor_of(county, "xiangzhen").person_id
    with pytest.raises(NotFoundError):
        services.reveal(county, actor_of(county, "dadui"), stranger, "phone", "x")
    assert county.query(AuditLog).filter_by(act="personal:read").count() == 0


def test_masked_numbers_keep_their_ends_only() -> None:
    assert masking.id_number("11010519491231002X") == "110105********002X"
    assert masking.phone("13812345678") == "138****5678"
    assert masking.phone("0434-5222345") == "0434-****345"
    assert masking.id_number(None) == masking.phone("") == ""


def test_one_person_has_several_posts_over_time_and_at_once(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    who, admin = person(county), actor_of(county, "xitong")
    first = give(county, who, unit(county, "01.01.01.01"))
    give(county, who, unit(county, "01.01.01"), Role.OFFICER)
    services.end_post(county, admin, first.id, on=DAY, reason="轮岗")
    give(county, who, unit(county, "01.01.02.01"), valid_from=DAY)
    posts = person_queries.posts_of(county, COUNTY, [who.id])
    assert [post.valid_to for post, _unit in posts] == [None, DAY, None] or len(posts) == 3
    today = person_queries.posts_of(county, COUNTY, [who.id], on=DAY)
    assert {one.code for _post, one in today} == {"01.01.01", "01.01.02.01"}
    with pytest.raises(StepNotAllowedError, match="已于"):
        services.end_post(county, admin, first.id, on=date(2026, 5, 1), reason="再次")
    with pytest.raises(InvalidInputError, match="同一岗位"):
        give(county, who, unit(county, "01.01.01"), Role.OFFICER, valid_from=DAY)


def test_an_account_ends_with_its_post(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    officer = actor_of(county, "zhifa2")
    post = county.query(Post).filter_by(person_id=officer.person_id).one()
    services.end_post(county, actor_of(county, "xitong"), post.id, on=DAY, reason="调离")
    from enforcement.people.queries import find_actor_by_name

    assert find_actor_by_name(county, "zhifa2") is None


# --- auxiliaries --------------------------------------------------------------------------------


def village_of(county: Session) -> tuple[Post, Person]:
    post = county.query(Post).filter_by(role="auxiliary").order_by(Post.village_code).first()
    assert post is not None
    return post, county.get_one(Person, (COUNTY, post.person_id))


def test_a_second_auxiliary_of_a_village_is_refused_and_the_first_is_named(
    county: Session,
) -> None:
    post, first = village_of(county)
    station, who = unit(county, "01.03.01"), person(county)
    before = state(county)
    with pytest.raises(InvalidInputError, match=first.name) as refused:
        give(county, who, station, Role.AUXILIARY, village_code=post.village_code)
    assert refused.value.data["person_id"] == str(first.id)
    assert state(county) == before
    admin = actor_of(county, "xitong")
    services.end_post(county, admin, post.id, on=DAY, reason="辞职")
    with pytest.raises(InvalidInputError, match=first.name):
        give(county, who, station, Role.AUXILIARY, village_code=post.village_code,
             valid_from=date(2026, 3, 1))  # fmt: skip
    made = give(county, who, station, Role.AUXILIARY, village_code=post.village_code,
                valid_from=DAY)  # fmt: skip
    assert made.village_code == post.village_code


def test_an_auxiliary_belongs_to_the_police_station_of_his_villages_township(
    county: Session,
) -> None:
    post, _first = village_of(county)
    services.end_post(county, actor_of(county, "xitong"), post.id, on=DAY, reason="辞职")
    who = person(county, employment=Employment.POLICE_AUXILIARY)
    wrong = (
        (unit(county, "01.03.02"), post.village_code, "不管辖该村"),
        (unit(county, "01.01.01.01"), post.village_code, "只能在"),
        (unit(county, "01.03.01"), None, "须写明所驻的村"),
        (unit(county, "01.03.01"), "220322001999", "没有代码"),
        (unit(county, "01.03.01"), "220322001", "没有代码"),
    )
    for where, code, words in wrong:
        with pytest.raises(InvalidInputError, match=words):
            give(county, who, where, Role.AUXILIARY, village_code=code, valid_from=DAY)
    with pytest.raises(InvalidInputError, match="其他岗位不写"):
        give(county, who, unit(county, "01.01.01.01"), village_code=post.village_code)


# --- posts that the law or good order bars ------------------------------------------------------


def test_nobody_is_two_administrators_at_a_time(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    admin = actor_of(county, "xitong")
    who = county.get_one(Person, (COUNTY, admin.person_id))
    for role in sorted(staff.ADMINISTRATORS - {Role.SYSTEM_ADMIN}):
        with pytest.raises(InvalidInputError, match="不得由同一人兼任"):
            give(county, who, unit(county, "01.01"), role, valid_from=DAY)


def test_who_first_reviews_has_the_legal_qualification(county: Session) -> None:
    who = person(county)
    bureau = unit(county, "01.01")
    with pytest.raises(InvalidInputError, match="法律职业资格") as refused:
        give(county, who, bureau, Role.LEGAL_REVIEWER)
    assert refused.value.data["article"] == "《中华人民共和国行政处罚法》第五十八条"
    services.change_person(
        county, actor_of(county, "xitong"), who.id,
        Facts("试验人", Employment.CIVIL_SERVANT, legal_number="A1", legal_on=date(2025, 9, 1)),
    )  # fmt: skip
    first = give(county, who, bureau, Role.LEGAL_REVIEWER)
    services.end_post(county, actor_of(county, "xitong"), first.id, on=DAY, reason="轮岗")
    services.change_person(
        county, actor_of(county, "xitong"), who.id, Facts("试验人", Employment.CIVIL_SERVANT)
    )
    assert give(county, who, bureau, Role.LEGAL_REVIEWER, valid_from=DAY)  # not for the first time


def test_people_are_listed_by_what_is_searched(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")

    def found(**wanted: Any) -> list[person_queries.Listed]:
        return person_queries.list_page(county, COUNTY, person_queries.Wanted(**wanted), DAY)

    everybody = []
    after = None
    while page := person_queries.list_page(
        county, COUNTY, person_queries.Wanted(), DAY, after=after, limit=200
    ):
        everybody += page
        after = (page[-1].person.name, page[-1].person.id)
    ids = [row.person.id for row in everybody]
    in_post = county.query(Post.person_id).filter(Post.valid_to.is_(None)).distinct().count()
    assert len(ids) == len(set(ids)) == in_post
    names = [row.person.name for row in everybody]
    assert names == county.scalars(
        text("select name from person where id = any(:ids) order by name, id"), {"ids": ids}
    ).all()  # fmt: skip
    squad = found(unit_code="01.01.01.01")
    assert len(squad) == 4
    assert {unit.code for row in squad for _post, unit in row.posts} == {"01.01.01.01"}
    assert len(found(role="head")) == 1
    assert {row.person.name for row in found(name="建国")} <= {
        name for name in names if "建国" in name}  # fmt: skip
    assert len(found(unit_code="01.01.01.01", certificate="valid")) == 3
    assert len(found(unit_code="01.01.01.01", certificate="none")) == 1
    assert found(left=True) == []
    post = county.query(Post).filter_by(person_id=squad[0].person.id).one()
    services.end_post(county, actor_of(county, "xitong"), post.id, on=DAY, reason="调离")
    assert [row.person.id for row in found(left=True)] == [squad[0].person.id]
    assert found(name="100%_") == []
