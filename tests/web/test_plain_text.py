"""Characters that no sheet, paper or column can hold: refused at the door, the field named."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from enforcement.incident.models import Incident
from enforcement.people.models import Unit
from tests.asking import Browser, Calls, Pages, actor_of, set_clock

REPORT: dict[str, Any] = {"category": "04", "occurred_at": "2026-03-02T09:15:00+08:00"}


@pytest.mark.parametrize("mark", ["\x00", "\x07", "\x18", "\ud800", "\udc00x", "\ufffe"])
def test_a_call_with_such_a_character_changes_nothing(
    county: Session, call: Calls, mark: str
) -> None:
    set_clock(county, "2026-03-02 09:30")
    before = county.query(Incident).count()
    said = json.dumps(REPORT | {"description": f"占道{mark}"})  # escaped, as clients do
    answer = call("fujing", "POST", "/incidents", data=said, content_type="application/json")
    assert (answer.status_code, answer.get_json()["field"]) == (422, "description")
    assert county.query(Incident).count() == before


@pytest.mark.parametrize("words", ["两行\n三行\t", "𠮷野家😀", "\x7f\x85"])
def test_other_characters_are_taken_as_they_are(county: Session, call: Calls, words: str) -> None:
    set_clock(county, "2026-03-02 09:30")
    answer = call("fujing", "POST", "/incidents", json=REPORT | {"description": f"占{words}道"})
    assert answer.status_code == 201
    row = county.query(Incident).filter_by(number=answer.get_json()["number"]).one()
    assert row.description == f"占{words}道"


def test_in_lists_keys_and_queries_too(county: Session, call: Calls) -> None:
    unit = actor_of(county, "zhifa1").unit_code
    rule = {"name": "夜间", "unit": unit, "categories": ["0\x004"]}
    for path, said, field in (
        ("/rules", rule, "categories"),
        ("/rules", {"name": "夜间", "unit": unit, "x\x01": 1}, "body"),
        ("/rules", {"name": "夜间", "unit": f"\x1f{unit}"}, "unit"),
    ):
        answer = call("xitong", "POST", path, json=said)
        assert (answer.status_code, answer.get_json()["field"]) == (422, field)
    answer = call("dadui", "GET", "/roster/week?unit=%00")
    assert (answer.status_code, answer.get_json()["field"]) == (422, "unit")
    answer = call("dadui", "GET", "/limits/%01/due?start=2026-03-02")
    assert (answer.status_code, answer.get_json()["field"]) == (422, "limit_id")


def test_what_was_kept_before_breaks_no_sheet(county: Session, call: Calls) -> None:
    unit = actor_of(county, "zhifa1").unit_code
    row = county.query(Unit).filter_by(code=unit).one()
    row.name = "一\x18中队"
    county.commit()
    for path in (f"/roster/export.xlsx?unit={unit}", "/people/exports/units.xlsx"):
        answer = call("dadui", "GET", path)
        assert answer.status_code == 200
        book = load_workbook(io.BytesIO(answer.data))
        texts = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
        assert any("一中队" in text for text in texts), path


def test_pages_refuse_them_and_files_come_whole(
    demo_app: Flask, county: Session, page: Pages, call: Calls
) -> None:
    visitor = Browser(demo_app, demo_app.response_class)
    answer = visitor.post("/sign-in", data={"username": "zhifa1\x00", "password": "x"})
    assert answer.status_code == 422
    assert "不可见的控制字符" in answer.text
    assert page("dadui").get("/roster?unit=%00").status_code == 422
    before = county.query(Unit).count()
    answer = call("xitong", "POST", "/people/imports/units?name=a.csv", data=b"\x00\x01",
                  content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert answer.status_code == 422
    assert county.query(Unit).count() == before
