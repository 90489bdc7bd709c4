"""Signing in by the office's provider: bound first, then in; every lie of it is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.access import provider
from enforcement.access.models import AccountIdentity
from enforcement.audit import AuditLog
from enforcement.config import Config, ConfigError
from enforcement.demo import DEMO_WORD
from enforcement.people import accounts
from enforcement.people.models import Account
from tests.access.office import CLIENT, SECRET, Office, running
from tests.asking import Pages, actor_of

BACK = "http://localhost/sign-in/provider/back"


@pytest.fixture
def office(demo_app: Flask, county: Session) -> Iterator[Office]:
    """A provider that the platform is configured for."""
    with running(Office(back=BACK)) as found:
        before = demo_app.extensions["enforcement.config"]
        config = dataclasses.replace(
            before, oidc_issuer=found.address, oidc_client=CLIENT, oidc_secret=SECRET,
            oidc_name="县政务认证",
        )  # fmt: skip
        demo_app.extensions["enforcement.config"] = config
        provider.init_app(demo_app, config)
        demo_app.jinja_env.globals["provider_name"] = config.oidc_name
        yield found
        demo_app.extensions["enforcement.config"] = before
        demo_app.extensions.pop("enforcement.provider")
        demo_app.jinja_env.globals["provider_name"] = None


def through(browser: FlaskClient, begin: str) -> str:
    """Go to the provider from an address of ours, and come back; return the path that follows."""
    there = browser.get(begin)
    assert there.status_code == 302, there.text
    asked = parse_qs(urlsplit(there.location).query)
    assert (asked["redirect_uri"], asked["code_challenge_method"]) == ([BACK], ["S256"])
    answer = requests.get(there.location, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    way = urlsplit(answer.headers["Location"])
    return str(browser.get(f"{way.path}?{way.query}").location)


def bound(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(AccountIdentity).execution_options(populate_existing=True))
    return [(row.issuer, row.subject) for row in rows]


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/access").status_code == 200


def test_somebody_binds_his_account_and_comes_in_without_a_password(
    demo_app: Flask, county: Session, office: Office, page: Pages
) -> None:
    browser = page("zhifa1")
    assert "去绑定" in browser.get("/access").text
    assert through(browser, "/access/provider") == "/access"
    assert bound(county) == [(office.address, "u-1001")]
    assert "已绑定" in browser.get("/access").text
    other = demo_app.test_client()
    assert "用县政务认证登录" in other.get("/sign-in").text
    assert through(other, "/sign-in/provider?next=/cases") == "/cases"
    assert is_in(other)
    acts = county.scalars(select(AuditLog.act).where(AuditLog.subject == "zhifa1"))
    assert {"identity:bind", "account:sign_in"} <= set(acts)
    other.post("/access/provider/unbind")
    assert bound(county) == []
    assert through(demo_app.test_client(), "/sign-in/provider") == "/sign-in"


def test_an_unknown_identity_is_told_how_to_bind(
    demo_app: Flask, county: Session, office: Office
) -> None:
    browser = demo_app.test_client()
    assert through(browser, "/sign-in/provider") == "/sign-in"
    assert "还没有绑定账号" in browser.get("/sign-in").text
    assert not is_in(browser)


def test_an_identity_is_bound_to_one_account_only(
    county: Session, office: Office, page: Pages
) -> None:
    through(page("zhifa1"), "/access/provider")
    second = page("zhifa2")
    assert through(second, "/access/provider") == "/access"
    assert "已经绑定了别的账号" in second.get("/access").text
    [row] = county.scalars(select(AccountIdentity))
    assert row.account_id == actor_of(county, "zhifa1").account_id


def test_a_closed_account_does_not_come_in(
    demo_app: Flask, county: Session, office: Office, page: Pages
) -> None:
    through(page("zhifa1"), "/access/provider")
    who = actor_of(county, "zhifa1")
    row = county.get_one(Account, (who.county_code, who.account_id))
    accounts.close_account(county, actor_of(county, "anquan"), row, "离岗")
    browser = demo_app.test_client()
    assert through(browser, "/sign-in/provider") == "/sign-in"
    assert not is_in(browser)


@pytest.mark.parametrize(
    "lie",
    [
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"aud": "another"}},
        {"claims": {"exp": 1}},
        {"nonce": "old"},
        {"signs_with": RSAKey.generate_key(2048, private=True)},
        {"user": "x" * 300},
    ],
    ids=["issuer", "audience", "expired", "nonce", "key", "subject"],
)
def test_what_cannot_be_believed_lets_nobody_in(
    demo_app: Flask, county: Session, office: Office, page: Pages, lie: dict[str, object]
) -> None:
    through(page("zhifa1"), "/access/provider")
    for name, value in lie.items():
        setattr(office, name, value)
    browser = demo_app.test_client()
    assert through(browser, "/sign-in/provider") == "/sign-in"
    assert "没有成功" in browser.get("/sign-in").text
    assert not is_in(browser)


def test_a_way_back_that_this_browser_did_not_begin_is_refused(
    demo_app: Flask, county: Session, office: Office, page: Pages
) -> None:
    through(page("zhifa1"), "/access/provider")
    begun, victim = demo_app.test_client(), demo_app.test_client()
    there = begun.get("/sign-in/provider").location
    way = urlsplit(requests.get(there, allow_redirects=False, timeout=10).headers["Location"])
    assert victim.get(f"{way.path}?{way.query}").location == "/sign-in"
    assert not is_in(victim)


def test_a_provider_that_is_away_is_told_and_the_password_still_opens(
    demo_app: Flask, county: Session, office: Office, page: Pages
) -> None:
    client = demo_app.extensions["enforcement.provider"]
    client._server_metadata_url = "http://127.0.0.1:1/.well-known/openid-configuration"
    browser = demo_app.test_client()
    assert browser.get("/sign-in/provider").location == "/sign-in"
    assert "连不上统一身份认证" in browser.get("/sign-in").text
    answer = browser.post("/sign-in", data={"username": "zhifa1", "password": DEMO_WORD})
    assert answer.status_code == 302


def test_without_a_provider_nothing_leads_there(demo_app: Flask, page: Pages) -> None:
    browser = page("zhifa1")
    assert "统一身份认证" not in browser.get("/access").text
    assert browser.get("/access/provider").status_code == 404
    assert demo_app.test_client().get("/sign-in/provider").status_code == 404


@pytest.mark.parametrize(
    ("issuer", "secret"), [("http://idp.example", "s"), ("https://idp.example", "")]
)
def test_settings_that_are_half_or_open_are_refused(
    monkeypatch: pytest.MonkeyPatch, issuer: str, secret: str
) -> None:
    monkeypatch.setenv("ENFORCEMENT_OIDC_ISSUER", issuer)
    monkeypatch.setenv("ENFORCEMENT_OIDC_CLIENT", "county")
    monkeypatch.setenv("ENFORCEMENT_OIDC_SECRET", secret)
    with pytest.raises(ConfigError, match="OIDC"):
        Config.from_env()
