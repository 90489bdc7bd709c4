"""A form asks only for what the chosen way needs; without scripts it shows all."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, SignIn


def to_notice(page: Page) -> None:
    """Open the form of the notice of a case whose proposal waits."""
    page.goto("/cases?state=proposal_review")
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    page.goto(f"{page.url}/notify")


def test_the_fields_of_a_way_of_service_appear_with_it(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "zhifa1")
    to_notice(page)
    way, mail = page.get_by_label("送达方式"), page.get_by_label("邮件号")
    refused, reason = page.get_by_label("拒收事由"), page.get_by_label("公告原因")
    for field in (mail, refused, reason):
        expect(field).to_be_hidden()
    way.select_option("post")
    expect(mail).to_be_visible()
    mail.fill("EMS1")
    way.select_option("left")
    expect(refused).to_be_visible()
    expect(page.get_by_label("见证人")).to_be_visible()
    expect(mail).to_be_disabled()
    way.select_option("post")
    expect(mail).to_have_value("EMS1")
    page.goto("/spot/new")
    page.get_by_label("当事人类型").select_option("person")
    expect(page.get_by_label("身份证件号码")).to_be_visible()
    expect(page.get_by_label("统一社会信用代码")).to_be_hidden()
    page.get_by_label("处罚种类").select_option("warning")
    expect(page.get_by_label("罚款数额")).to_be_hidden()
    assert page.watch.take() == []  # type: ignore[attr-defined]


def test_without_scripts_every_field_is_there(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, "zhifa1")
    to_notice(page)
    for label in ("邮件号", "拒收事由", "公告原因"):
        expect(page.get_by_label(label)).to_be_visible()
