"""The files of a map report: a workbook, papers, one HTML file; and links to it."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.briefing import drawn, out, sharing
from enforcement.briefing.asking import Wanted
from enforcement.briefing.models import BriefingShare
from enforcement.errors import GoneError, InvalidInputError, NotFoundError
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.briefing.making import COUNTY, FIRST, LAST, MARCH, made, of_township, village_of

EVIL = "</script><img src=x onerror=alert(1)>"


def data_of(html: str) -> dict[str, Any]:
    """Return the data block of a file."""
    block = html.split('id="data">')[1].split("</script>")[0]
    found: dict[str, Any] = json.loads(block)
    return found


def test_the_workbook_holds_numbers_and_texts_that_are_no_formulas(busy: Session) -> None:
    busy.execute(text("update division set name = '=1+1' where code = :code"),
                 {"code": village_of(busy)})  # fmt: skip
    book = load_workbook(io.BytesIO(out.as_book(of_township(busy))))
    assert {"分析", "概况", "分村情况", "时段分布（星期和小时）"} <= set(book.sheetnames)
    rows = list(book["分村情况"].iter_rows(min_row=2))
    found = next(row for row in rows if row[0].value == "=1+1")
    assert (found[0].data_type, found[1].value, found[2].value) == ("s", 5, 2)


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_the_paper_has_a_map_and_all_tables(busy: Session, paper: str) -> None:
    assert out.as_pdf(busy, of_township(busy), paper).startswith(b"%PDF-")


def test_a_unit_without_boundaries_or_events_has_a_paper_too(busy: Session) -> None:
    early = {"first": FIRST.replace(month=1), "last": LAST.replace(month=1)}
    assert out.as_pdf(busy, made(busy, "zhongdui", **early)).startswith(b"%PDF-")
    with pytest.raises(InvalidInputError):
        out.as_pdf(busy, of_township(busy), "a5")


def test_the_file_needs_nothing_else_and_no_name_becomes_markup(busy: Session) -> None:
    for table in ("area", "division"):
        busy.execute(text(f"update {table} set name = :evil where level = 'village'"),
                     {"evil": EVIL})  # fmt: skip
    html = drawn.as_html(busy, actor_of(busy, "juzhang"), of_township(busy))
    assert EVIL not in html
    assert "<img src=x" not in html
    assert len(html.encode()) < 3_000_000
    ours = re.sub(r"<script[^>]*>.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"<[^>]*(src|href|onerror)\s*=|https?:|[\"'(]//", ours)
    assert "url(" not in html.split("</style>")[0]
    data = data_of(html)
    assert any(
        EVIL in one["properties"]["text"] for one in data["layers"][0]["collection"]["features"]
    )
    time = data["timeline"]
    assert (len(time["points"]), len(time["days"])) == (5, 31)
    assert sorted(point[2] for point in time["points"]) == [1, 2, 3, 9, 19]


def test_points_beyond_the_most_are_sampled_always_alike(
    busy: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn, "MOST_POINTS", 3)
    actor, report = actor_of(busy, "juzhang"), of_township(busy)
    one, other = (drawn.as_html(busy, actor, report) for _n in range(2))
    assert one == other
    assert len(data_of(one)["timeline"]["points"]) == 3
    assert "抽取3个" in one


def test_a_shared_file_tells_places_to_a_hundred_metres_only(busy: Session) -> None:
    html = drawn.as_html(busy, actor_of(busy, "juzhang"), of_township(busy), public=True)
    points = data_of(html)["timeline"]["points"]
    assert len(points) == 5
    assert all(lon % 100 == 0 and lat % 100 == 0 for lon, lat, _day, _kind in points)
    assert "经度" not in html
    assert 'name="robots" content="noindex' in html


def test_a_link_shows_the_report_as_it_was_without_signing_in(
    demo_app: Flask, busy: Session, page: Pages
) -> None:
    busy.commit()
    leader = page("xiangzhen")
    asked = {"township": village_of(busy)[:9], "first": str(FIRST), "last": str(LAST)}
    shown = leader.post("/briefing/shares", data=asked | {"days": "3"})
    assert shown.status_code == 200
    [address] = re.findall(r'value="http://localhost(/briefing/shared/[^"]+)"', shown.text)
    busy.execute(text("delete from incident where number like 'T%'"))
    busy.commit()
    answer = demo_app.test_client().get(address)
    assert answer.status_code == 200
    assert "本期受理事件5件" in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sha256-" in policy
    assert "nonce" not in policy
    row = busy.query(BriefingShare).one()
    busy.refresh(row)
    assert row.opened == 1
    assert row.asked == asked
    assert address.rpartition(".")[2].encode() not in row.token_hash
    set_clock(busy, "2026-04-05 09:01")
    busy.commit()
    gone = demo_app.test_client().get(address)
    assert gone.status_code == 410
    assert "期限已过" in gone.text
    assert demo_app.test_client().get(address + "x").status_code == 404


def test_a_link_is_taken_back_by_who_made_it_or_a_head(busy: Session, page: Pages) -> None:
    leader = actor_of(busy, "xiangzhen")
    row, token = sharing.share(busy, leader, Wanted(**MARCH))
    other, _token = sharing.share(busy, leader, Wanted(**MARCH))
    assert (row.expires_at - row.made_at).days == 7
    assert "本期受理事件" in sharing.open_link(busy, token)
    with pytest.raises(NotFoundError):
        sharing.revoke(busy, actor_of(busy, "dadui"), row.id)
    assert sharing.list_shares(busy, actor_of(busy, "dadui")) == []
    sharing.revoke(busy, leader, row.id)
    with pytest.raises(GoneError):
        sharing.open_link(busy, token)
    sharing.revoke(busy, actor_of(busy, "juzhang"), other.id)
    acts = busy.scalars(select(AuditLog.act).where(AuditLog.subject_kind == "briefing"))
    assert sorted(acts) == ["briefing:revoke"] * 2 + ["briefing:share"] * 2
    busy.commit()
    assert page("xiangzhen").get("/briefing").text.count("已撤回") == 2


@pytest.mark.parametrize("days", ["0", "31", "x"])
def test_a_link_lives_a_month_at_most(busy: Session, page: Pages, days: str) -> None:
    busy.commit()
    answer = page("juzhang").post("/briefing/shares", data={"days": days})
    assert answer.status_code == 422


def test_the_calls_share_list_and_take_back(busy: Session, call: Calls) -> None:
    busy.commit()
    asked = {"first": str(FIRST), "last": str(LAST), "days": 2}
    made_ = call("dadui", "POST", "/briefing/shares", json=asked).get_json()
    assert made_["address"].startswith(f"http://localhost/briefing/shared/{COUNTY}.")
    [listed] = call("dadui", "GET", "/briefing/shares").get_json()["items"]
    assert (listed["id"], listed["opened"], "address" in listed) == (made_["id"], 0, False)
    done = call("dadui", "POST", f"/briefing/shares/{made_['id']}/revoke").get_json()
    assert done["revoked_at"] is not None


def test_each_file_is_downloaded(busy: Session, page: Pages) -> None:
    busy.commit()
    asked = f"township={village_of(busy)[:9]}&first={FIRST}&last={LAST}"
    browser = page("xiangzhen")
    for name, start in (("briefing.xlsx", b"PK"), ("briefing.html", b"<!DOCTYPE"),
                        ("briefing.pdf", b"%PDF")):  # fmt: skip
        answer = browser.get(f"/{name}?{asked}")
        assert answer.data.startswith(start)
        assert "attachment" in answer.headers["Content-Disposition"]
    assert browser.get(f"/briefing.pdf?paper=a5&{asked}").status_code == 422
