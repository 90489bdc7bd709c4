"""Accounts, passwords, tokens and certificates."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.demo import DEMO_WORD
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.people import queries, services
from enforcement.people.models import Account, ApiToken, Certificate, Person, Post
from tests.asking import Calls, actor_of, set_clock, signs_in


def test_a_right_password_signs_in_and_both_tries_are_logged(county: Session) -> None:
    actor = signs_in(county, "zhifa1", DEMO_WORD)
    assert actor is not None
    assert actor.role == "officer"
    assert signs_in(county, "zhifa1", "wrong") is None
    assert signs_in(county, "nobody", DEMO_WORD) is None
    acts = [row.act for row in county.query(AuditLog).filter_by(subject="zhifa1")]
    assert {"account:sign_in", "account:sign_in_refused"} <= set(acts)


def test_a_closed_account_and_an_ended_post_do_not_sign_in(county: Session) -> None:
    account = queries.find_account(county, "zhifa1")
    assert account is not None
    account.active = False
    assert signs_in(county, "zhifa1", DEMO_WORD) is None
    account.active = True
    county.get_one(Post, (account.county_code, account.post_id)).valid_to = date(2026, 3, 1)
    set_clock(county, "2026-03-01 08:00")
    assert signs_in(county, "zhifa1", DEMO_WORD) is None


@pytest.mark.parametrize("word", ["Short-1", "alllowercase", "lower-and-dash", "12345678"])
def test_a_weak_password_is_refused(county: Session, word: str) -> None:
    post = county.query(Post).filter_by(role="head").first()
    with pytest.raises(InvalidInputError) as refused:
        services.create_account(county, post, "neu", word)
    assert refused.value.field == "password"


def test_a_user_name_is_taken_once(county: Session) -> None:
    post = county.query(Post).filter_by(role="head").first()
    with pytest.raises(InvalidInputError, match="已被使用"):
        services.create_account(county, post, "zhifa1", DEMO_WORD)


def test_passwords_and_tokens_are_kept_as_hashes_only(county: Session) -> None:
    token = services.create_token(county, "zhifa1")
    county.flush()
    kept = county.query(ApiToken).all()
    assert all(token.encode() not in bytes(row.token_hash) for row in kept)
    hashes = [row.password_hash for row in county.query(Account)]
    assert all(one.startswith("$argon2id$") for one in hashes)


def test_a_token_ends_and_may_be_revoked(county: Session, call: Calls) -> None:
    assert call("zhifa1", "GET", "/me").get_json()["username"] == "zhifa1"
    county.execute(text("update api_token set revoked_at = app_now()"))
    assert call("zhifa1", "GET", "/me").status_code == 401
    call.tokens.clear()
    set_clock(county, "2026-03-01 08:00")
    assert call("zhifa1", "GET", "/me").status_code == 200
    set_clock(county, "2026-05-31 08:00")
    assert call("zhifa1", "GET", "/me").status_code == 401


@pytest.mark.parametrize("token", ["", "x", "220322.x", "220322." + "x" * 500, "'; drop table x"])
def test_a_made_up_token_is_answered_401(county: Session, call: Calls, token: str) -> None:
    call.tokens["zhifa1"] = token
    assert call("zhifa1", "GET", "/me").status_code == 401


def test_a_token_for_nobody_is_refused(county: Session) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        services.create_token(county, "nobody")


def test_an_auxiliary_cannot_be_given_a_certificate(county: Session) -> None:
    auxiliary = actor_of(county, "fujing")
    person = county.get_one(Person, (auxiliary.county_code, auxiliary.person_id))
    organ = queries.find_organ(county, auxiliary.county_code)
    assert organ is not None
    with pytest.raises(InvalidInputError, match="不得持有"):
        services.add_certificate(county, person, organ, "X", valid_from=date(2026, 1, 1),
                                 valid_to=date(2027, 1, 1))  # fmt: skip


# fmt: off
STATES = (
    ("valid",     date(2024, 1, 1), date(2026, 3, 2), None),
    ("valid",     date(2024, 1, 1), date(2026, 3, 1), "到期"),
    ("valid",     date(2026, 3, 3), date(2027, 1, 1), "起有效"),
    ("suspended", date(2024, 1, 1), date(2027, 1, 1), "暂扣"),
    ("revoked",   date(2024, 1, 1), date(2027, 1, 1), "吊销"),
)
# fmt: on


@pytest.mark.parametrize(("status", "since", "until", "problem"), STATES)
def test_a_certificate_counts_on_its_days_only(
    county: Session, status: str, since: date, until: date, problem: str | None
) -> None:
    officer = actor_of(county, "zhifa1")
    county.query(Certificate).filter_by(person_id=officer.person_id).update(
        {"status": status, "valid_from": since, "valid_to": until})  # fmt: skip
    _number, found = queries.certificate_problem(
        county, officer.county_code, officer.person_id, date(2026, 3, 2))  # fmt: skip
    assert (found is None) == (problem is None)
    assert problem is None or problem in (found or "")


def test_the_demonstration_county_is_staffed_as_the_model_county(county: Session) -> None:
    villages = county.execute(
        text("select count(*) from division where level = 'village'")).scalar_one()  # fmt: skip
    posts = county.query(Post).filter_by(role="auxiliary").all()
    assert len({post.village_code for post in posts}) == len(posts) == villages
    squads = county.execute(text("select count(*) from unit where kind = 'squad'")).scalar_one()
    brigades = county.execute(
        text("select count(*) from unit where kind = 'brigade'")).scalar_one()  # fmt: skip
    assert (brigades, squads) == (6, 21)
