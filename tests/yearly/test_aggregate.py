"""The feed of plain counts: months, townships, matters; nothing small, nobody, no place finer."""

from __future__ import annotations

import json
import re
from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.indicators import services as counting
from enforcement.people import services as people
from enforcement.settings import services as settings
from enforcement.yearly import aggregate
from tests.asking import Browser, Calls, actor_of, set_clock
from tests.yearly.schemas import problems, schema

COUNTY = "220322"


@pytest.fixture
def rows(county: Session) -> Session:
    """Two months of counts, of which some are small."""
    set_clock(county, "2026-03-10 10:00")
    county.execute(text("delete from indicator_day"))
    county.execute(text("""
        insert into indicator_day (county_code, measure, on_day, township_code, unit_code, matter, n, total)
        values ('220322', 'case.filed', '2026-02-03', '220322100', '01.01', 'M12', 2, 2),
          ('220322', 'case.filed', '2026-02-20', '220322100', '01.02', 'M12', 2, 2),
          ('220322', 'case.filed', '2026-02-20', '220322101', '01.02', 'M13', 2, 2),
          ('220322', 'case.filed', '2026-01-20', '', '01.02', 'M13', 3, 3),
          ('220322', 'case.filed', '2026-03-01', '220322100', '01.02', 'M12', 9, 9),
          ('220322', 'money.fined', '2026-02-20', '220322100', '01.02', 'M12', 9, 9000)
    """))  # fmt: skip  # noqa: E501
    county.commit()
    return county


def months(session: Session) -> aggregate.Months:
    return aggregate.read_months(session, None, None)


def test_small_cells_carry_no_count_and_say_so(rows: Session) -> None:
    found = aggregate.make(rows, COUNTY, months(rows))
    cells = [(one["month"], one["township"], one["matter"], one["count"], one["suppressed"])
             for one in found["cells"]]  # fmt: skip
    assert cells == [
        ("2026-01", "", "M13", 3, False),
        ("2026-02", "220322100", "M12", None, True),  # else the small one were the rest of a sum
        ("2026-02", "220322101", "M13", None, True),
    ]
    assert (found["first"], found["last"], found["least"]) == ("2025-03", "2026-02", 3)
    assert "少于3件" in found["note"]
    assert problems(json.loads(json.dumps(found)), schema("aggregate-1")) == []


def cell(month: str, n: int, measure: str = "case.filed") -> SimpleNamespace:
    return SimpleNamespace(measure=measure, month=month, n=n)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([5, 9], []),
        ([5, 2, 9], [1, 0]),  # one alone is the rest of the sum
        ([5, 1, 2, 9], [1, 2]),  # 3 may be 1 and 2, or 2 and 1
        ([5, 1, 1, 9], [1, 2, 0]),
        ([5, 2, 2, 9], [1, 2, 0]),
        ([2], [0]),
    ],
)
def test_what_a_sum_would_tell_is_hidden_too(counts: list[int], hidden: list[int]) -> None:
    rows = [cell("2026-02", n) for n in counts]
    assert aggregate.hidden_cells(rows, 3) == set(hidden)


def test_a_small_cell_alone_in_its_month_hides_one_of_the_nearest_month_before() -> None:
    rows = [cell("2025-12", 4), cell("2026-01", 7), cell("2026-01", 6), cell("2026-02", 1),
            cell("2026-03", 5), cell("2026-02", 3, "spot.decided")]  # fmt: skip
    assert aggregate.hidden_cells(rows, 3) == {2, 3}


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9)), max_size=12))
def test_what_is_hidden_does_not_depend_on_later_months(told: list[tuple[int, int]]) -> None:
    rows = [cell(f"2026-{month:02}", n) for month, n in sorted(told)]
    whole = aggregate.hidden_cells(rows, 3)
    for month in ("2026-01", "2026-02"):
        some = [row for row in rows if row.month <= month]
        before = aggregate.hidden_cells(some, 3)
        later = {place for place in whole if place < len(some)}
        assert before <= later


def test_it_holds_no_names_no_coordinates_no_money_and_no_units(county: Session) -> None:
    counting.refresh(county, COUNTY)
    span = aggregate.Months(date(2025, 1, 1), date(2029, 1, 1))
    told = json.dumps(aggregate.make(county, COUNTY, span), ensure_ascii=False)
    assert len(aggregate.make(county, COUNTY, span)["cells"]) > 5
    assert not re.search(r"\d{2,3}\.\d{3,}", told)
    for word in ("yuan", "money", "unit", "lon", '"id"'):
        assert word not in told
    for name in county.scalars(text("select name from person")):
        assert name not in told


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-13", None), ("x", None), (None, "2026-03"), ("2026-02", "2026-01"),
     ("2020-01", "2026-02")],
)  # fmt: skip
def test_months_that_cannot_be_are_refused(
    rows: Session, call: Calls, first: str | None, last: str | None
) -> None:
    asked = "&".join(f"{name}={said}" for name, said in (("first", first), ("last", last)) if said)
    assert call("juzhang", "GET", f"/aggregate?{asked}").status_code == 422


def test_a_token_opens_it_and_an_etag_spares_the_second_look(
    rows: Session, demo_app: Flask, call: Calls
) -> None:
    answer = call("juzhang", "GET", "/aggregate")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.get_json()["schema"] == "aggregate-1"
    token = people.create_token(rows, "juzhang", scopes=["aggregate:read"])
    rows.commit()
    browser = Browser(demo_app, demo_app.response_class)
    headers = {"Authorization": f"Bearer {token}", "If-None-Match": answer.headers["ETag"]}
    assert browser.get("/api/v1/aggregate", headers=headers).status_code == 304
    assert browser.get("/api/v1/cases", headers=headers).status_code == 403
    assert call("zhifa1", "GET", "/aggregate").status_code == 403


def test_the_public_reads_it_only_where_the_county_opened_it(
    rows: Session, demo_app: Flask
) -> None:
    visitor = Browser(demo_app, demo_app.response_class)
    assert visitor.get("/public/aggregate.json").status_code == 404
    settings.change(rows, actor_of(rows, "xitong"), "aggregate_public", 1, "province asks")
    settings.change(rows, actor_of(rows, "xitong"), "aggregate_least", 5, "stricter")
    rows.commit()
    answer = visitor.get("/public/aggregate.json?first=2026-01&last=2026-02")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert [one["count"] for one in answer.get_json()["cells"]] == [None, None, None]
    again = visitor.get("/public/aggregate.json?first=2026-01&last=2026-02",
                        headers={"If-None-Match": answer.headers["ETag"]})  # fmt: skip
    assert again.status_code == 304
