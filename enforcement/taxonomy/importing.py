"""Import a list: what a file would add, change and drop; and the same as a new edition."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import StaleVersionError
from enforcement.i18n import _
from enforcement.law.taxonomy import Taxonomy
from enforcement.permissions import Permission
from enforcement.sheets import reading as sheets
from enforcement.sheets.plans import Change, Preview, take_turn
from enforcement.taxonomy import queries, reading, reading_calls, writing
from enforcement.taxonomy.columns import TABLES
from enforcement.taxonomy.models import ListKind


@dataclass
class Plan(Preview):
    """What a file would do; `dropped` -- rows that the list in force has and the file has not.

    made -- the whole list as it would be, None where a row is refused
    """

    dropped: list[Change] = field(default_factory=list)
    made: Taxonomy | None = None

    @property
    def changes(self) -> int:
        """Return how many rows become different."""
        return len(self.added) + len(self.changed) + len(self.dropped)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as the API tells it."""
        dropped = [{"code": one.code, "name": one.name} for one in self.dropped]
        return super().as_json() | {"dropped": dropped}


def preview(session: Session, actor: Actor, kind: ListKind, data: bytes, name: str) -> Plan:
    """Return what a file would do; nothing is changed. Raises InvalidInputError("file")."""
    permissions.check(actor, Permission.SETTING_CHANGE)
    return _plan(session, actor.county_code, kind, data, name)


def apply(
    session: Session,
    actor: Actor,
    kind: ListKind,
    data: bytes,
    name: str,
    *,
    digest: str | None = None,
) -> Plan:
    """Put the list of a file in force from now on, whole; nothing where there is any problem.

    digest -- of the preview that was seen; raises StaleVersionError where the list has changed
    since, StepNotAllowedError where another import of the county takes too long.
    """
    permissions.check(actor, Permission.SETTING_CHANGE)
    take_turn(session, f"taxonomy:{actor.county_code}", _("另一人正在导入本县的清单，请稍后再试。"))
    plan = _plan(session, actor.county_code, kind, data, name)
    if digest is not None and digest != plan.digest:
        raise StaleVersionError(_("清单在预览之后已被他人更改，请重新预览。"))
    if plan.problems or plan.made is None or not plan.changes:
        return plan
    edition = writing.store(
        session, actor, kind, plan.made, clock.now(session), name, hashlib.sha256(data).digest(),
        added=len(plan.added), changed=len(plan.changed), dropped=len(plan.dropped),
    )  # fmt: skip
    audit.record(
        session, actor.county_code, "taxonomy:import", "taxonomy", name,
        actor=actor, edition=str(edition.id), brought=str(kind), added=len(plan.added),
        changed=len(plan.changed), dropped=len(plan.dropped),
    )  # fmt: skip
    session.flush()
    plan.applied = True
    return plan


def _plan(session: Session, county_code: str, kind: ListKind, data: bytes, name: str) -> Plan:
    sheet = sheets.read(TABLES[kind], data, name)
    now = queries.current(session, county_code)
    plan = Plan(len(sheet.rows), problems=list(sheet.problems), examples=sheet.examples)
    plan.source = hashlib.sha256(data).hexdigest() + str(now.edition_id)
    if kind is ListKind.CATEGORIES:
        found = reading.read(sheet.rows)
        plan.problems += found.problems
        made = _categories(now, found.drafts)
        rows = {code: one.row for code, one in found.drafts.items()}
    else:
        calls, problems = reading_calls.read(sheet.rows)
        plan.problems += problems
        made = replace(now, calls=tuple(call for _row, call in calls.values()))
        rows = {code: row for code, (row, _call) in calls.items()}
    plan.problems.sort(key=lambda one: one.row)
    if not plan.problems:
        plan.made = made
        _compare(plan, _lines(now, kind), _lines(made, kind), rows)
    return plan


def _categories(now: Taxonomy, drafts: dict[str, reading.Draft]) -> Taxonomy:
    categories = {code: one.category for code, one in drafts.items() if one.category is not None}
    limits = tuple(limit for one in drafts.values() for limit in one.limits)
    return replace(now, categories=categories, limits=limits)


def _lines(taxonomy: Taxonomy, kind: ListKind) -> dict[str, dict[str, str]]:
    """Return the rows of a list as its file shows them, by code."""
    rows = writing.rows_of(taxonomy, kind)
    key = TABLES[kind].columns[0].key
    return {row[key]: row for row in rows}


def _compare(
    plan: Plan,
    before: dict[str, dict[str, str]],
    after: dict[str, dict[str, str]],
    rows: dict[str, int],
) -> None:
    for code, row in after.items():
        words = _words(before.get(code), row)
        change = Change(rows[code], code, _name(row), words)
        if code not in before:
            plan.added.append(change)
        elif words:
            plan.changed.append(change)
        else:
            plan.same += 1
    plan.dropped = [
        Change(0, code, _name(row), ()) for code, row in before.items() if code not in after
    ]


def _words(before: dict[str, str] | None, after: dict[str, str]) -> tuple[str, ...]:
    if before is None:
        return ()
    table = next(one for one in TABLES.values() if one.columns[0].key in after)
    return tuple(
        f"{table.heading(key)}：{before[key] or '—'} → {value or '—'}"
        for key, value in after.items()
        if value != before[key]
    )


def _name(row: dict[str, str]) -> str:
    if "zh" in row:
        return row["zh"] or _("其他全部类别")
    return f"{row['urgency']} {row['stage']} → {row['to']}"
