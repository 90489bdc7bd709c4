"""What gates look at is read in one statement, and says what each slice says of its own rows."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case import queries, reading, timing
from enforcement.case.courses import course_of
from enforcement.case.facts import facts_of
from enforcement.case.models import CaseFile
from enforcement.discretion import queries as benchmarks
from enforcement.document import queries as documents
from enforcement.evidence import queries as evidence
from enforcement.law.measures import OPEN_STATES
from enforcement.law.timing import Excluded
from enforcement.measure import queries as measures
from enforcement.settings import services as settings
from enforcement.timing import calendars
from tests.asking import actor_of, set_clock
from tests.case.making import served_case
from tests.evidence.test_evidence import add, picture
from tests.measure.making import animal_case, in_force
from tests.web.test_query_counts import counted


def agree(session: Session, case: CaseFile) -> None:
    """Assert that the one statement says what the slices' own reads say."""
    session.flush()
    today, county = clock.today(session), case.county_code
    own = reading.read(session, case, today)
    assert own.course == course_of(queries.history(session, county, case.id))
    papers = documents.list_of_case(session, county, case.id)
    assert own.papers == {paper.code for paper in papers}
    items = evidence.of_case(session, county, case.id)
    assert own.evidence == len(evidence.in_use(items))
    taken = measures.list_of_case(session, county, case.id)
    assert own.open_measures == sum(one.state in OPEN_STATES for one in taken)
    assert own.calendar == calendars.current(session, county)
    assert own.benchmark == benchmarks.current(session, county)
    assert own.clock == timing.clock_of(session, case, today)


def test_it_says_of_a_served_case_what_the_slices_say(county: Session) -> None:
    case = served_case(county)
    agree(county, case)
    settings.change(county, actor_of(county, "xitong"), "review_from_yuan", 3000, "试")
    assert reading.read(county, case, clock.today(county)).review_from_yuan == 3000


def test_it_says_of_measures_evidence_and_stopped_time_what_the_slices_say(
    county: Session,
) -> None:
    case = animal_case(county)
    in_force(county, case=case)
    first = add(county, case, picture(1), name="照片")
    add(county, case, picture(2), name="照片（更正）", replaces_id=first.id, reason="重名")
    timing.exclude(county, actor_of(county, "zhifa1"), case.id, Excluded.APPRAISAL, "检测", "1号",
                   clock.today(county))  # fmt: skip
    agree(county, case)
    set_clock(county, "2026-03-20 10:00")
    agree(county, case)


def test_facts_cost_few_statements(demo_app: Flask, county: Session) -> None:
    case = served_case(county)
    on = date(2026, 3, 30)
    facts_of(county, case, on)
    with counted(demo_app) as sent:
        facts_of(county, case, on)
    assert len(sent) <= 9, sent
