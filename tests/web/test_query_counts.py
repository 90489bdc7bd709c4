"""A list costs the same number of statements, however many rows it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from enforcement.document.models import Document
from tests.asking import Calls, Pages
from tests.case.making import served_case
from tests.document.handwriting import sign_all

MOST = 10


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    engine, sent = app.extensions["enforcement.engine"], []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/incidents", "/cases", "/patrols", "/measures", "/spot"])
def test_a_call_that_lists_needs_few_statements(
    demo_app: Flask, county: Session, call: Calls, path: str
) -> None:
    call("juzhang", "GET", "/me")
    counts = []
    for limit in (1, 20):
        with counted(demo_app) as sent:
            suffix = "" if path == "/patrols" else f"?limit={limit}"
            assert call("juzhang", "GET", path + suffix).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= MOST


@pytest.mark.parametrize(
    "path",
    [
        "/incidents",
        "/cases",
        "/measures",
        "/spot",
        "/patrols",
        "/patrols/beats",
        "/patrols/templates",
        "/map",
        "/",
        "/report",
        "/todo",
        "/limits",
    ],
)
def test_a_page_that_lists_needs_few_statements(
    demo_app: Flask, county: Session, page: Pages, path: str
) -> None:
    browser = page("juzhang")
    with counted(demo_app) as sent:
        assert browser.get(path).status_code == 200
    assert len(sent) <= MOST + 5, sent  # each panel of the home page has its own, one a calendar


def test_signatures_cost_the_same_however_many_were_taken(
    demo_app: Flask, county: Session, page: Pages
) -> None:
    case = served_case(county)
    paper = county.query(Document).filter_by(case_id=case.id, code="D08").one()
    browser, where = page("zhifa1"), f"/cases/{case.id}/documents/{paper.id}/signatures"
    browser.get(where)
    counts = []
    for sign in (lambda: None, lambda: sign_all(county, paper)):
        sign()
        with counted(demo_app) as sent:
            assert browser.get(where).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]
