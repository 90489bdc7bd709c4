"""The diary of a case: every act in order and in words, as JSON and PDF; who took it is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.case import diary, queries
from enforcement.errors import NotFoundError
from enforcement.law.terms import CaseEvent as E
from tests.asking import Calls, Pages, actor_of
from tests.case.making import act, filed_case, investigated_case, served_case
from tests.document.reading import squeezed_text
from tests.web.test_query_counts import counted


def test_the_diary_tells_every_act_of_the_history_with_its_papers(county: Session) -> None:
    case = served_case(county)
    told = diary.diary_of(county, case)
    kept = queries.history(county, case.county_code, case.id)
    assert [one["event"] for one in told["entries"]] == [row.event for row in kept]
    assert [one["no"] for one in told["entries"]] == list(range(1, len(kept) + 1))
    by_event: dict[str, Any] = {one["event"]: one for one in told["entries"]}
    decided = by_event["decide"]
    assert [one["code"] for one in decided["papers"]] == ["D38"]
    assert decided["article"].startswith("《中华人民共和国行政处罚法》")
    assert {"label": "意见", "words": "同意"} in decided["said"]
    heard = by_event["hear_statement"]["said"]
    assert heard[0] == {"label": "陈述申辩结果", "words": "书面放弃"}
    filing = by_event["propose_filing"]["said"]
    assert not [one for one in filing if "13800000000" in one["words"]]  # never in the history


def test_the_diary_costs_the_same_however_long_the_story(demo_app: Flask, county: Session) -> None:
    short, counts = filed_case(county), []
    with counted(demo_app) as sent:
        diary.diary_of(county, short)
    counts.append(len(sent))
    act(county, "zhifa1", short, E.ORDER_CORRECTION, demand="清除",
        until_on=short.filed_on)  # fmt: skip
    act(county, "zhifa1", short, E.REINSPECT, findings="仍在", result="failed")
    with counted(demo_app) as sent:
        diary.diary_of(county, short)
    counts.append(len(sent))
    assert counts[0] == counts[1]


def test_the_diary_is_taken_as_pdf_and_json_and_that_is_recorded(
    county: Session, page: Pages, call: Calls, tmp_path: Path
) -> None:
    case = investigated_case(county)
    found = call("zhifa1", "GET", f"/cases/{case.id}/diary").get_json()
    assert found["number"] == case.number
    assert found["exported_by"] == actor_of(county, "zhifa1").name
    assert f"/cases/{case.id}/diary.pdf" in page("zhifa1").get(f"/cases/{case.id}").text
    answer = page("zhifa1").get(f"/cases/{case.id}/diary.pdf")
    assert answer.mimetype == "application/pdf"
    text = squeezed_text(answer.data)
    for words in ("办案日志", case.number, "批准立案", "占用18平方米", "现场检查（勘验）笔录"):
        assert words in text, words
    assert call("zhifa1", "GET", f"/cases/{case.id}/diary.pdf").data.startswith(b"%PDF-")
    taken = county.scalars(
        select(AuditLog.detail).where(
            AuditLog.act == "case:diary", AuditLog.subject == str(case.id)
        )
    ).all()
    assert [one["format"] for one in taken] == ["json", "pdf", "pdf"]


def test_a_diary_in_english_has_english_labels(county: Session) -> None:
    case = filed_case(county)
    with force_locale("en"):
        told = diary.diary_of(county, case)
    assert told["entries"][0]["name"] == "Register the lead"
    assert told["state_name"] == "Filed, investigating"


def test_a_case_elsewhere_tells_no_story(county: Session, call: Calls) -> None:
    case = filed_case(county)
    case.unit_code, case.officer_a_id, case.officer_b_id = "01.01.99.01", None, None
    county.flush()
    assert call("zhifa1", "GET", f"/cases/{case.id}/diary").status_code == 404
    assert call("zhifa1", "GET", f"/cases/{case.id}/diary.pdf").status_code == 404
    with pytest.raises(NotFoundError):
        queries.get(county, actor_of(county, "zhifa1"), case.id)
