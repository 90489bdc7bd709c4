"""Files of the static folder are kept by browsers for as long as their address says so."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sqlalchemy.orm import Session

from enforcement import statics
from enforcement.config import PROJECT
from tests.asking import Pages

STATIC = PROJECT / "enforcement" / "static"


def test_a_page_names_each_file_with_its_version(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    shown = browser.get("/papers").text
    links = re.findall(r'(?:src|href)="(/static/[^"]+)"', shown)
    imports = json.loads(re.search(r'type="importmap">([^<]+)<', shown)[1])["imports"]  # type: ignore[index]
    assert len(links) > 5
    assert len(imports) > 40
    for address in {*links, *list(imports.values())[:5]}:
        assert "?v=" in address, address
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, statics.KEPT)
    assert browser.get(imports["/static/js/main.js"]).text == (STATIC / "js/main.js").read_text()


def test_without_a_version_or_with_an_old_one_browsers_ask_again(
    county: Session, page: Pages
) -> None:
    browser = page("zhongdui")
    for address in ("/static/js/main.js", "/static/js/main.js?v=0123456789ab"):
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    missing = browser.get("/static/js/none.js?v=")
    assert (missing.status_code, "immutable" in str(missing.headers)) == (404, False)


def test_a_version_follows_what_a_file_holds(tmp_path: Path) -> None:
    file = tmp_path / "a.js"
    file.write_text("1")
    first = statics.version(str(tmp_path), "a.js")
    file.write_text("two")
    assert len({first, statics.version(str(tmp_path), "a.js"), ""}) == 3
    assert statics.version(str(tmp_path), "b.js") == statics.version(str(tmp_path), "") == ""


def test_fonts_are_named_with_their_versions() -> None:
    folder = STATIC / "vendor/bootstrap-icons"
    named = re.findall(
        r'url\("(fonts/[^"?]+)\?v=([0-9a-f]+)"', (folder / "bootstrap-icons.min.css").read_text()
    )
    assert named == [(name, statics.version(str(folder), name)) for name, _version in named]
    assert len(named) == 2


def test_what_is_at_hand_is_what_the_application_says(county: Session, page: Pages) -> None:
    browser = page("zhongdui")
    address = re.findall(r'href="(/static/css/[^"]+)"', browser.get("/papers").text)[0]
    for asked in ({}, {"Accept-Encoding": "gzip"}):
        first, again = (browser.get(address, headers=asked) for _ in range(2))
        assert (again.status_code, again.data) == (first.status_code, first.data)
        for name in ("Content-Type", "Cache-Control", "ETag", "Vary", "X-Content-Type-Options"):
            assert again.headers.get(name) == first.headers.get(name), name
        assert again.headers.get("Content-Encoding") == asked.get("Accept-Encoding")
        assert not {"Set-Cookie", "X-Request-Id"} & set(again.headers.keys())
    unchanged = browser.get(address, headers={"If-None-Match": again.headers["ETag"]})
    assert unchanged.status_code == 304
    assert browser.head(address).data == b""
    assert browser.get(address.partition("?")[0]).headers["Cache-Control"] == "no-cache"
