"""Reports without a network: kept on the phone, sent once, and only ever one's own."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from enforcement.db import transaction
from enforcement.incident.models import Incident
from tests.browser.conftest import NewPage, SignIn
from tests.browser.test_scripts import fill_report, photo

pytestmark = pytest.mark.browser


def stored(app: Flask, words: str) -> int:
    with app.app_context(), transaction() as session:
        return session.query(Incident).filter_by(description=words).count()


def waiting(page: Page) -> object:
    return page.locator("[data-part=queue] li.waiting")


EMPTY = """async () => {
  const [{ list }, { accountOf }] = await Promise.all(
    ["queue", "phone"].map((name) => import(`/static/js/${name}.js`)));
  const account = accountOf(document.querySelector("[data-module=phone]"));
  return account && (await list(account)).length === 0;
}"""


def all_sent(page: Page) -> None:
    """Wait until nothing of the account is left in the phone: it leaves when the server has it."""
    page.wait_for_function(EMPTY)
    expect(waiting(page)).to_have_count(0)


def ready(page: Page) -> None:
    page.goto("/m/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()


def test_a_report_written_offline_waits_and_is_sent_once(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    page, words = sign_in(new_page(width="phone"), "fujing"), "离线时拍的占道。"
    ready(page)
    page.context.set_offline(True)
    page.goto("/m/report")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    page.get_by_label("街面秩序").check()
    page.get_by_label("情况说明").fill(words)
    page.locator("form:visible input[capture]").set_input_files(photo("一.jpg"))
    page.get_by_role("button", name="上报").click()
    page.wait_for_url("**/m/")
    expect(waiting(page)).to_contain_text("照片1张")
    page.reload()
    expect(waiting(page)).to_contain_text(words)
    assert stored(live_app, words) == 0
    page.context.set_offline(False)
    page.goto("/m/")
    all_sent(page)
    assert stored(live_app, words) == 1


def test_another_account_sees_nothing_of_the_queue_and_signing_out_warns(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    page, words = sign_in(new_page(width="phone"), "fujing"), "只属于我的上报。"
    ready(page)
    page.route("**/m/send", lambda route: route.abort())
    fill_report(page, words)
    page.get_by_role("button", name="上报").click()
    page.wait_for_url("**/m/")
    expect(waiting(page)).to_have_count(1)
    page.get_by_role("button", name="我的账号").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("dialog")).to_contain_text("1条上报没有发出")
    page.get_by_role("button", name="确认办理").click()
    page.wait_for_url("**/sign-in")
    sign_in(page, "zhifa1")
    page.goto("/m/")
    expect(page.locator("[data-part=queue]")).to_be_hidden()
    page.unroute("**/m/send")
    page.reload()
    assert stored(live_app, words) == 0
    page.goto("about:blank")  # what the page still asks must not bring its session back
    page.context.clear_cookies()
    sign_in(page, "fujing")
    page.goto("/m/")
    all_sent(page)
    assert stored(live_app, words) == 1
