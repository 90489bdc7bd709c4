"""What the phone keeps of its person: tasks and the outline of his area, without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Page, expect

from enforcement.db import transaction
from enforcement.incident.models import Incident, IncidentEntry, IncidentPhoto
from tests.asking import actor_of
from tests.browser.conftest import NewPage, SignIn
from tests.browser.test_phone_field import TONE, dispatched, state_of
from tests.browser.test_phone_queue import all_sent, ready, waiting
from tests.case.making import home_point

pytestmark = pytest.mark.browser

SNAPSHOT = """async () => {
  const [{ read }, { accountOf }] = await Promise.all(
    ["kept", "phone"].map((name) => import(`/static/js/${name}.js`)));
  return await read(accountOf(document.querySelector("[data-module=phone]")));
}"""
KEEPS = f"async (words) => ((await ({SNAPSHOT})())?.tasks ?? []).some((one) => one.words === words)"
AGED = """async (back) => {
  const [queue, { accountOf }] = await Promise.all(
    ["queue", "phone"].map((name) => import(`/static/js/${name}.js`)));
  const row = await queue.snapshot(accountOf(document.querySelector("[data-module=phone]")));
  await queue.keepSnapshot({ ...row, at: row.at - back });
}"""


def events_of(app: Flask, words: str) -> list[str]:
    with app.app_context(), transaction() as session:
        incident = session.query(Incident).filter_by(description=words).one()
        rows = session.query(IncidentEntry).filter_by(incident_id=incident.id)
        return [row.event for row in rows.order_by(IncidentEntry.seq)]


def kept_tasks(page: Page, words: str) -> None:
    """Open the tasks and wait until the phone keeps the one with these words."""
    ready(page)
    page.goto("/m/tasks")
    page.wait_for_function(KEEPS, arg=words)


def test_the_tasks_open_without_a_network_and_say_how_old_they_are(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    words = "没有网络也看得到。"
    dispatched(live_app, words)
    page = sign_in(new_page(width="phone"), "zhifa1")
    kept_tasks(page, words)
    page.context.set_offline(True)
    page.goto("/m/tasks")
    section = page.locator("[data-module=kept-tasks]")
    expect(section).to_contain_text(words)
    expect(section.locator("[data-part=age]")).to_contain_text("的清单，0分钟前")
    expect(page.get_by_role("button", name="上报", exact=True)).to_be_hidden()
    page.evaluate(AGED, 3 * 3_600_000)
    page.goto("/m/tasks")
    expect(section.locator("[data-part=age]")).to_contain_text("3小时前")
    page.goto("/m/report")
    expect(page.get_by_role("button", name="上报", exact=True)).to_be_visible()


def test_accepted_arrived_and_done_without_a_network_goes_in_that_order_when_it_is_back(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    words = "全程没有网络。"
    dispatched(live_app, words)
    page = sign_in(new_page(width="phone"), "zhifa1")
    kept_tasks(page, words)
    page.context.set_offline(True)
    task = page.locator("[data-module=kept-tasks] li").filter(has_text=words)
    for name, state in (("接单", "处置"), ("到达现场", "处置")):
        page.goto("/m/tasks")
        task.get_by_role("link").click()
        page.get_by_role("button", name=name).click()
        page.wait_for_url("**/m/tasks")
        expect(task).to_contain_text("待发送")
        expect(task).to_contain_text(state)
    task.get_by_role("link").click()
    expect(page.get_by_role("button", name="接单")).to_have_count(0)
    page.get_by_role("button", name="办结反馈").click()
    expect(page.locator("[data-part=one] [data-part=note]")).to_contain_text("请写明结果")
    page.get_by_label("说明", exact=True).fill("已劝离，货架收回。")
    page.get_by_role("button", name="办结反馈").click()
    page.wait_for_url("**/m/tasks")
    expect(waiting(page)).to_have_count(3)  # type: ignore[arg-type]
    assert state_of(live_app, words) == "dispatched"
    page.context.set_offline(False)
    page.goto("/m/")
    all_sent(page)
    assert events_of(live_app, words)[-3:] == ["accept", "arrive", "report_result"]
    assert state_of(live_app, words) == "feedback"


@contextmanager
def astray(app: Flask) -> Iterator[tuple[list[str], Event]]:
    """Lose acts on their way to the server, whoever sends them, until told to let them through."""
    asked, through = list[str](), Event()

    def lose() -> Response | None:
        if request.path != "/m/send/act":
            return None
        asked.append((request.get_json(silent=True) or {})["event"])
        return None if through.is_set() else Response(status=503)

    before = app.before_request_funcs.setdefault(None, [])
    before.insert(0, lose)
    yield asked, through
    before.remove(lose)


def until_asked(page: Page, asked: list[str], count: int) -> None:
    for _n in range(200):
        if len(asked) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(asked)


def test_a_later_act_waits_for_the_one_before_it(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    words = "前一步还没有发出。"
    incident_id = dispatched(live_app, words)
    page = sign_in(new_page(width="phone"), "zhifa1")
    kept_tasks(page, words)
    page.context.set_offline(True)
    for name in ("接单", "到达现场"):
        page.goto(f"/m/tasks/{incident_id}")
        page.get_by_role("button", name=name).click()
        page.wait_for_url("**/m/tasks")
    with astray(live_app) as (asked, through):
        page.context.set_offline(False)
        page.goto("/m/")
        until_asked(page, asked, 1)
        page.get_by_role("button", name="立即发送").click()
        until_asked(page, asked, 2)
        assert set(asked) == {"accept"}
        through.set()
        page.evaluate("window.dispatchEvent(new Event('online'))")
        all_sent(page)
    assert (set(asked[:-1]), asked[-1]) == ({"accept"}, "arrive")
    assert events_of(live_app, words)[-2:] == ["accept", "arrive"]


def test_signing_out_forgets_what_was_kept(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    words = "退出后不留在手机里。"
    dispatched(live_app, words)
    page = sign_in(new_page(width="phone"), "zhifa1")
    kept_tasks(page, words)
    page.get_by_role("button", name="我的账号").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in")
    page.context.set_offline(True)
    page.goto("/m/tasks")
    section = page.locator("[data-module=kept-tasks]")
    expect(section).to_contain_text("本机没有保存这里的任务")
    expect(section).not_to_contain_text(words)


def test_a_result_may_be_spoken(live_app: Flask, new_page: NewPage, sign_in: SignIn) -> None:
    words = "结果用录音说明。"
    incident_id = dispatched(live_app, words)
    page = sign_in(new_page(width="phone"), "zhifa1")
    page.add_init_script(TONE)
    page.goto(f"/m/tasks/{incident_id}")
    page.get_by_role("button", name="接单").click()
    page.wait_for_url("**/m/tasks")
    all_sent(page)
    page.goto(f"/m/tasks/{incident_id}")
    page.get_by_role("button", name="录音", exact=True).click()
    expect(page.locator("[data-part=voice-note]")).to_contain_text("已1秒")
    page.get_by_role("button", name="停止录音").click()
    expect(page.get_by_role("button", name="删除录音")).to_be_visible()
    page.get_by_role("button", name="办结反馈").click()
    page.wait_for_url("**/m/tasks")
    all_sent(page)
    assert state_of(live_app, words) == "feedback"
    with live_app.app_context(), transaction() as session:
        [note] = session.query(IncidentPhoto).filter_by(incident_id=incident_id, of_result=True)
        assert note.file.media_type.startswith("audio/")
    page.goto(f"/incidents/{incident_id}")
    expect(page.locator("main")).to_contain_text("处置录音")
    expect(page.locator("main")).to_contain_text("录音1段")


def test_the_villages_outline_lies_under_the_position_with_and_without_a_network(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    with live_app.app_context(), transaction() as session:
        lon, lat = home_point(session)
        assert actor_of(session, "fujing").area_codes
    page = new_page(width="phone")
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 9})
    sign_in(page, "fujing")
    ready(page)
    page.wait_for_function(f"async () => Boolean((await ({SNAPSHOT})())?.outline)")
    page.goto("/m/report")
    inside, drawn = page.locator("[data-part=inside]"), page.locator("[data-part=near] path")
    expect(inside).to_contain_text(re.compile("在.+范围内，距界线约"))
    expect(inside).to_contain_text("示意")
    expect(drawn).to_have_count(1)
    page.context.set_offline(True)
    page.goto("/m/report")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    expect(inside).to_contain_text("范围内")
    expect(drawn).to_have_count(1)
    page.locator("summary", has_text="手工填写坐标").click()
    page.get_by_label("经度").fill(str(lon + 0.2))
    expect(inside).to_contain_text(re.compile("在.+范围外，距界线约[0-9.]+ km"))
