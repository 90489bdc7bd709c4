"""A map page in a real browser, under the policy that forbids everything from outside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from enforcement.config import PROJECT
from gis import maps
from gis.map_page import page as map_page

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-n0'; style-src 'self' 'nonce-n0';"
    " style-src-attr 'unsafe-inline'; img-src 'self' data:; frame-src 'self'"
)
NAME = "</script><b>东`${1}镇"
HOST = """<title>-</title><script nonce="n0">addEventListener("message", (event) => {
document.title = JSON.stringify(event.data); });</script>
<iframe src="/map" style="width: 700px; height: 500px"></iframe>"""


def square() -> dict[str, Any]:
    ring = [[124.0, 43.0], [124.2, 43.0], [124.2, 43.2], [124.0, 43.2], [124.0, 43.0]]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "990001100200",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {"kind": "village", "code": "990001100200", "name": NAME},
            }
        ],
    }


class Server(SimpleHTTPRequestHandler):
    """Serves the static folder below /static/, a map at /map and a page around it at /."""

    def do_GET(self) -> None:
        if self.path not in {"/", "/map"}:
            super().do_GET()
            return
        target = maps.new_map((124.0, 43.0, 124.2, 43.2))
        maps.add_villages(target, square())
        body = HOST if self.path == "/" else map_page(target, "n0", "/static/{}".format)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def origin() -> Iterator[str]:
    handler = partial(Server, directory=str(PROJECT / "enforcement"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(locale="zh-CN")
    yield page
    page.close()


@pytest.mark.browser
def test_a_click_tells_the_page_around_and_nothing_comes_from_outside(
    browser_page: Page, origin: str
) -> None:
    asked: list[str] = []
    errors: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    browser_page.on(
        "console",
        lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None,
    )
    browser_page.goto(origin)
    frame = browser_page.frame_locator("iframe")
    frame.get_by_title("放大").wait_for()
    browser_page.mouse.move(350, 250)
    assert frame.locator(".map-name").inner_text() == NAME
    browser_page.mouse.click(350, 250)
    browser_page.wait_for_function("document.title !== '-'")
    assert browser_page.title() == '{"type":"village","id":"990001100200"}'
    assert all(url.startswith((origin, "data:")) for url in asked)
    assert errors == []
