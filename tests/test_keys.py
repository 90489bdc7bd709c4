"""A change of keys: in batches, broken off and taken up again, with searching all the while."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from cryptography.fernet import InvalidToken
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import crypto, keys
from enforcement.case.models import Party
from enforcement.demo.numbers import id_number
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.party import queries, services
from enforcement.people import person_queries
from enforcement.people.models import Person
from tests.asking import actor_of, as_owner
from tests.case.making import filed_case
from tests.people.making import COUNTY, person


@contextmanager
def field_keys(app: Flask, *more: str, old: bool = True) -> Iterator[None]:
    """Put keys before the one of the settings, or in its place."""
    config = app.extensions["enforcement.config"]
    listed = [*more, config.field_key] if old else list(more)
    app.extensions["enforcement.config"] = dataclasses.replace(config, field_key=",".join(listed))
    try:
        yield
    finally:
        app.extensions["enforcement.config"] = config


def rotate(session: Session, name: str, limit: int = 100, most: int = 1000) -> int:
    changed, after = 0, None
    for _n in range(most):
        done = keys.rotate(session, name, after, limit)
        changed, after = changed + done.changed, done.last
        if after is None:
            break
    return changed


def test_every_table_with_encrypted_numbers_is_found() -> None:
    found = keys.sealed_tables()
    assert set(found) >= {"person", "party"}
    assert found["person"] == ["id_number", "phone"]


def test_people_are_found_before_during_and_after(demo_app: Flask, county: Session) -> None:
    numbers = [id_number(n) for n in (1, 2, 3, 1000, 1001, 1340)]

    def found() -> list[bool]:
        return [
            person_queries.find_by_id_number(county, COUNTY, one) is not None for one in numbers
        ]

    sealed = Person.id_number_encrypted.is_not(None) | Person.phone_encrypted.is_not(None)
    people = county.query(Person).filter(sealed).count()
    assert all(found())
    with field_keys(demo_app, "a-new-key"):
        assert all(found())
        assert rotate(county, "person", most=2) == 200  # broken off after two batches
        assert all(found())
        assert rotate(county, "person") == people - 200  # what was done is left alone
        assert rotate(county, "person") == 0
    with field_keys(demo_app, "a-new-key", old=False):  # the old key is gone
        assert all(found())
        row = person_queries.find_by_id_number(county, COUNTY, numbers[0])
        assert row is not None
        county.refresh(row)
        assert crypto.unseal(row.id_number_encrypted) == numbers[0]


def test_somebody_known_under_the_old_key_is_not_entered_twice(
    demo_app: Flask, county: Session
) -> None:
    person(county, 8001)
    with (
        field_keys(demo_app, "a-new-key"),
        pytest.raises(InvalidInputError, match="已登记"),
    ):
        person(county, 8001)


def test_parties_are_taken_too(demo_app: Flask, county: Session) -> None:
    number = "11010519491231002X"
    with demo_app.app_context():
        county.add(Party(county_code=COUNTY, id=person(county).id, kind="person", name="某某",
                         id_number_encrypted=crypto.seal(number),
                         id_number_hash=crypto.search_hash(number)))  # fmt: skip
    county.flush()
    sealed = Party.id_number_encrypted.is_not(None) | Party.phone_encrypted.is_not(None)
    parties = county.query(Party).filter(sealed).count()
    with field_keys(demo_app, "a-new-key"):
        assert rotate(county, "party", limit=2) == parties
        hashed = crypto.search_hash(number)
    assert county.query(Party).filter_by(id_number_hash=hashed).count() == 1


def test_consents_are_written_anew_by_the_owner_and_by_nobody_else(
    demo_app: Flask, county: Session
) -> None:
    case, officer = filed_case(county), actor_of(county, "zhifa1")
    party = county.get_one(Party, (COUNTY, case.party_id))
    services.consent(county, officer, party.id, agreed=True, address="13800000000",
                     signed_on=date(2026, 3, 3), paper="送达地址确认书第1号")  # fmt: skip
    county.flush()
    with field_keys(demo_app, "a-new-key"):
        with pytest.raises(StepNotAllowedError, match="ENFORCEMENT_OWNER_URL"):
            rotate(county, "party_consent")
        with as_owner(county):
            assert rotate(county, "party_consent") == 1
            assert rotate(county, "party_consent") == 0
            for what in ("agreed = false", "address_encrypted = null, paper = 'x'"):
                with (
                    pytest.raises(IntegrityError, match="table party_consent only grows"),
                    county.begin_nested(),
                ):
                    county.execute(text(f"update party_consent set {what}"))
    with field_keys(demo_app, "a-new-key", old=False):
        [kept] = queries.consents(county, party)
        county.refresh(kept)
        assert crypto.unseal(kept.address_encrypted) == "13800000000"


def test_a_number_under_an_unknown_key_is_not_opened(demo_app: Flask, county: Session) -> None:
    row = county.query(Person).filter(Person.phone_encrypted.is_not(None)).first()
    assert row is not None
    with field_keys(demo_app, "another", old=False), pytest.raises(InvalidToken):
        crypto.unseal(row.phone_encrypted)
