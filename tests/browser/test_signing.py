"""Signing by hand on a phone, with a pointer on the pads."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.document import handwriting
from enforcement.document.models import Document
from tests.asking import actor_of
from tests.browser.conftest import NewPage, SignIn
from tests.browser.test_pages import RUN_AXE, axe_source

pytestmark = pytest.mark.browser


STROKES = ((0.1, 0.2, 0.4, 0.8), (0.5, 0.2, 0.5, 0.8), (0.6, 0.3, 0.9, 0.7))  # of a pad's sides


def record_of(app: Flask) -> tuple[str, str]:
    """Return case and id of a scene record of a case that zhifa1 handles."""
    with app.app_context(), transaction() as session:
        who = actor_of(session, "zhifa1")
        query = session.query(Document).join(CaseFile, CaseFile.id == Document.case_id).filter(
            Document.code == "D08", CaseFile.state != "archived",
            (CaseFile.officer_a_id == who.person_id) | (CaseFile.officer_b_id == who.person_id),
        )  # fmt: skip
        found = query.order_by(Document.id).first()
        assert found is not None
        return str(found.case_id), str(found.id)


def write(pad: Locator) -> None:
    """Write three strokes into a pad that stands still and that nothing covers."""
    pad.hover()
    box = pad.bounding_box()
    assert box is not None
    mouse = pad.page.mouse
    for left, top, right, bottom in (
        (0.1, 0.2, 0.4, 0.8),
        (0.5, 0.2, 0.5, 0.8),
        (0.6, 0.3, 0.9, 0.7),
    ):
        mouse.move(box["x"] + box["width"] * left, box["y"] + box["height"] * top)
        mouse.down()
        mouse.move(box["x"] + box["width"] * right, box["y"] + box["height"] * bottom, steps=8)
        mouse.up()


def confirm(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="确认办理").click()


def test_a_record_is_signed_on_a_phone_page_by_page(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(width="phone"), "zhifa1")
    case, document = record_of(live_app)
    where = f"/cases/{case}/documents/{document}"
    page.goto(f"{where}/signatures")
    page.get_by_role("link", name=re.compile(r"签名\s*：当事人")).click()
    pads = page.locator("canvas")
    count = pads.count()
    assert count > 0
    write(pads.first)
    page.get_by_role("button", name="清除重写").first.click()
    page.get_by_role("button", name="确认签名").click()
    expect(page.locator("[data-part=note]")).to_contain_text("第1页还没有签名")
    for n in range(count):
        write(pads.nth(n))
    page.get_by_label("签名人姓名").fill("王示例")
    page.get_by_label("附上此刻的位置").check()
    expect(page.locator("[data-part=where]")).to_have_text("已附上位置")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    confirm(page, "确认签名")
    page.wait_for_url(f"**{where}/signatures")
    expect(page.locator("main")).to_contain_text("签名已保存")
    for _n in range(2):
        page.get_by_role("link", name=re.compile(r"签名\s*：执法人员")).first.click()
        for n in range(count):
            write(page.locator("canvas").nth(n))
        confirm(page, "确认签名")
        page.wait_for_url(f"**{where}/signatures")
    confirm(page, "完成签名，生成文书")
    expect(page.get_by_text("签名与文书都没有改动")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with live_app.app_context(), transaction() as session:
        paper = session.query(Document).filter_by(id=document).one()
        rows = handwriting.rows_of(session, paper)
        assert len(rows) == 3 * paper.pages
        assert rows[0].lon == pytest.approx(124.335)
        assert handwriting.problems(session, paper) == []
    assert page.watch.take() == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_the_pages_are_accessible(
    live_app: Flask, new_page: NewPage, sign_in: SignIn, width: str
) -> None:
    page = sign_in(new_page(width=width), "zhifa1")
    case, document = record_of(live_app)
    where = f"/cases/{case}/documents/{document}"
    for path in (f"{where}/signatures", f"{where}/sign?role=witness", "/m/spot"):
        answer = page.goto(path)
        assert answer is not None
        page.evaluate(axe_source())
        assert page.evaluate(RUN_AXE) == [], path
