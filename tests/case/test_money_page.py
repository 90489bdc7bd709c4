"""The money of a case through page and API; and that no statistic ranks by money (罚74)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from enforcement.config import PROJECT
from enforcement.law.terms import CaseEvent as E
from tests.asking import Calls, Pages, set_clock
from tests.case.making import act, served_case
from tests.measure.test_pages import form_of

REMEDY: dict[str, Any] = {"kind": "reconsideration", "organ": "示例县人民政府",
                          "number": "示例复受〔2026〕1号", "content": "请求撤销"}  # fmt: skip


def test_the_page_shows_how_the_surcharge_is_counted_and_that_a_remedy_stops_it(
    county: Session, page: Pages
) -> None:
    case = served_case(county)
    set_clock(county, "2026-04-15 09:00")
    county.commit()
    officer = page("zhifa1")
    shown = officer.get(f"/cases/{case.id}/money").text
    assert "2,000.00元 × 3% × 2天 = 120.00元" in shown
    assert "登记收到复议" in shown
    act(county, "fazhi", case, E.RECEIVE_REMEDY, filed_on=date(2026, 4, 15),
        received_on=date(2026, 4, 15), **REMEDY)  # fmt: skip
    county.commit()
    shown = officer.get(f"/cases/{case.id}/money").text
    assert "2,000.00元 × 3% × 1天 = 60.00元" in shown
    assert REMEDY["number"] in shown
    sent = form_of(shown)
    assert officer.post(f"/cases/{case.id}/money/pause", data=sent).status_code in (404, 405)
    assert officer.post(f"/cases/{case.id}/money/notice", data=sent).status_code == 302
    head = page("juzhang")
    assert "制作缴款通知书" not in head.get(f"/cases/{case.id}/money").text
    assert head.post(f"/cases/{case.id}/money/notice", data=sent).status_code == 403


def test_the_api_counts_the_same(county: Session, call: Calls) -> None:
    case = served_case(county)
    set_clock(county, "2026-04-15 09:00")
    path = f"/cases/{case.id}/money"
    found = call("juzhang", "GET", path).get_json()
    assert (found["surcharge_yuan"], found["parts"][0]["late_days"]) == ("120.00", 2)
    act(county, "fazhi", case, E.RECEIVE_REMEDY, filed_on=date(2026, 4, 14),
        received_on=date(2026, 4, 14), **REMEDY)  # fmt: skip
    found = call("juzhang", "GET", path).get_json()
    assert (found["surcharge_yuan"], found["pauses"][0]["until_on"]) == ("0.00", None)
    act(county, "fazhi", case, E.END_REMEDY, outcome="upheld", ended_on=date(2026, 4, 14),
        number="示例复决〔2026〕1号", content="维持")  # fmt: skip
    assert call("juzhang", "GET", path).get_json()["surcharge_yuan"] == "60.00"
    assert call("zhifa1", "POST", f"{path}/notice", json={}).status_code == 200


MONEY = re.compile(r"(fine|paid|surcharge|amount|proceeds)\w*_yuan|罚没款|罚款")
RANKING = re.compile(r"order_by\([^)]*_yuan|func\.(sum|avg|rank|max)\([^)]*_yuan")


def _statistics() -> list[Path]:
    """Return the modules and pages that count and compare people and units."""
    parts = [PROJECT / "enforcement" / name for name in ("overview", "desk", "drills", "roster")]
    parts += [PROJECT / "templates" / name for name in ("overview", "desk", "drills", "roster")]
    files = [file for part in parts for file in part.rglob("*") if file.suffix in (".py", ".html")]
    return [file for file in files if file.name != "notices.html"]  # a person's own reminders


def test_no_statistic_ranks_people_or_units_by_money() -> None:
    """罚74第三款: money of fines is no measure of an organ or a person, nor linked to appraisal."""
    files = _statistics()
    assert len(files) > 20
    assert [file.name for file in files if MONEY.search(file.read_text("utf-8"))] == []
    everywhere = (PROJECT / "enforcement").rglob("*.py")
    ranked = {file.name for file in everywhere if RANKING.search(file.read_text("utf-8"))}
    assert ranked == set()
