"""Failed tries lock an account for half an hour; a shared address locks nobody who is known."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.access import managing
from enforcement.access.models import SignedInSession
from enforcement.access.services import TWO_FACTORS
from enforcement.audit import AuditLog
from enforcement.demo import DEMO_WORD, USERS
from enforcement.errors import NotPermittedError
from enforcement.people.queries import find_account
from enforcement.settings import services as settings
from tests.asking import Browser, Pages, actor_of, set_clock

NOON = "2026-03-02 12:00"
LATER = "2026-03-02 12:29"
AFTER = "2026-03-02 12:31"


@pytest.fixture
def visitor(demo_app: Flask, county: Session) -> Browser:
    set_clock(county, NOON)
    return Browser(demo_app, demo_app.response_class)


def tried(visitor: Browser, username: str, password: str, address: str = "192.0.2.7") -> Any:
    return visitor.post(
        "/sign-in", data={"username": username, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )  # fmt: skip


def is_in(answer: Any) -> bool:
    return bool(answer.status_code == 302 and answer.location == "/")


def said(county: Session, username: str) -> list[str]:
    rows = county.scalars(
        select(AuditLog.act).where(AuditLog.subject == username).order_by(AuditLog.id)
    )
    return [act for act in rows if act.startswith("account:")]


def test_five_wrong_passwords_lock_an_account_for_half_an_hour(
    county: Session, visitor: Browser
) -> None:
    answers = [tried(visitor, "zhifa1", "wrong").status_code for _n in range(5)]
    assert answers == [401] * 5
    locked = tried(visitor, "zhifa1", DEMO_WORD)
    assert locked.status_code == 429
    assert "锁定" in locked.text
    assert is_in(tried(visitor, "zhifa2", DEMO_WORD)), "nobody else is locked out"
    set_clock(county, LATER)
    assert tried(visitor, "zhifa1", DEMO_WORD, "198.51.100.1").status_code == 429
    set_clock(county, AFTER)
    assert is_in(tried(visitor, "zhifa1", DEMO_WORD))
    *failed, last = said(county, "zhifa1")[-7:]
    assert last == "account:sign_in"
    assert Counter(failed) == {"account:sign_in_refused": 5, "account:locked": 1}


def test_a_right_password_begins_the_count_anew(visitor: Browser) -> None:
    for _n in range(4):
        tried(visitor, "zhifa1", "wrong")
    assert is_in(tried(visitor, "zhifa1", DEMO_WORD))
    for _n in range(4):
        tried(visitor, "zhifa1", "wrong")
    assert is_in(tried(visitor, "zhifa1", DEMO_WORD))


def test_an_unknown_name_is_locked_as_a_known_one_is(visitor: Browser) -> None:
    answers = [tried(visitor, "nobody-of-this-name", "wrong").status_code for _n in range(6)]
    assert answers == [401] * 5 + [429]


def test_the_security_administrator_unlocks_nobody_else_does(
    county: Session, visitor: Browser
) -> None:
    for _n in range(5):
        tried(visitor, "zhifa1", "wrong")
    account = find_account(county, "zhifa1")
    assert account is not None
    with pytest.raises(NotPermittedError):
        managing.unlock(county, actor_of(county, "xitong"), account)
    managing.unlock(county, actor_of(county, "anquan"), account)
    assert is_in(tried(visitor, "zhifa1", DEMO_WORD))


def test_an_address_that_fails_often_meets_no_account_that_is_unknown_there(
    county: Session, visitor: Browser
) -> None:
    settings.change(county, actor_of(county, "xitong"), "sign_in_address_tries", 10, "试")
    hall = "203.0.113.9"
    assert is_in(tried(visitor, "jiexian", DEMO_WORD, hall))
    for name in ("zhifa1", "zhifa2", "zhongdui"):
        for _n in range(4):
            tried(visitor, name, "wrong", hall)
    assert tried(visitor, "dadui", DEMO_WORD, hall).status_code == 429
    assert is_in(tried(visitor, "jiexian", DEMO_WORD, hall)), "who works there goes on"
    assert is_in(tried(visitor, "dadui", DEMO_WORD, "203.0.113.10"))


@pytest.mark.parametrize("ending", ["rest", "time", "sign-out", "other", "password", "closed"])
def test_a_session_ends(county: Session, page: Pages, ending: str) -> None:
    browser = page("zhifa1")
    assert browser.get("/access").status_code == 200
    account = find_account(county, "zhifa1")
    assert account is not None
    if ending in ("rest", "time"):
        column = {"rest": "seen_at", "time": "expires_at"}[ending]
        ago = {"rest": "31 minutes", "time": "13 hours"}[ending]
        county.execute(text(f"update signed_in set {column} = {column} - interval '{ago}'"))
    elif ending == "sign-out":
        kept = browser.get_cookie("session")
        assert kept is not None
        browser.post("/sign-out")
        browser.set_cookie("session", kept.value)  # who copied the cookie has nothing
    elif ending == "other":
        managing.end_all(county, actor_of(county, "anquan"), account)
    elif ending == "password":
        page("anquan").post(f"/accounts/{account.id}/password", data={"password": "New-word-2026"})
    else:
        page("anquan").post(f"/accounts/{account.id}/close", data={"reason": "离任"})
    answer = browser.get("/access")
    assert (answer.status_code, "/sign-in" in answer.location) == (302, True)


def test_the_use_of_a_session_is_noted_once_a_minute(county: Session, page: Pages) -> None:
    browser = page("zhifa1")
    moments = select(SignedInSession.seen_at).order_by(SignedInSession.began_at.desc()).limit(1)
    first = county.scalar(moments)
    browser.get("/access")
    assert county.scalar(moments) == first
    county.execute(text("update signed_in set seen_at = seen_at - interval '2 minutes'"))
    browser.get("/access")
    again = county.scalar(moments)
    assert again is not None
    assert first is not None
    assert again > first - timedelta(minutes=1)


def test_one_ends_a_session_of_his_own_and_sees_no_other(county: Session, page: Pages) -> None:
    lost, here, other = page("zhifa1"), page("zhifa1"), page("zhifa2")
    rows = county.scalars(select(SignedInSession).order_by(SignedInSession.id)).all()
    first, second, foreign = rows[-3:]
    assert f"/access/sessions/{first.id}/end" in here.get("/access").text
    assert f"/access/sessions/{second.id}/end" not in here.get("/access").text, "not this one"
    here.post(f"/access/sessions/{foreign.id}/end")
    assert other.get("/access").status_code == 200
    here.post(f"/access/sessions/{first.id}/end")
    assert lost.get("/access").status_code == 302
    assert here.get("/access").status_code == 200


def test_an_own_password_is_changed_against_the_old_one(county: Session, page: Pages) -> None:
    here, elsewhere = page("zhifa1"), page("zhifa1")
    for old, new in (("wrong", "Neu-Wort-2026"), (DEMO_WORD, "short"), (DEMO_WORD, DEMO_WORD),
                     (DEMO_WORD, "Zhifa1-2026-x")):  # fmt: skip
        answer = here.post("/access/password", data={"old": old, "password": new})
        assert answer.status_code == 422, (old, new)
    answer = here.post("/access/password", data={"old": DEMO_WORD, "password": "Neu-Wort-2026"})
    assert answer.status_code == 302
    assert here.get("/access").status_code == 200
    assert elsewhere.get("/access").status_code == 302


def test_a_password_older_than_the_county_allows_must_be_changed(
    county: Session, visitor: Browser
) -> None:
    account = find_account(county, "zhifa1")
    assert account is not None
    settings.change(county, actor_of(county, "xitong"), "password_days", 90, "正式启用")
    account.password_at = set_clock(county, "2026-03-02 12:00") - timedelta(days=91)
    county.flush()
    answer = tried(visitor, "zhifa1", DEMO_WORD)
    assert answer.location == "/sign-in/password"
    assert visitor.get("/access").status_code == 302, "not in yet"
    given = {"old": DEMO_WORD, "password": "Neu-Wort-2026"}
    assert visitor.post("/sign-in/password", data={**given, "old": "no"}).status_code == 401
    assert is_in(visitor.post("/sign-in/password", data=given))
    assert visitor.get("/access").status_code == 200


def test_three_administrators_the_head_and_the_reviewer_need_two_factors() -> None:
    assert {name for name, role in USERS if role in TWO_FACTORS} == {
        "xitong", "anquan", "shenji", "juzhang", "fazhi",
    }  # fmt: skip
