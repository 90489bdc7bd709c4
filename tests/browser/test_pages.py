"""Every main page of every role: sound, within its width, usable by everybody, in two languages."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from enforcement import clock
from enforcement.case import services as cases
from enforcement.config import PROJECT
from enforcement.db import transaction
from enforcement.incident import queries as incidents
from enforcement.incident.models import Incident
from enforcement.jurisdiction import plans
from enforcement.people.models import Certificate
from enforcement.people.queries import find_actor_by_name
from tests.browser.conftest import SignIn, by_form

pytestmark = pytest.mark.browser

FIELD = ["/map", "/incidents", "/patrols", "/m/", "/m/report"]
DUTIES = ["/jurisdiction", "/jurisdiction/duties", "/jurisdiction/balance", "/people"]
PLANS = ["/jurisdiction/plans", "/jurisdiction/balance/proposal?area=1&scope=brigades", "PLAN"]
ROSTER = ["/roster", "/roster/now", "/roster/mine", "/roster/leave", "/roster/swaps"]
PLANNING = ["/roster/template", "/roster/publish", "/roster/requirements", "/roster/shifts/new"]
CASES = ["/cases", "/papers", "CASE", "CASE/check", "CASE/clock", "/todo", "/limits"]
LEADS = ["/live", "/alone", "/roster/posts", "/desk", "/wall", "/patrols/flags", "/delegations"]
FIGURES = ["/indicators", "/indicators/case_filed", "/indicators/yearly", "/publications"]
LAWFUL = ["/inspections", "/measures", "/goods", "/parties", "/remedies"]
COUNT = "/limits?limit=preservation&from=2026-02-12"
PAGES = {
    "fujing": [*FIELD, *ROSTER, "/help"],
    "xieguan": ["/", *FIELD],
    "zhifa1": ["/", *FIELD, *DUTIES, *CASES, COUNT],
    "zhongdui": ["/", "/map", "/report", "CASE"],
    "dadui": ["/", "/incidents", "CASE", "/rehoming", *ROSTER, *PLANNING, *PLANS],
    "fazhi": ["/", "/cases", "CASE"],
    "juzhang": [
        "/",
        "/map",
        "/map/export",
        "/report",
        "CASE",
        "CASE/clock",
        "/todo",
        *LEADS,
        *FIGURES,
        *LAWFUL,
    ],
    "jiexian": ["/", "/incidents", *DUTIES],
    "zhihui": ["/", "/report", "/drills", "/alarms", "/tracks", "/ledger"],
    "xiangzhen": ["/report", "/briefing", "/map", "/map/export", "/incidents", "/roster"],
    "xitong": [
        "/jurisdiction",
        "/jurisdiction/duties",
        "PLAN",
        "/settings",
        "/operations",
        "/calendar",
        "/calendar/import",
        "/points",
        "/devices",
        "/taxonomy",
        "/rules",
        "/jurisdiction/import",
        "/jurisdiction/import/boundaries",
        "/people",
        "/people/list",
        "/people/certificates",
        "/people/lists",
        "/people/lists/people/import",
        "/people/units/new",
        "/people/new",
        "UNIT",
        "UNIT/merge",
        "PERSON",
        "CERTIFICATE",
    ],
    "anquan": ["/accounts", "ACCOUNT", "PERSON"],
    "shenji": ["/audit", "/audit/chain", "/access/matrix"],
}
ENGLISH = {
    "zhifa1": PAGES["zhifa1"],
    "juzhang": ["/report", "/briefing", "/indicators/yearly"],
    "dadui": [*ROSTER, *PLANNING, "/rehoming"],
    "xitong": [
        "/jurisdiction/duties",
        "/settings",
        "/calendar",
        *PLANS,
        "/jurisdiction/import",
        "/people",
        "/people/list",
        "/people/certificates",
        "/people/lists",
        "/people/lists/people/import",
        "/people/units/new",
        "CERTIFICATE",
    ],
    "anquan": ["/accounts", "ACCOUNT"],
    "shenji": ["/audit", "/audit/chain", "/access/matrix"],
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
AXE = PROJECT / "tests" / "vendor" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => {
  const {rules, checks, tagExclude} = axe._audit;
  const grave = (one) => ["serious", "critical"].includes(one.impact);
  const told = (rule) => [...rule.any, ...rule.all, ...rule.none].map((one) => one.id ?? one);
  const asked = rules
    .filter((rule) => rule.enabled && !rule.tags.some((tag) => tagExclude.includes(tag)))
    .filter((rule) => rule.impact ? grave(rule) : told(rule).some((id) => grave(checks[id])));
  const found = await axe.run(document, {
    iframes: false, resultTypes: ["violations"], preload: {assets: ["media"]},
    runOnly: {type: "rule", values: asked.map((rule) => rule.id)},
  });
  return found.violations
    .filter(grave)
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4)}`);
}"""
"""Asks the rules whose violations may be serious or critical; no other could fail a test."""
COVERED = """() => [...document.querySelectorAll(".sending .btn, .foot-tabs a")].filter((one) => {
  const box = one.getBoundingClientRect();
  return [box.top + 2, box.bottom - 2].some((y) =>
    !one.contains(document.elementFromPoint(box.left + box.width / 2, y)));
}).map((one) => `${one.textContent.trim()} is covered`)"""
"""Names what keeps its place on the screen, and yet lies under something or outside it."""
BOTH_WAYS = {"/", "/incidents", "/map", "/people/new", "/report", "CASE", "/sign-in", "/help"}
looked_at: set[tuple[str, int]] = set()


