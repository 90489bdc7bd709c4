"""One random change of each kind past the triggers: all are found, and their place is named.

The long form, a hundred of them, is `scripts/bench tamper`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.config import Config
from enforcement.trail import checkpoints
from tests.trail import tampering


@pytest.fixture(scope="module")
def owned(demo_app: Flask, demo_config: Config) -> Iterator[Session]:
    """The county by the rights of the superuser: some acts, a checkpoint, some acts more."""
    with demo_app.app_context(), tampering.owner(demo_config.database_url) as session:
        session.execute(text("set constraints all immediate"))
        tampering.act_on(session, 10)
        for code in checkpoints.counties(session):
            checkpoints.make(session, code)
        tampering.act_on(session, 10)
        assert tampering.verified(session) == []
        yield session


@pytest.mark.parametrize("kind", tampering.KINDS)
def test_a_random_change_is_found_and_its_place_is_named(owned: Session, kind: str) -> None:
    touch, found = tampering.trial(owned, random.Random(kind), kind)
    assert touch.is_named(found), (touch, found[:5])


def test_a_county_whose_row_is_gone_is_verified_all_the_same(owned: Session) -> None:
    with owned.begin_nested() as step:
        owned.execute(text("set local session_replication_role = replica"))
        owned.execute(text("delete from county"))
        found = tampering.verified(owned)
        step.rollback()
    assert ("county", "missing") in {(one.table, str(one.fault)) for one in found}
