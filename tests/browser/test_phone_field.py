"""The phone in the field: help, tasks and drafts, with and without a network."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from enforcement import clock
from enforcement.db import transaction
from enforcement.incident import services
from enforcement.incident.intake import Report
from enforcement.incident.models import Incident, SosPress
from enforcement.law.terms import IncidentSource
from enforcement.patrol import services as patrols
from tests.asking import actor_of
from tests.browser.conftest import NewPage, SignIn
from tests.browser.test_phone_queue import all_sent, ready, waiting
from tests.browser.test_scripts import photo
from tests.case.making import home_point

pytestmark = pytest.mark.browser


def presses(app: Flask, username: str) -> int:
    with app.app_context(), transaction() as session:
        who = actor_of(session, username)
        return session.query(SosPress).filter_by(account_id=who.account_id, act="press").count()


def dispatched(app: Flask, words: str) -> str:
    """Return the id of an incident that was sent to the squad of zhifa1 just now."""
    with app.app_context(), transaction() as session:
        now = clock.now(session)
        lon, lat = home_point(session)
        what = Report("04", words, now, lon, lat, source=IncidentSource.PHONE_APP)
        incident = services.report(session, actor_of(session, "fujing"), what)
        squad = actor_of(session, "zhifa1").unit_id
        today: date = clock.local_day(now)
        patrols.send(session, actor_of(session, "dadui"), incident.id, squad_id=squad,
                     patrol_on=today)  # fmt: skip
        return str(incident.id)


def state_of(app: Flask, words: str) -> str:
    with app.app_context(), transaction() as session:
        return str(session.query(Incident).filter_by(description=words).one().state)


def button(page: Page) -> object:
    return page.get_by_role("button", name="紧急求助")


def test_help_is_called_by_holding_and_a_short_press_is_no_call(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(width="phone"), "fujing")
    page.goto("/m/")
    said = page.locator(".sos-said")
    button(page).click()  # type: ignore[attr-defined]
    expect(said).to_have_text("请按住2秒再松开")
    assert presses(live_app, "fujing") == 0
    button(page).click(delay=2300)  # type: ignore[attr-defined]
    expect(said).to_contain_text("已发出 SJ")
    assert presses(live_app, "fujing") == 1
    page.get_by_label("撤回原因").fill("演练")
    page.get_by_role("button", name="撤回").click()
    expect(page.locator("main")).to_contain_text("值班人员会核实后结束")
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_help_called_by_the_keyboard_without_a_network_is_sent_when_it_is_back(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(width="phone"), "xieguan")
    ready(page)
    said = page.locator(".sos-said")
    expect(button(page)).to_be_visible()  # type: ignore[arg-type]
    page.context.set_offline(True)
    button(page).press("Enter")  # type: ignore[attr-defined]
    expect(said).to_have_text("再按一次确认求助")
    button(page).press("Enter")  # type: ignore[attr-defined]
    expect(said).to_contain_text("还没有发出")
    expect(waiting(page)).to_contain_text("紧急求助")  # type: ignore[arg-type]
    assert presses(live_app, "xieguan") == 0
    page.context.set_offline(False)
    expect(said).to_contain_text("已发出 SJ")
    all_sent(page)
    assert presses(live_app, "xieguan") == 1


def test_a_task_is_accepted_without_a_network_and_sent_once(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    words = "离线接单的占道。"
    incident_id = dispatched(live_app, words)
    page = sign_in(new_page(width="phone"), "zhifa1")
    ready(page)
    page.goto(f"/m/tasks/{incident_id}")
    expect(page.get_by_role("button", name="接单")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="接单").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    expect(waiting(page)).to_contain_text("接单 SJ")  # type: ignore[arg-type]
    assert state_of(live_app, words) == "dispatched"
    page.context.set_offline(False)
    page.goto("/m/")
    all_sent(page)
    assert state_of(live_app, words) == "handling"


def test_an_act_upon_what_changed_meanwhile_shows_both_and_waits_for_the_person(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    incident_id = dispatched(live_app, "两人同时接单。")
    page = sign_in(new_page(width="phone"), "zhifa1")
    page.goto(f"/m/tasks/{incident_id}")
    other = sign_in(new_page(width="phone"), "zhifa2")
    other.goto(f"/m/tasks/{incident_id}")
    other.get_by_role("button", name="接单").click()
    other.wait_for_url("**/m/tasks")
    all_sent(other)
    page.get_by_role("button", name="接单").click()
    page.wait_for_url("**/m/tasks")
    expect(waiting(page)).to_contain_text("您看到的是：派遣；现在是：处置")  # type: ignore[arg-type]
    page.get_by_role("link", name="修改重发").click()
    expect(page.locator("[data-part=note]")).to_contain_text("填写时该事件为：派遣")
    page.goto("/m/tasks")
    page.get_by_role("button", name="丢弃").click()
    page.get_by_role("button", name="确认办理").click()
    all_sent(page)


def test_a_report_that_was_left_comes_back_with_its_photo_for_its_account_only(
    new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(width="phone"), "fujing")
    page.goto("/m/report")
    expect(page.locator("[data-part=position]")).to_contain_text("已定位")
    expect(page.locator("[data-part=near] circle")).to_have_count(3)
    page.get_by_label("街面秩序").check()
    page.locator("input[capture]").set_input_files(photo("一.jpg"))
    page.wait_for_function(KEPT)
    page.reload()
    expect(page.locator("[data-part=thumbs] img")).to_have_count(1)
    expect(page.get_by_label("街面秩序")).to_be_checked()
    page.get_by_role("button", name="上报").click()
    page.wait_for_url("**/m/done/*")
    expect(page.get_by_role("img", name="现场照片")).to_have_count(1)
    page.goto("/m/report")
    expect(page.locator("[data-part=position]")).to_contain_text("已定位")
    expect(page.locator("[data-part=thumbs] img")).to_have_count(0)
    assert page.watch.take() == []  # type: ignore[attr-defined]


KEPT = """async () => {
  const [{ draft }, { accountOf }] = await Promise.all(
    ["queue", "phone"].map((name) => import(`/static/js/${name}.js`)));
  const kept = await draft(accountOf(document.querySelector("[data-module=phone]")));
  return kept?.photos.length === 1 && kept.words.category === "04";
}"""


def test_a_poor_position_is_said_so(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(width="phone")
    page.context.set_geolocation({"longitude": 124.335, "latitude": 43.308, "accuracy": 350})
    sign_in(page, "fujing").goto("/m/report")
    expect(page.locator("[data-part=position]")).to_contain_text("误差约350米")
    expect(page.locator("[data-part=poor]")).to_be_visible()
    page.context.set_geolocation({"longitude": 124.335, "latitude": 43.308, "accuracy": 9})
    page.get_by_role("button", name="重新定位").click()
    expect(page.locator("[data-part=position]")).to_contain_text("误差约9米")
    expect(page.locator("[data-part=poor]")).to_be_hidden()


def test_going_on_duty_shows_on_the_page(new_page: NewPage, sign_in: SignIn) -> None:
    page = sign_in(new_page(width="phone"), "zhongdui")
    page.goto("/m/")
    page.get_by_label("附上此刻的位置").check()
    page.get_by_role("button", name="上岗").click()
    expect(page.get_by_role("button", name="下岗")).to_be_visible()
    assert page.watch.take() == []  # type: ignore[attr-defined]


TONE = """navigator.mediaDevices.getUserMedia = async () => {
  const audio = new AudioContext();
  const [tone, out] = [audio.createOscillator(), audio.createMediaStreamDestination()];
  tone.connect(out);
  tone.start();
  return out.stream;
};"""


def test_a_voice_note_takes_the_place_of_words_and_is_played_back(
    new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(width="phone"), "fujing")
    page.add_init_script(TONE)
    page.goto("/m/report")
    expect(page.locator("[data-part=position]")).to_contain_text("已定位")
    page.get_by_label("街面秩序").check()
    page.get_by_role("button", name="录音", exact=True).click()
    expect(page.locator("[data-part=voice-note]")).to_contain_text("已1秒")
    page.get_by_role("button", name="停止录音").click()
    expect(page.get_by_role("button", name="删除录音")).to_be_visible()
    page.get_by_role("button", name="上报").click()
    page.wait_for_url("**/m/done/*")
    seconds = page.locator("audio").evaluate(
        """(audio) => new Promise((done, failed) => {
          audio.addEventListener("timeupdate", () => done(audio.currentTime));
          audio.addEventListener("error", () => failed(audio.error));
          audio.muted = true;
          audio.play();
        })"""
    )
    assert seconds >= 0
    page.get_by_role("link", name="查看该事件").click()
    expect(page.locator("main")).to_contain_text("街面秩序（录音1段）")
