"""Accounts follow a post, are closed and opened again, and never by the one who acts."""

from __future__ import annotations

import pytest
from argon2 import Type
from sqlalchemy.orm import Session

from enforcement.demo import DEMO_WORD
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.law.terms import Role
from enforcement.people import queries, services
from enforcement.people.models import Account, Person, Post
from tests.asking import Calls, actor_of, set_clock, signs_in
from tests.people.making import COUNTY, DAY, give, person, state, unit
from tests.seed import STRONG


def account(county: Session, username: str) -> Account:
    found = queries.find_account(county, username)
    assert found is not None
    return found


def test_an_account_is_moved_to_another_current_post_of_its_person(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    officer, security = actor_of(county, "zhifa1"), actor_of(county, "anquan")
    who = county.get_one(Person, (COUNTY, officer.person_id))
    other = give(county, who, unit(county, "01.01.01.02"))
    services.move_account(county, security, account(county, "zhifa1"), other.id)
    assert actor_of(county, "zhifa1").unit_code == "01.01.01.02"
    services.end_post(county, actor_of(county, "xitong"), other.id, on=DAY, reason="结束")
    stranger = county.query(Post).filter_by(role="head").one()
    for post in (other, stranger):
        with pytest.raises(InvalidInputError, match="本人现任"):
            services.move_account(county, security, account(county, "zhifa1"), post.id)


def test_a_closed_account_opens_nothing_until_it_is_opened_again(
    county: Session, call: Calls
) -> None:
    security = actor_of(county, "anquan")
    assert call("zhifa1", "GET", "/me").status_code == 200
    services.close_account(county, security, account(county, "zhifa1"), "离岗")
    assert call("zhifa1", "GET", "/me").status_code == 401
    assert signs_in(county, "zhifa1", DEMO_WORD) is None
    with pytest.raises(StepNotAllowedError):
        services.close_account(county, security, account(county, "zhifa1"), "再次")
    services.reopen_account(county, security, account(county, "zhifa1"))
    assert signs_in(county, "zhifa1", DEMO_WORD) is not None


def test_a_new_password_replaces_the_old_one(county: Session) -> None:
    security = actor_of(county, "anquan")
    with pytest.raises(InvalidInputError, match="至少8位"):
        services.reset_password(county, security, account(county, "zhifa1"), "short")
    services.reset_password(county, security, account(county, "zhifa1"), "Neues-Wort-1")
    assert signs_in(county, "zhifa1", DEMO_WORD) is None
    assert signs_in(county, "zhifa1", "Neues-Wort-1") is not None


def test_an_account_is_opened_for_a_current_post_only(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    security, who = actor_of(county, "anquan"), person(county)
    post = give(county, who, unit(county, "01.01.01.01"), Role.OFFICER)
    services.open_account(county, security, post.id, "shiyan", "Neues-Wort-1")
    assert actor_of(county, "shiyan").person_id == who.id
    services.end_post(county, actor_of(county, "xitong"), post.id, on=DAY, reason="调离")
    with pytest.raises(InvalidInputError, match="本人现任"):
        services.open_account(county, security, post.id, "shiyan2", "Neues-Wort-1")


def test_nobody_touches_his_own_account_and_only_the_security_administrator_others(
    county: Session,
) -> None:
    own = account(county, "anquan")
    security = actor_of(county, "anquan")
    with pytest.raises(StepNotAllowedError, match="自己"):
        services.close_account(county, security, own, "x")
    before = state(county)
    for username in ("xitong", "shenji", "juzhang"):
        actor, target = actor_of(county, username), account(county, "zhifa1")
        for act in (
            lambda: services.close_account(county, actor, target, "x"),  # noqa: B023
            lambda: services.reopen_account(county, actor, target),  # noqa: B023
            lambda: services.move_account(county, actor, target, target.post_id),  # noqa: B023
            lambda: services.reset_password(county, actor, target, "Neues-Wort-1"),  # noqa: B023
            lambda: services.open_account(county, actor, target.post_id, "x", "y"),  # noqa: B023
        ):
            with pytest.raises(NotPermittedError):
                act()
    assert state(county) == before


def test_passwords_are_hashed_by_argon2id_with_effort_as_rfc_9106_asks() -> None:
    assert STRONG.type is Type.ID
    assert (STRONG.memory_cost, STRONG.time_cost) >= (64 * 1024, 3)
