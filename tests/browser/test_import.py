"""The system administrator loads divisions and boundaries through the pages."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from enforcement.config import PROJECT

pytestmark = pytest.mark.browser
DATA = Path(os.environ.get("ENFORCEMENT_TEST_DATA") or PROJECT.parent / "shared" / "data")


def upload(page: Page, kind: str, file: Path) -> None:
    page.goto("/jurisdiction/import")
    page.get_by_label("内容").select_option(label=kind)
    page.get_by_label("文件").set_input_files(str(file))
    page.get_by_role("button", name="导入").click()


def test_a_county_is_loaded_checked_and_put_in_force(
    page: Page, sign_in: Callable[[Page, str], Page]
) -> None:
    sign_in(page, "xitong")
    upload(page, "区划名录（CSV）", DATA / "lishu_divisions.csv")
    expect(page.get_by_text("已导入371行。")).to_be_visible()
    upload(page, "村级界线（GeoJSON）", DATA / "lishu_villages.geojson")
    expect(page.get_by_text("已导入346行。")).to_be_visible()
    page.goto("/jurisdiction")
    page.get_by_role("link", name="检查和启用").first.click()
    expect(page.get_by_role("main").get_by_text("lishu_villages.geojson").first).to_be_visible()


def test_a_broken_file_names_its_rows_and_changes_nothing(
    page: Page, sign_in: Callable[[Page, str], Page]
) -> None:
    sign_in(page, "xitong")
    upload(page, "村级界线（GeoJSON）", DATA / "lishu_broken.geojson")
    expect(page.get_by_text("没有改动任何数据")).to_be_visible()
    rows = page.get_by_role("table").last.get_by_role("row")
    assert rows.count() == 12  # the head and eleven broken features
