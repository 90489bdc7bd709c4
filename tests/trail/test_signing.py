"""What a checkpoint's signature stands under: all that it says; older ones stood under less."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from enforcement.trail import signing
from enforcement.trail.models import AuditCheckpoint


@pytest.fixture
def row() -> AuditCheckpoint:
    return AuditCheckpoint(
        county_code="220322", on_day=date(2026, 3, 2), seq=7, hash=b"a" * 32, rows_seq=9,
        rows_hash=b"b" * 32, problems=[], at=datetime(2026, 3, 2, 0, 10, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [
    ("at", datetime(2026, 3, 2, 0, 11, tzinfo=UTC)), ("problems", [{"fault": "gap"}]), ("seq", 8),
    ("rows_hash", b"c" * 32), ("on_day", date(2026, 3, 3)),
])  # fmt: skip
def test_nothing_of_a_checkpoint_can_be_changed(
    app: Flask, row: AuditCheckpoint, name: str, value: Any
) -> None:
    with app.app_context():
        row.signature, row.public_key = signing.sign(signing.words_of(row))
        assert signing.is_signed(row)
        assert signing.is_signed(row, signing.public_key())
    setattr(row, name, value)
    assert not signing.is_signed(row)


def test_a_checkpoint_that_was_signed_under_its_ends_alone_still_holds(
    app: Flask, row: AuditCheckpoint
) -> None:
    ends = (row.seq, row.hash), (row.rows_seq or 0, row.rows_hash or b"")
    with app.app_context():
        said = signing.words(row.county_code, row.on_day, *ends)
        row.signature, row.public_key = signing.sign(said)
    assert signing.is_signed(row)
    row.seq = 8
    assert not signing.is_signed(row)
