"""A live server on the demonstration county, and a real browser that reports what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from enforcement import demo

WIDTHS = {"desk": (1440, 900), "phone": (360, 740)}
AT_HOME = {"longitude": 124.335, "latitude": 43.308}  # inside the demonstration county
PATIENCE_MS = 30_000
"""What is right is seen at once; how long a busy machine takes says nothing about it."""
expect.set_options(timeout=PATIENCE_MS)

READY = "html[data-ready], html:not(:has(script[src*='/js/main.js']))"
"""A page whose scripts have started, or one that has none."""
HANDS_OFF = """(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("html:has(script[src*='/js/main.js']):not([data-ready]) > body"
    + " { pointer-events: none }");
  document.adoptedStyleSheets.push(sheet);
})()"""
"""A test's hand is faster than a person's: it waits with each click until scripts have started."""

NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], Page]


class Watch:
    """What went wrong on the pages of one browser context."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self.problems: list[str] = []
        self.server = server
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"error: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            where = message.page.url if message.page else "-"
            self.problems.append(f"console {message.type}: {message.text} ({where})")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.server, "data:", "blob:")):
            self.problems.append(f"asked elsewhere: {request.url}")

    def _failed(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page that is left while it loads
            self.problems.append(f"failed: {request.url} {request.failure}")

    def take(self) -> list[str]:
        """Return the problems since the last call."""
        found, self.problems = self.problems, []
        return found


def patient(page: Page) -> None:
    """Let `page.goto` return only when the scripts of the page have started."""
    go = page.goto

    def goto(url: str, **more: Any) -> Any:
        answer = go(url, **more)
        page.wait_for_selector(READY, state="attached")
        return answer

    page.goto = goto  # type: ignore[method-assign]
    page.is_patient = True  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def whole_pages() -> Iterator[None]:
    """Let a click that leaves a page return only when the next one is whole and started.

    Playwright returns as soon as a page begins to arrive; to count or read then finds a part of it.
    """
    click = Locator.click

    def patiently(self: Locator, **more: Any) -> None:
        click(self, **more)
        page = self.page
        if not page.is_closed() and getattr(page, "is_patient", False):
            page.wait_for_load_state()
            page.wait_for_selector(READY, state="attached")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", patiently)
        yield


@pytest.fixture
def new_page(browser: Browser, server: str) -> Iterator[NewPage]:
    """Open pages, each in a browser of its own: new_page(width="phone"); `page.watch` knows all."""
    contexts: list[BrowserContext] = []

    def open_page(width: str = "desk", **more: Any) -> Page:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            base_url=server,
            viewport={"width": wide, "height": high},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=width == "phone",
            geolocation={**AT_HOME, "accuracy": 8},
            permissions=["geolocation"],
            **more,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        if more.get("java_script_enabled", True):
            context.add_init_script(HANDS_OFF)
            patient(page)
        page.watch = Watch(context, server)  # type: ignore[attr-defined]
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One page at a desk's width."""
    return new_page()


def by_form(page: Page, username: str) -> Page:
    """Sign in as people do; the page is then the first one that they see."""
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(demo.DEMO_WORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


@pytest.fixture
def sign_in() -> SignIn:
    """Send the form of the door and show nothing: sign_in(page, "zhifa1") returns the page."""

    def enter(page: Page, username: str) -> Page:
        door = page.request.get("/sign-in").text()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', door)
        assert token is not None
        said = {"csrf_token": token[1], "username": username, "password": demo.DEMO_WORD}
        answer = page.request.post("/sign-in", form=said, max_redirects=0)
        assert (answer.status, "/sign-in" in answer.headers["location"]) == (302, False)
        return page

    return enter