@pytest.fixture(scope="module")
def case_path(live_app: Flask) -> str:
    """A case that an officer has registered from an incident of his squad."""
    with live_app.test_request_context(), transaction() as session:
        actor = find_actor_by_name(session, "zhifa1")
        assert actor is not None
        wanted = select(Incident.id).where(
            incidents.visible(actor), Incident.state.in_(["dispatched", "handling", "received"])
        )
        incident_id = session.scalars(wanted.limit(1)).one()
        said = {"matter_code": "M12", "act": "占道经营", "place": "示例大街12号门前"}
        case = cases.register(
            session, actor, incident_id, {**said, "acted_on": clock.today(session)}
        )
        return f"/cases/{case.id}"


@pytest.fixture(scope="module")
def plan_path(live_app: Flask) -> str:
    """A plan of duties with a village that changes hands and an exception area."""
    with live_app.test_request_context(), transaction() as session:
        actor = find_actor_by_name(session, "xitong")
        assert actor is not None
        plan = plans.start(session, actor, "Plan 1")
        ops = [
            {"op": "assign", "areas": ["220322001"], "unit": "01.01.07.03"},
            {"op": "draw", "unit": "01.01.07.02", "name": "Market",
             "geometry": "POLYGON((124.3 43.3, 124.31 43.3, 124.31 43.31, 124.3 43.3))"},
        ]  # fmt: skip
        plans.apply(session, actor, plan.id, ops, plan.version)
        return f"/jurisdiction/plans/{plan.id}"


@pytest.fixture(scope="module")
def named(live_app: Flask, case_path: str, plan_path: str) -> dict[str, str]:
    """What the words in capitals stand for: a squad, its officer, his certificate and account."""
    with live_app.test_request_context(), transaction() as session:
        actor = find_actor_by_name(session, "zhifa1")
        assert actor is not None
        held = select(Certificate.id).where(Certificate.person_id == actor.person_id)
        return {
            "CASE": case_path,
            "PLAN": plan_path,
            "UNIT": f"/people/units/{actor.unit_id}",
            "PERSON": f"/people/{actor.person_id}",
            "CERTIFICATE": f"/people/certificates/{session.scalars(held).one()}",
            "ACCOUNT": f"/accounts/{actor.account_id}",
        }


def filled(path: str, named: dict[str, str]) -> str:
    """Return a path with the words in capitals replaced."""
    for word, value in named.items():
        path = path.replace(word, value)
    return path


@cache
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_problems(page: Page, path: str, width: int) -> list[str]:
    """Ask axe once about each page; roles differ in rows, not in mark-up.

    The phone's pages are looked at as on a phone, one of each other shape both ways.
    """
    usual = 360 if path.startswith("/m/") else 1440
    if (path, width) in looked_at or (width != usual and path not in BOTH_WAYS):
        return []
    looked_at.add((path, width))
    if page.evaluate("!window.axe"):
        page.evaluate(axe_source())
    found: list[str] = page.evaluate(RUN_AXE)
    return found


def problems_of(page: Any, path: str, named: dict[str, str] | None = None) -> list[str]:
    """Open a page at a desk's width, then narrow it to a tablet's and a phone's."""
    page.set_viewport_size({"width": 1440, "height": 900})
    answer = page.goto(filled(path, named or {}))
    found = [] if answer.status == 200 else [f"status {answer.status}"]
    for width in (1440, 768, 360):
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{wide} px wider than {width}"] if wide > 0 else []
        found += [f"{one} at {width}" for one in page.evaluate(COVERED)]
        found += axe_problems(page, path, width) if width != 768 else []
    return found + page.watch.take()


@pytest.mark.parametrize("username", PAGES)
def test_pages_are_sound_and_within_their_width(
    username: str, page: Page, sign_in: SignIn, named: dict[str, str]
) -> None:
    sign_in(page, username)
    found = {path: problems_of(page, path, named) for path in PAGES[username]}
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_the_check_of_an_edition_is_sound(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "xitong")
    page.goto("/jurisdiction")
    path = page.get_by_role("link", name="查看检查").first.get_attribute("href")
    assert path is not None
    assert problems_of(page, path) == []


@pytest.mark.parametrize("path", ["/sign-in", "/help", "/m/offline"])
def test_the_doors_of_the_platform_are_sound(path: str, page: Page) -> None:
    assert problems_of(page, path) == []


def test_what_is_asked_of_a_page_finds_grave_faults(page: Page) -> None:
    page.goto("/sign-in")
    page.evaluate(axe_source())
    page.evaluate("""() => {
      const faults = document.createElement("div");
      faults.innerHTML = `<img src="/static/icons/emblem.svg"><button></button><input type="text">
        <p style="color: #aaa; background: #fff">faint</p><a href="/help"></a>`;
      document.querySelector("main").append(faults);
    }""")
    found = {one.split(":")[0] for one in page.evaluate(RUN_AXE)}
    assert found == {"image-alt", "button-name", "label", "color-contrast", "link-name"}


@pytest.mark.parametrize("username", ENGLISH)
def test_english_pages_hold_no_chinese_in_navigation_and_headings(
    username: str, page: Page, sign_in: SignIn, named: dict[str, str]
) -> None:
    sign_in(page, username)
    page.goto("/help")
    page.get_by_role("button", name="English").click()
    for path in ENGLISH[username]:
        page.goto(filled(path, named))
        assert page.locator("html").get_attribute("lang") == "en"
        texts = page.locator("nav, h1, h2, h3, title, label, legend, main button").all_inner_texts()
        assert [text for text in texts if CHINESE.search(text)] == [], path


def test_the_language_can_be_switched_back(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录平台")


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page) -> None:
    by_form(page, "zhifa1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
