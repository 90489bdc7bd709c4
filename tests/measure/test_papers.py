"""The papers of measures: each act issues its own, with the things and days it is about."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from enforcement.document.models import Document
from enforcement.document.queries import list_of_case
from enforcement.law.measure_terms import MeasureEvent as M
from enforcement.measure.models import Measure
from tests.asking import set_clock
from tests.measure.making import act, at_once, in_force, moment


def issued(session: Session, measure: Measure) -> dict[str, Document]:
    """Return the last paper of each kind in the measure's case."""
    papers = list_of_case(session, measure.county_code, measure.case_id)
    return {paper.code: paper for paper in papers}


def test_a_seizure_issues_its_approval_decision_and_list(county: Session) -> None:
    measure = in_force(county)
    papers = issued(county, measure)
    assert {"D17", "D18", "D19"} <= set(papers)
    assert [item["name"] for item in papers["D19"].inputs["items"]] == ["病死猪", "冷藏车"]
    stated = papers["D18"].inputs["measure"]
    assert (stated["from_on"], stated["until_on"]) == ("2026-03-04", "2026-04-03")


def test_what_was_done_at_once_says_so(county: Session) -> None:
    papers = issued(county, at_once(county))
    assert papers["D18"].inputs["measure"]["urgent"] is True


def test_an_extension_tells_the_day_before_and_after(county: Session) -> None:
    measure = in_force(county)
    set_clock(county, "2026-03-30 10:00")
    act(county, "juzhang", measure, M.EXTEND, reason="情况复杂")
    inputs = issued(county, measure)["D20"].inputs
    assert inputs["measure"]["until_on"] == "2026-04-03"
    assert inputs["extension"]["until_on"] == "2026-05-03"


def test_a_testing_period_is_ordered_and_told(county: Session) -> None:
    measure = in_force(county)
    said = {"institute": "示例检测所", "question": "是否染疫", "paper": "检告1号",
            "from_on": date(2026, 3, 5), "to_on": date(2026, 3, 14)}  # fmt: skip
    act(county, "zhifa1", measure, M.EXCLUDE, **said)
    papers = issued(county, measure)
    assert papers["D13"].inputs["expert"]["institute"] == "示例检测所"
    assert papers["D21"].inputs["expert"]["until_on"] == "2026-03-14"


def test_preserved_evidence_is_decided_kept_and_given_back(county: Session) -> None:
    measure = in_force(county, "preserve")
    set_clock(county, "2026-03-06 10:00")
    act(county, "juzhang", measure, M.DISPOSE, fate="return", reason="已固定证据")
    act(county, "zhifa1", measure, M.HAND_OUT, at=moment("2026-03-06 09:30"), receiver="张示例",
        condition="完好")  # fmt: skip
    papers = issued(county, measure)
    assert {"D14", "D15", "D16", "D23"} <= set(papers)
    assert papers["D15"].inputs["preservation"]["until_on"] == "2026-03-13"
    assert all(item["disposal"] for item in papers["D16"].inputs["items"])
    assert papers["D23"].inputs["handover"]["recipient"] == "张示例"
