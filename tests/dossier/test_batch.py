"""A day's papers as one PDF: in order with separators, piece by piece, cancelled, never twice."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import due
from enforcement.case.models import CaseFile
from enforcement.document.models import Document
from enforcement.dossier import batch
from enforcement.dossier.models import PrintJob
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.law.dossier import PrintState
from tests.asking import Pages, actor_of
from tests.case.making import filed_case
from tests.document.reading import squeezed_text

DAY = date(2026, 3, 3)


def two_cases(county: Session) -> list[CaseFile]:
    return [filed_case(county), filed_case(county)]


def steps_of(county: Session, job: PrintJob) -> list[DueStep]:
    query = select(DueStep).where(DueStep.subject_id == job.id, DueStep.state == "waiting")
    return list(county.scalars(query))


def work(county: Session, job: PrintJob) -> None:
    """Do the one step that waits, as the worker does."""
    (step,) = steps_of(county, job)
    batch.work(county, step)
    due.finish(county, step, job.asked_at)
    county.flush()


def test_the_papers_of_a_day_come_in_order_behind_their_separators(
    county: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "AT_ONCE", 1)
    cases = two_cases(county)
    officer = actor_of(county, "zhifa1")
    job = batch.order(county, officer, officer.unit_code, DAY)
    papers = county.scalars(select(Document.code).where(Document.id.in_(job.papers)))
    assert papers.all() == ["D02", "D02"]  # their leads were printed the day before
    seen = []
    while job.state == PrintState.WORKING:
        with pytest.raises(StepNotAllowedError):
            batch.whole(job)
        work(county, job)
        seen.append(job.done)
    assert seen == [1, 2]
    assert steps_of(county, job) == []
    pdf = batch.whole(job)
    with pikepdf.open(io.BytesIO(pdf)) as whole, whole.open_outline() as outline:
        assert [one.title for one in outline.root] == sorted(one.number for one in cases)
        assert all(one.children[0].title == "分隔页" for one in outline.root)
    text = squeezed_text(pdf)
    for n, case in enumerate(sorted(cases, key=lambda one: one.number), 1):
        assert f"第{n}件，共2件" in text
        assert case.number in text


def test_an_order_is_cancelled_between_two_pieces_and_only_once(
    county: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "AT_ONCE", 1)
    two_cases(county)
    officer = actor_of(county, "zhifa1")
    job = batch.order(county, officer, officer.unit_code, DAY)
    work(county, job)
    batch.cancel(county, officer, job.id)
    work(county, job)
    assert (job.state, job.done, job.sha256) == (PrintState.CANCELLED, 1, None)
    assert steps_of(county, job) == []
    with pytest.raises(StepNotAllowedError, match="已经结束"):
        batch.cancel(county, officer, job.id)


def test_a_day_without_papers_and_another_persons_order_are_refused(county: Session) -> None:
    two_cases(county)
    officer = actor_of(county, "zhifa1")
    with pytest.raises(InvalidInputError, match="没有您可以看到的文书"):
        batch.order(county, officer, officer.unit_code, date(2026, 3, 1))
    job = batch.order(county, officer, officer.unit_code, DAY)
    with pytest.raises(NotFoundError):
        batch.find(county, actor_of(county, "zhifa2"), job.id)
    assert batch.recent(county, actor_of(county, "zhifa2")) == []


def test_it_is_ordered_watched_and_opened_by_page(
    county: Session, page: Pages, demo_app: Flask
) -> None:
    two_cases(county)
    county.commit()
    officer, browser = actor_of(county, "zhifa1"), page("zhifa1")
    wrong = browser.post("/prints", data={"unit": officer.unit_code, "on": "2026-03-01"})
    assert wrong.status_code == 422
    assert "没有您可以看到的文书" in wrong.text
    answer = browser.post("/prints", data={"unit": officer.unit_code, "on": "2026-03-03"})
    assert answer.status_code == 302
    where = answer.headers["Location"]
    assert "正在汇总" in browser.get(where).text
    told = browser.get(where, headers={"Accept": "application/json"}).get_json()
    assert (told["state"], told["done"]) == ("working", 0)
    assert browser.get(f"{where}.pdf").status_code == 409
    job = county.scalars(select(PrintJob)).one()
    work(county, job)
    county.commit()
    assert "已经汇总完成" in browser.get(where).text
    assert browser.get(f"{where}.pdf").data.startswith(b"%PDF")
    assert "已完成" in browser.get("/prints").text
