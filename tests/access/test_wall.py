"""The second wall: a query that forgot to ask for whom still gives nobody what is not his."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from enforcement import wall
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.demo import USERS
from enforcement.law.terms import Role
from gis.cells import in_box
from tests.access.walls import NO_ROWS, ids, reading, rows, seen_as
from tests.asking import actor_of, as_owner
from tests.benchmarks.maps import GROW
from tests.case.making import filed_case


@pytest.fixture
def elsewhere(county: Session) -> CaseFile:
    """A case of another brigade, on which nobody of the first works."""
    case = filed_case(county)
    case.unit_code, case.officer_a_id, case.officer_b_id = "01.01.99.01", None, None
    county.flush()
    return case


def test_who_says_nothing_reads_nothing(county: Session) -> None:
    filed_case(county)
    county_only = {"county": "220322"}
    for said in ({}, county_only, {"reach": "county"}, county_only | {"reach": "none"},
                 {"reach": "county", "county": "000000"}):  # fmt: skip
        with seen_as(county, said):
            assert rows(county) == NO_ROWS


@pytest.mark.parametrize(("username", "role"), USERS, ids=str)
def test_the_wall_stands_where_the_lists_conditions_stand(
    county: Session, elsewhere: CaseFile, username: str, role: Role
) -> None:
    actor, said = reading(county, username)
    allowed = set(county.scalars(select(CaseFile.id).where(cases.visible(actor))))
    with seen_as(county, said):
        assert ids(county, CaseFile) == allowed
    assert (elsewhere.id in allowed) == (said["reach"] == "county")


def test_who_works_on_a_case_sees_it_wherever_it_lies(county: Session, elsewhere: CaseFile) -> None:
    actor, said = reading(county, "zhifa1")
    elsewhere.officer_b_id = actor.person_id
    county.flush()
    with seen_as(county, said):
        assert elsewhere.id in ids(county, CaseFile)


def test_an_administrator_reads_no_row_of_a_case(county: Session) -> None:
    filed_case(county)
    for username in ("xitong", "anquan", "shenji"):
        _actor, said = reading(county, username)
        with seen_as(county, said):
            assert rows(county) == NO_ROWS


def test_an_act_looks_at_the_whole_county_and_no_further(
    county: Session, elsewhere: CaseFile
) -> None:
    actor = actor_of(county, "zhifa1")
    with seen_as(county, wall.said_of(actor, acts=True)):
        assert elsewhere.id in ids(county, CaseFile)
    with seen_as(county, wall.said_of(actor, acts=True) | {"county": "000000"}):
        assert ids(county, CaseFile) == set()


def test_what_is_counted_over_the_county_says_so(county: Session, elsewhere: CaseFile) -> None:
    _actor, said = reading(county, "zhifa1")
    with seen_as(county, said):
        with wall.whole(county):
            assert elsewhere.id in ids(county, CaseFile)
        assert elsewhere.id not in ids(county, CaseFile)


def test_a_view_that_forgot_its_condition_shows_nothing_of_others(
    demo_app: Flask, county: Session, elsewhere: CaseFile
) -> None:
    actor = actor_of(county, "zhifa1")
    with demo_app.test_request_context("/cases"):
        wall.begin()
        with transaction() as session:
            assert ids(session, CaseFile) == set(), "nobody is known yet"
        wall.know(actor)
        with transaction() as session:
            found = ids(session, CaseFile)
            assert elsewhere.id not in found
    with demo_app.test_request_context("/cases", method="POST"):
        wall.begin()
        wall.know(actor)
        with transaction() as session:
            assert elsewhere.id in ids(session, CaseFile)
    assert found


def test_a_list_behind_the_wall_still_uses_its_index(county: Session) -> None:
    county.execute(GROW, {"county": "220322", "first": 0, "last": 2999})
    with as_owner(county):
        county.execute(text("analyze case_file"))
    actor, said = reading(county, "zhongdui")
    by_unit = select(CaseFile.id).where(
        CaseFile.county_code == actor.county_code, CaseFile.unit_code >= actor.unit_code,
        CaseFile.unit_code < actor.unit_code + "~",
    )  # fmt: skip
    by_place = select(CaseFile.id).where(
        CaseFile.county_code == actor.county_code, in_box(CaseFile, (124.3, 43.3, 124.31, 43.31))
    )  # fmt: skip
    with seen_as(county, said):
        for query, index in ((by_unit, "ix_case_file_unit"), (by_place, "ix_case_file_cell")):
            sql = str(query.compile(county.connection(), compile_kwargs={"literal_binds": True}))
            plan = "\n".join(county.scalars(text(f"explain {sql.replace(':', chr(92) + ':')}")))
            assert index in plan, plan
            assert "Index Cond" in plan


def test_the_first_thing_a_page_asks_may_be_of_the_whole_county(
    demo_app: Flask, county: Session, elsewhere: CaseFile
) -> None:
    actor = actor_of(county, "zhifa1")
    county.commit()
    with demo_app.test_request_context("/cases"):
        wall.begin()
        wall.know(actor)
        with transaction() as session:
            with wall.whole(session):
                assert elsewhere.id in ids(session, CaseFile)
            assert elsewhere.id not in ids(session, CaseFile)


def test_what_fails_in_the_whole_county_fails_by_its_own_name(county: Session) -> None:
    _actor, said = reading(county, "zhifa1")
    with (
        seen_as(county, said),
        pytest.raises(ProgrammingError, match="no_such_table"),
        county.begin_nested(),
        wall.whole(county),
    ):
        county.execute(text("select 1 from no_such_table"))
