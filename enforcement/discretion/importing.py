"""Import a benchmark: what a file would add, change and drop; and the same as a new edition."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from enforcement import audit, clock, files, permissions
from enforcement.actor import Actor
from enforcement.discretion import queries, reading, writing
from enforcement.discretion.columns import TABLE
from enforcement.errors import StaleVersionError
from enforcement.i18n import _
from enforcement.law.discretion import Row
from enforcement.law.matters import matters
from enforcement.permissions import Permission
from enforcement.sheets import reading as sheets
from enforcement.sheets.plans import Change, Preview, take_turn


@dataclass
class Plan(Preview):
    """What a file would do; `dropped` -- rows that the benchmark in force has and the file not."""

    dropped: list[Change] = field(default_factory=list)
    made: dict[str, Row] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        """Return how many rows become different."""
        return len(self.added) + len(self.changed) + len(self.dropped)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as the API tells it."""
        dropped = [{"code": one.code, "name": one.name} for one in self.dropped]
        return super().as_json() | {"dropped": dropped}


def preview(session: Session, actor: Actor, data: bytes, name: str) -> Plan:
    """Return what a file would do; nothing is changed. Raises InvalidInputError("file")."""
    permissions.check(actor, Permission.POWER_CHANGE)
    return _plan(session, actor.county_code, data, name)


def keep(session: Session, actor: Actor, data: bytes, name: str) -> str:
    """Keep a file between the look at it and the import; return its SHA-256 in hex."""
    permissions.check(actor, Permission.POWER_CHANGE)
    kept = files.store(
        session, actor.county_code, data, name=name, media_type="application/octet-stream",
        actor=actor,
    )  # fmt: skip
    return kept.sha256.hex()


def apply(
    session: Session, actor: Actor, data: bytes, name: str, *, digest: str | None = None
) -> Plan:
    """Put the benchmark of a file in force from now on, whole; nothing where there is a problem.

    digest -- of the preview that was seen; raises StaleVersionError where the benchmark has
    changed since, StepNotAllowedError where another import of the county takes too long.
    """
    permissions.check(actor, Permission.POWER_CHANGE)
    told = _("另一人正在导入本县的裁量基准，请稍后再试。")
    take_turn(session, f"discretion:{actor.county_code}", told)
    plan = _plan(session, actor.county_code, data, name)
    if digest is not None and digest != plan.digest:
        raise StaleVersionError(_("裁量基准在预览之后已被他人更改，请重新预览。"))
    if plan.problems or not plan.changes:
        return plan
    counts = {
        "added": len(plan.added), "changed": len(plan.changed), "dropped": len(plan.dropped)
    }  # fmt: skip
    sha256, at = hashlib.sha256(data).digest(), clock.now(session)
    edition = writing.store(session, actor, plan.made, at, name, sha256, **counts)
    audit.record(
        session, actor.county_code, "discretion:import", "discretion", name, actor=actor,
        edition=str(edition.id), **counts,
    )  # fmt: skip
    session.flush()
    plan.applied = True
    return plan


def _plan(session: Session, county_code: str, data: bytes, name: str) -> Plan:
    sheet = sheets.read(TABLE, data, name)
    now = queries.current(session, county_code)
    plan = Plan(len(sheet.rows), problems=list(sheet.problems), examples=sheet.examples)
    plan.source = hashlib.sha256(data).hexdigest() + str(now.edition_id)
    found = reading.read(sheet.rows)
    plan.problems = sorted([*plan.problems, *found.problems], key=lambda one: one.row)
    if plan.problems:
        return plan
    plan.made = {code: row for code, (_n, row) in found.rows.items()}
    for code, (number, row) in found.rows.items():
        _compare(plan, number, code, now.rows.get(code), row)
    plan.dropped = [
        Change(0, code, _name(row), ()) for code, row in now.rows.items() if code not in plan.made
    ]
    return plan


def _compare(plan: Plan, number: int, code: str, before: Row | None, row: Row) -> None:
    words = _words(writing.as_cells(code, before), writing.as_cells(code, row)) if before else ()
    change = Change(number, code, _name(row), words)
    if before is None:
        plan.added.append(change)
    elif words:
        plan.changed.append(change)
    else:
        plan.same += 1


def _words(before: dict[str, str], after: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{TABLE.heading(key)}：{before[key] or '—'} → {value or '—'}"
        for key, value in after.items()
        if value != before[key]
    )


def _name(row: Row) -> str:
    return f"{matters()[row.matter_code].name} · {row.tier.zh}"
