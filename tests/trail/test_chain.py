"""The chain of the audit log names what was changed, removed, put in, moved or made anew."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import audit, clock
from enforcement.audit import AuditLog
from enforcement.due import DueStep
from enforcement.errors import NotPermittedError
from enforcement.notices import Notice
from enforcement.trail import chain, checkpoints, signing
from enforcement.trail.chain import Fault
from enforcement.trail.models import AuditCheckpoint, AuditLink
from tests.asking import actor_of, as_owner, set_clock

COUNTY = "220322"
ROWS = 6


@pytest.fixture
def chained(county: Session) -> Session:
    """The demonstration county with six more rows, linked at once and not only at the commit."""
    county.execute(text("set constraints all immediate"))
    for n in range(ROWS):
        audit.record(county, COUNTY, "setting:change", "setting", f"probe{n}", no=n, note="数字")
        county.flush()
    return county


def links(session: Session) -> list[AuditLink]:
    query = select(AuditLink).where(AuditLink.county_code == COUNTY).order_by(AuditLink.seq)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def found(session: Session, **more: Any) -> list[tuple[Fault, int | None]]:
    return [(one.fault, one.seq) for one in chain.verify(session, COUNTY, **more).found]


def freely(session: Session, *statements: str, **values: Any) -> None:
    """Do what only the owner of the tables can: without their triggers."""
    with as_owner(session):
        for name in ("audit_log", "audit_link", "audit_checkpoint"):
            session.execute(text(f"alter table {name} disable trigger user"))
        session.execute(text("alter table audit_link drop constraint if exists "
                             "fk_audit_link_county_code_audit_id"))  # fmt: skip
        for statement in statements:
            session.execute(text(statement), {"county": COUNTY, **values})
        for name in ("audit_log", "audit_link", "audit_checkpoint"):
            session.execute(text(f"alter table {name} enable trigger user"))


def test_every_row_is_linked_without_a_gap_and_the_chain_is_well(chained: Session) -> None:
    rows = links(chained)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) > ROWS
    assert {row.audit_id for row in rows} == set(
        chained.scalars(select(AuditLog.id).where(AuditLog.county_code == COUNTY))
    )
    verdict = chain.verify(chained, COUNTY)
    assert (verdict.well, verdict.last, verdict.head) == (True, len(rows), rows[-1].hash.hex())
    assert chain.verify(chained, "000000").last == 0


def test_the_hash_is_the_same_in_every_time_zone(chained: Session) -> None:
    chained.execute(text("set local timezone = 'Asia/Shanghai'"))
    assert chain.verify(chained, COUNTY).well


@pytest.mark.parametrize("table", ["audit_log", "audit_link", "audit_checkpoint"])
@pytest.mark.parametrize("act", ["update {} set county_code = '000000'", "delete from {}",
                                 "truncate {} cascade"])  # fmt: skip
def test_the_tables_only_grow(chained: Session, table: str, act: str) -> None:
    checkpoints.make(chained, COUNTY)
    with (
        pytest.raises(IntegrityError, match="only grows"),
        chained.begin_nested(),
        as_owner(chained),
    ):
        chained.execute(text(act.format(table)))


def changed(session: Session, at: AuditLink) -> list[tuple[Fault, int | None]]:
    freely(session, "update audit_log set act = 'touched' where id = :id", id=at.audit_id)
    return [(Fault.CHANGED, at.seq)]


def removed(session: Session, at: AuditLink) -> list[tuple[Fault, int | None]]:
    freely(session, "delete from audit_log where id = :id", id=at.audit_id)
    return [(Fault.MISSING, at.seq)]


def put_in(session: Session, _at: AuditLink) -> list[tuple[Fault, int | None]]:
    freely(session, "insert into audit_log (county_code, id, act, subject_kind, subject, detail) "
                    "values (:county, :id, 'x', 'x', 'x', '{}')", id=uuid.uuid4())  # fmt: skip
    return [(Fault.INSERTED, None)]


def swapped(session: Session, at: AuditLink) -> list[tuple[Fault, int | None]]:
    freely(session,
           "update audit_link set seq = -1 where county_code = :county and seq = :seq",
           "update audit_link set seq = :seq where county_code = :county and seq = :seq + 1",
           "update audit_link set seq = :seq + 1 where county_code = :county and seq = -1",
           seq=at.seq)  # fmt: skip
    return [(Fault.REORDERED, at.seq + n) for n in (0, 1, 2)]


def unlinked(session: Session, at: AuditLink) -> list[tuple[Fault, int | None]]:
    freely(session, "delete from audit_link where county_code = :county and seq = :seq",
           seq=at.seq)  # fmt: skip
    return [(Fault.GAP, at.seq + 1), (Fault.INSERTED, None)]


@pytest.mark.parametrize("touch", [changed, removed, put_in, swapped, unlinked])
def test_what_was_touched_is_named(
    chained: Session, touch: Callable[[Session, AuditLink], list[tuple[Fault, int | None]]]
) -> None:
    expected = touch(chained, links(chained)[-4])
    assert found(chained) == expected


def test_a_cut_off_end_is_named(chained: Session) -> None:
    last = links(chained)[-1]
    freely(chained, "delete from audit_link where county_code = :county and seq = :seq",
           "delete from audit_log where id = :id", seq=last.seq, id=last.audit_id)  # fmt: skip
    assert found(chained) == [(Fault.SHORTENED, last.seq)]


def anew(session: Session) -> None:
    """Make the chain anew, as somebody would who has the database and not the key."""
    freely(session, "delete from audit_link where county_code = :county",
           "delete from audit_head where county_code = :county",
           "select audit_link_row(a) from (select * from audit_log where county_code = :county "
           "order by at, id) a")  # fmt: skip


def test_a_chain_made_anew_is_not_what_was_signed(chained: Session) -> None:
    signed = checkpoints.make(chained, COUNTY)
    at = links(chained)[2]
    changed(chained, at)
    anew(chained)
    assert found(chained) == [(Fault.REWRITTEN, signed.seq)]
    freely(chained, "delete from audit_log where id = :id", id=links(chained)[-1].audit_id)
    anew(chained)
    assert found(chained) == [(Fault.SHORTENED, signed.seq)]


def test_a_checkpoint_is_signed_by_a_key_that_the_database_does_not_hold(chained: Session) -> None:
    signed = checkpoints.make(chained, COUNTY)
    assert len(signed.public_key) == 32
    assert found(chained, public_key=signing.public_key()) == []
    assert found(chained, public_key=bytes(32)) == [(Fault.FORGED, signed.seq)]
    freely(chained, "update audit_checkpoint set seq = seq - 1")
    chained.expire_all()
    assert found(chained) == [(Fault.FORGED, signed.seq)]


def test_a_day_has_one_checkpoint_and_later_checks_begin_there(chained: Session) -> None:
    first = checkpoints.make(chained, COUNTY)
    assert checkpoints.make(chained, COUNTY).id == first.id
    auditor = actor_of(chained, "shenji")
    verdict = checkpoints.check(chained, auditor)
    assert (verdict.well, verdict.acts.first, verdict.acts.last) == (
        True, first.seq + 1, first.seq)  # fmt: skip
    assert verdict.rows.first == (first.rows_seq or 0) + 1
    at = links(chained)[2]
    changed(chained, at)
    assert checkpoints.check(chained, auditor).well
    assert not checkpoints.check(chained, auditor, whole=True).well
    with pytest.raises(NotPermittedError):
        checkpoints.check(chained, actor_of(chained, "xitong"))


def test_the_worker_signs_each_day_and_tells_the_auditors_what_is_wrong(chained: Session) -> None:
    set_clock(chained, "2026-03-02 00:10")
    at = links(chained)[-2]
    changed(chained, at)
    step = DueStep(county_code=COUNTY, task="audit:checkpoint", subject_id=uuid.uuid4())
    checkpoints.work(chained, step)
    [row] = chained.scalars(select(AuditCheckpoint))
    assert [(one["fault"], one["seq"]) for one in row.problems] == [("changed", at.seq)]
    [told] = chained.scalars(select(Notice).where(Notice.kind == "audit"))
    assert told.person_id == actor_of(chained, "shenji").person_id
    assert (told.does, told.data["problems"]) == ("ring", 1)
    [waits] = chained.scalars(
        select(DueStep).where(DueStep.task == step.task, DueStep.subject_id == step.subject_id)
    )
    assert waits.due_at == clock.midnight(clock.today(chained) + timedelta(days=1)) + timedelta(
        minutes=10
    )
