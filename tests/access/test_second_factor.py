"""The second factor: bound, asked for, never taken twice, replaced by recovery codes."""

from __future__ import annotations

import re
from datetime import datetime

import pyotp
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.access import managing, second_factor
from enforcement.access.models import SecondFactor
from enforcement.demo import DEMO_WORD
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.people.queries import find_account
from enforcement.settings import services as settings
from tests.asking import Browser, actor_of, set_clock

RFC_6238 = [  # appendix B, SHA-1, the last six digits
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
    (2000000000, "279037"), (20000000000, "353130"),
]  # fmt: skip
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # 12345678901234567890


@pytest.fixture
def visitor(demo_app: Flask, county: Session) -> Browser:
    set_clock(county, "2026-03-02 12:00")
    settings.change(county, actor_of(county, "xitong"), "second_factor", 1, "正式启用")
    return Browser(demo_app, demo_app.response_class)


def given(visitor: Browser, username: str) -> str:
    answer = visitor.post("/sign-in", data={"username": username, "password": DEMO_WORD})
    assert answer.status_code == 302
    return str(answer.location)


def code_at(county: Session, username: str, moment: str) -> str:
    at: datetime = set_clock(county, moment)
    account = find_account(county, username)
    assert account is not None
    row = county.get_one(SecondFactor, (account.county_code, account.id))
    return pyotp.TOTP(crypto.unseal(row.secret) or "").at(at)


def bound(county: Session, visitor: Browser, username: str) -> list[str]:
    """Bind an authenticator on the way in; return the recovery codes."""
    assert given(visitor, username) == "/sign-in/set-up"
    assert "data:image/svg+xml" in visitor.get("/sign-in/set-up").text
    code = code_at(county, username, "2026-03-02 12:01")
    answer = visitor.post("/sign-in/set-up", data={"code": code})
    return re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", answer.text)


@pytest.mark.parametrize(("moment", "code"), RFC_6238)
def test_codes_are_those_of_the_standard(demo_app: Flask, moment: int, code: str) -> None:
    with demo_app.app_context():
        row = SecondFactor(secret=crypto.seal(RFC_SECRET), last_step=0)
        assert second_factor._is_of(row, moment // 30, code)
        assert not second_factor._is_of(row, moment // 30 + 1, code)


def test_an_administrator_is_not_in_before_he_bound_an_authenticator(
    county: Session, visitor: Browser
) -> None:
    assert given(visitor, "xitong") == "/sign-in/set-up"
    assert visitor.get("/people").status_code == 302
    assert visitor.post("/sign-in/set-up", data={"code": "000000"}).status_code == 401
    codes = bound(county, visitor, "xitong")
    assert len(set(codes)) == 10
    assert visitor.get("/people").status_code == 200


def test_the_next_time_a_code_is_asked_for_and_none_is_taken_twice(
    county: Session, visitor: Browser
) -> None:
    bound(county, visitor, "fazhi")
    visitor.post("/sign-out")
    assert given(visitor, "fazhi") == "/sign-in/code"
    assert visitor.get("/cases").status_code == 302
    code = code_at(county, "fazhi", "2026-03-02 13:00")
    assert visitor.post("/sign-in/code", data={"code": "12 34"}).status_code == 401
    assert visitor.post("/sign-in/code", data={"code": f"{code[:3]} {code[3:]}"}).location == "/"
    visitor.post("/sign-out")
    given(visitor, "fazhi")
    assert visitor.post("/sign-in/code", data={"code": code}).status_code == 401


@pytest.mark.parametrize(("seconds", "taken"), [(-29, True), (31, True), (-61, False), (61, False)])
def test_a_phone_may_be_half_a_minute_off(
    county: Session, visitor: Browser, seconds: int, taken: bool
) -> None:
    bound(county, visitor, "fazhi")
    visitor.post("/sign-out")
    given(visitor, "fazhi")
    minutes, left = divmod(13 * 3600 + seconds, 60)
    code = code_at(county, "fazhi", f"2026-03-02 {minutes // 60:02}:{minutes % 60:02}:{left:02}")
    set_clock(county, "2026-03-02 13:00")
    answer = visitor.post("/sign-in/code", data={"code": code})
    assert (answer.status_code == 302) is taken


def test_five_wrong_codes_lock_as_wrong_passwords_do(county: Session, visitor: Browser) -> None:
    bound(county, visitor, "fazhi")
    visitor.post("/sign-out")
    given(visitor, "fazhi")
    answers = [visitor.post("/sign-in/code", data={"code": "000000"}).status_code
               for _n in range(6)]  # fmt: skip
    assert answers == [401] * 5 + [429]


def test_a_recovery_code_opens_once(county: Session, visitor: Browser) -> None:
    first, *_others = bound(county, visitor, "fazhi")
    for status in (302, 401):
        visitor.post("/sign-out")
        given(visitor, "fazhi")
        answer = visitor.post("/sign-in/code", data={"code": first.lower()})
        assert answer.status_code == status
    account = find_account(county, "fazhi")
    assert account is not None
    row = county.get_one(SecondFactor, (account.county_code, account.id))
    assert second_factor.codes_left(county, row) == 9


def test_half_way_is_no_way_in_after_five_minutes(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from enforcement.access import door

    given(visitor, "fazhi")
    monkeypatch.setattr(door, "HALF_WAY_S", -1)
    assert "/sign-in" in visitor.get("/sign-in/set-up").location
    assert Browser.get(visitor, "/sign-in/code").status_code == 302, "nor is another step"


def test_who_need_not_may_bind_and_unbind(county: Session, visitor: Browser) -> None:
    assert given(visitor, "zhifa1") == "/"
    assert visitor.get("/access/factor").status_code == 200
    answer = visitor.post("/access/factor", data={"code": "000000"})
    assert answer.status_code == 422
    code = code_at(county, "zhifa1", "2026-03-02 12:05")
    assert "恢复码" in visitor.post("/access/factor", data={"code": code}).text
    code = code_at(county, "zhifa1", "2026-03-02 12:06")
    assert "恢复码" in visitor.post("/access/factor/codes", data={"code": code}).text
    with pytest.raises(InvalidInputError):
        managing.drop_own(county, actor_of(county, "zhifa1"), code)
    code = code_at(county, "zhifa1", "2026-03-02 12:07")
    assert visitor.post("/access/factor/off", data={"code": code}).status_code == 302
    visitor.post("/sign-out")
    assert given(visitor, "zhifa1") == "/"


def test_who_must_may_not_unbind_and_is_reset_by_another(county: Session, visitor: Browser) -> None:
    bound(county, visitor, "anquan")
    security = actor_of(county, "anquan")
    account = find_account(county, "anquan")
    assert account is not None
    with pytest.raises(StepNotAllowedError):
        managing.drop_own(county, security, "000000")
    with pytest.raises(StepNotAllowedError):
        managing.reset_factor(county, security, account)
    managing.reset_factor(county, None, account)  # by whoever runs the installation
    assert visitor.get("/accounts").status_code == 302, "its sessions ended"
    assert given(visitor, "anquan") == "/sign-in/set-up"
