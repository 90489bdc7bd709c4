"""The yearly statistics: what they count, what they say they cannot, and how they are reported."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.cli import yearly as command
from enforcement.due import DueStep
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.indicators import queries as indicator_queries
from enforcement.indicators import services as counting
from enforcement.law.indicators import Topic, indicators
from enforcement.law.yearly import How, Section, due_on, figures, next_reminder
from enforcement.notices import Notice
from enforcement.periods import Period
from enforcement.yearly import queries, reading, reminding, services
from enforcement.yearly.counting import COUNTS
from enforcement.yearly.models import YearlyReport
from tests.asking import Calls, Pages, actor_of, as_owner, set_clock
from tests.case.making import reported, served_case, to_case
from tests.web.test_query_counts import counted
from tests.yearly.schemas import problems, schema

COUNTY = "220322"
SAID: dict[str, Any] = {"submitted_on": date(2027, 1, 20), "submitted_to": "梨树县人民政府"}


def values(session: Session, year: int = 2026) -> dict[str, float | None]:
    told = reading.make(session, actor_of(session, "juzhang"), year)
    return {line.figure.code: line.value for line in told.lines}


def test_every_figure_is_defined_once_and_says_what_it_counts_or_why_not() -> None:
    codes = [one.code for one in figures()]
    assert len(codes) == len(set(codes)) >= 50
    for one in figures():
        assert all(one.told), one.code
        assert one.source
        assert not re.search(r"[\u4e00-\u9fff]", one.en + one.told[1]), one.code
        if one.how is How.INDICATOR:
            assert one.key in indicators()
        if one.how is How.COUNT:
            assert one.key in {*COUNTS, "officers", "reviewers_share"}
    assert {one.section for one in figures()} == set(Section)
    assert set(COUNTS) <= {one.key for one in figures()}


def test_money_stands_in_its_own_part_only_and_as_a_sum() -> None:
    for one in figures():
        informs = one.indicator is not None and one.indicator.topic is Topic.MONEY
        assert (one.section is Section.MONEY) == (informs or one.unit == "元"), one.code


def test_figures_are_those_of_the_indicators_and_of_plain_counts(county: Session) -> None:
    set_clock(county, "2026-12-20 10:00")
    counting.refresh(county, COUNTY)
    before = values(county)
    served_case(county)
    set_clock(county, "2026-12-20 10:00")
    counting.refresh(county, COUNTY)
    found = values(county)
    assert found["decided"] == (before["decided"] or 0) + 1
    assert found["fined"] == (before["fined"] or 0) + 1
    assert found["papers"] > (before["papers"] or 0)  # type: ignore[operator]
    whole = {"county": COUNTY, "low": "", "high": "~", "areas": None}
    told = reading.make(county, actor_of(county, "juzhang"), 2026)
    span = Period(date(2026, 1, 1), told.until)
    known = indicator_queries.figures(county, indicators().values(), whole, span, None)[""]
    for line in told.lines:
        if line.figure.indicator is not None and line.value is not None:
            wanted = known[line.figure.key]
            assert line.value == pytest.approx(wanted, abs=0.006), line.figure.code
    officers, share = found["officers"], found["reviewers_share"]
    if officers:
        assert share == pytest.approx(100 * (found["reviewers"] or 0) / officers, abs=0.01)
    assert (share is None) == (not officers)
    assert found["other_acts"] is None


def test_the_json_is_as_the_published_schema_says(county: Session) -> None:
    told = reading.make(county, actor_of(county, "juzhang"), 2026)
    rule = schema("yearly-1")
    assert rule["$schema"].endswith("2020-12/schema")
    assert problems(json.loads(reading.as_bytes(told)), rule) == []
    broken = reading.as_json(told) | {"year": "2026", "more": 1}
    assert len(problems(broken, rule)) == 2
    sections = rule["properties"]["figures"]["items"]["properties"]["section"]["enum"]
    assert sections == [str(one) for one in Section]
    rows = list(csv.reader(io.StringIO(reading.as_csv(told).decode("utf-8-sig"))))
    assert len(rows) == len(figures()) + 1
    assert ["other_acts", "平台不能统计"] in [[row[0], row[-1]] for row in rows]


def test_a_report_keeps_the_figures_as_they_were_and_a_correction_comes_after(
    county: Session,
) -> None:
    set_clock(county, "2027-01-20 10:00")
    head = actor_of(county, "juzhang")
    first = services.submit(county, head, 2026, **SAID)
    kept = json.loads(queries.kept(county, head, 2026, 1))
    assert problems(kept, schema("yearly-1")) == []
    assert kept["complete"]
    assert files.digest(queries.kept(county, head, 2026, 1)) == first.sha256
    leads = next(one for one in kept["figures"] if one["code"] == "leads")
    with pytest.raises(InvalidInputError) as refused:
        services.submit(county, head, 2026, **SAID)
    assert refused.value.field == "note"
    with pytest.raises(StepNotAllowedError, match="和上一版一样"):
        services.submit(county, head, 2026, **SAID, note="再报")
    to_case(county, "zhifa1", reported(county))  # of March 2026
    set_clock(county, "2027-01-21 10:00")
    second = services.submit(county, head, 2026, **SAID, note="漏计一件")
    assert (second.version, second.note) == (2, "漏计一件")
    again = json.loads(queries.kept(county, head, 2026, 2))
    assert leads["value"] + 1 == next(
        one["value"] for one in again["figures"] if one["code"] == "leads"
    )
    assert json.loads(queries.kept(county, head, 2026, 1)) == kept
    with pytest.raises(IntegrityError, match="only grows"), county.begin_nested(), as_owner(county):
        county.execute(text("update yearly_report set note = 'x'"))


@pytest.mark.parametrize(
    ("moment", "change", "wrong"),
    [
        ("2026-12-31 23:00", {"submitted_on": date(2026, 12, 31)}, StepNotAllowedError),
        ("2027-01-20 10:00", {"submitted_on": date(2027, 1, 21)}, InvalidInputError),
        ("2027-01-20 10:00", {"submitted_on": date(2026, 12, 31)}, InvalidInputError),
        ("2027-01-20 10:00", {"submitted_to": "  "}, InvalidInputError),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    county: Session, moment: str, change: dict[str, Any], wrong: type[Exception]
) -> None:
    set_clock(county, moment)
    with pytest.raises(wrong):
        services.submit(county, actor_of(county, "juzhang"), 2026, **(SAID | change))
    with pytest.raises(NotFoundError):
        reading.make(county, actor_of(county, "juzhang"), 2028)
    with pytest.raises(NotPermittedError):
        services.submit(county, actor_of(county, "zhihui"), 2026, **SAID)
    with pytest.raises(NotPermittedError):
        reading.make(county, actor_of(county, "dadui"), 2026)


def test_reminders_fall_in_early_january_and_before_its_end() -> None:
    assert due_on(2026) == date(2027, 1, 31)
    for after, wanted in (("2026-11-30", "2027-01-05"), ("2027-01-05", "2027-01-25"),
                          ("2027-01-25", "2028-01-05"), ("2027-01-01", "2027-01-05")):  # fmt: skip
        assert next_reminder(date.fromisoformat(after)) == date.fromisoformat(wanted)


def test_heads_and_system_administrators_are_reminded_until_it_is_reported(
    county: Session, page: Pages
) -> None:
    county.execute(delete(Notice))
    set_clock(county, "2026-01-05 09:00")
    reminding.work(county, _step("watch"))
    assert county.scalars(select(Notice)).all() == []
    reminding.work(county, _step("20260105"))
    told = {row.person_id: row for row in county.scalars(select(Notice))}
    names = {actor_of(county, one).person_id for one in ("juzhang", "xitong")}
    assert names <= set(told)
    assert {row.data["due_on"] for row in told.values()} == {"2026-01-31"}
    county.commit()
    assert "2025年的年度统计还没有上报" in page("juzhang").get("/notices").text
    head = actor_of(county, "juzhang")
    services.submit(county, head, 2025, **(SAID | {"submitted_on": date(2026, 1, 5)}))
    county.refresh(told[head.person_id])
    assert told[head.person_id].heard_at is not None
    set_clock(county, "2026-01-25 09:00")
    reminding.work(county, _step("20260125"))
    assert len(county.scalars(select(Notice)).all()) == len(told)
    nexts = county.scalars(select(DueStep.rule).where(
        DueStep.task == "yearly:remind", DueStep.state == "waiting")).all()  # fmt: skip
    assert {"20260125", "20270105"} <= set(nexts)


def _step(rule: str) -> DueStep:
    return DueStep(county_code=COUNTY, id=uuid.uuid4(), task="yearly:remind",
                   subject_id=uuid.uuid5(uuid.NAMESPACE_OID, "x"), rule=rule)  # fmt: skip


def test_pages_show_figures_and_take_the_report(
    county: Session, page: Pages, demo_app: Flask
) -> None:
    set_clock(county, "2026-01-20 10:00")
    counting.refresh(county, COUNTY)
    county.commit()
    head = page("juzhang")
    assert head.get("/indicators/yearly").location == "/indicators/yearly/2025"
    with counted(demo_app) as sent:
        shown = head.get("/indicators/yearly/2025").text
    assert len(sent) <= 12, sent
    assert "平台不能统计" in shown
    assert "/indicators/case_filed?first=2025-01-01&amp;last=2025-12-31" in shown
    address = "/indicators/yearly/2025/submit"
    assert head.post(address, data={}).status_code == 422
    said = {"submitted_on": "2026-01-20", "submitted_to": "梨树县人民政府"}
    assert head.post(address, data=said).status_code == 302
    refused = head.post(address, data=said)
    assert refused.status_code == 422
    assert "已经上报过" in refused.text
    assert head.get("/indicators/yearly/2025/versions/1.json").get_json()["year"] == 2025
    assert head.get("/indicators/yearly/2025/versions/2.json").status_code == 404
    assert head.get("/indicators/yearly/2025.csv").data[:3] == b"\xef\xbb\xbf"
    assert head.get("/indicators/yearly/2025.json").get_json()["schema"] == "yearly-1"
    sheet = load_workbook(io.BytesIO(head.get("/indicators/yearly/2025.xlsx").data)).worksheets[0]
    assert [cell.value for cell in sheet[2]] == list(reading.COLUMNS)
    assert sheet.max_row == len(figures()) + 2
    assert head.get("/indicators/yearly/1999").status_code == 404
    admin = page("xitong").get("/indicators/yearly/2025").text
    assert "已上报" in admin
    assert "/indicators/case_filed" not in admin
    assert head.get("/static/schemas/yearly-1.json").get_json() == schema("yearly-1")


def test_calls_give_the_figures_and_take_the_report(county: Session, call: Calls) -> None:
    set_clock(county, "2026-01-20 10:00")
    county.commit()
    said = {"submitted_on": "2026-01-20", "submitted_to": "梨树县人民政府"}
    made = call("juzhang", "POST", "/yearly/2025/submissions", json=said)
    assert made.status_code == 201, made.text
    found = call("fazhi", "GET", "/yearly/2025").get_json()
    assert [one["sha256"] for one in found["submissions"]] == [made.get_json()["sha256"]]
    assert (
        problems({k: v for k, v in found.items() if k != "submissions"}, schema("yearly-1")) == []
    )
    assert county.query(YearlyReport).count() == 1


def test_the_command_offers_the_same_acts() -> None:
    told = CliRunner().invoke(command.yearly, ["--help"]).output
    assert all(name in told for name in ("show", "export", "submit"))
