"""Acts upon templates: save the pattern of a unit's weeks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import clock, once
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.roster import queries, reach
from enforcement.roster.entries import remember
from enforcement.roster.models import DutyTemplate, DutyTemplateRow
from enforcement.roster.pattern import check_years, monday_of, numbered
from enforcement.roster.terms import BOUND, MAX_CYCLE, MAX_ROWS, DayRule, DutyKind

WEEK_MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class RowIn:
    """One shift of the pattern as a person states it; week 0 is the first of the cycle."""

    weekday: int
    kind: DutyKind
    start: time
    minutes: int
    person_id: uuid.UUID | None = None
    days: DayRule = DayRule.EVERY
    week: int = 0


@dataclass(frozen=True)
class TemplateIn:
    """A whole template as a person states it."""

    name: str
    rows: tuple[RowIn, ...]
    cycle_weeks: int = 1
    anchor_on: date | None = None


def save_template(
    session: Session,
    actor: Actor,
    unit_id: uuid.UUID,
    what: TemplateIn,
    *,
    template_id: uuid.UUID | None = None,
    version: int | None = None,
    key: str | None = None,
) -> DutyTemplate:
    """Save a unit's template whole, a new one without `template_id`; shifts are not touched.

    anchor_on -- any day of the first week of the cycle, by default of this week. Raises
    InvalidInputError ("rows.3.person_id"), NotFoundError, NotPermittedError, StaleVersionError.
    """
    unit = reach.check_change(session, actor, unit_id)
    earlier = once.claim(session, actor, key, "roster:template", [unit_id, template_id, what])
    if earlier is not None:
        return queries.get_template(session, actor.county_code, earlier)
    _check(what)
    _check_people(session, actor.county_code, unit_id, what.rows)
    found = _locked(session, actor, unit_id, template_id, version)
    anchor = monday_of(what.anchor_on or found.anchor_on or clock.today(session))
    found.name, found.cycle_weeks, found.anchor_on = what.name.strip(), what.cycle_weeks, anchor
    found.changed_at = clock.now(session)
    _store(session, found, what.rows)
    remember(
        session, actor, "template", found.id, "save_template", unit_id=unit.id, unit=unit.code,
        name=found.name, cycle_weeks=found.cycle_weeks, anchor_on=anchor, version=found.version,
        rows=[_plain(row) for row in what.rows],
    )  # fmt: skip
    once.done(session, actor, key, found.id)
    return found


def _check(what: TemplateIn) -> None:
    if not what.name.strip():
        raise InvalidInputError("name", _("请填写名称。"))
    check_years("anchor_on", what.anchor_on)
    if not 1 <= what.cycle_weeks <= MAX_CYCLE:
        raise InvalidInputError("cycle_weeks", _("轮换周期为1到%(n)d周。", n=MAX_CYCLE))
    if len(what.rows) > MAX_ROWS:
        raise InvalidInputError("rows", _("模板最多%(n)d行。", n=MAX_ROWS))
    for n, row in enumerate(what.rows):
        _check_row(n, row, what.cycle_weeks)
    _check_overlaps(what)


def _check_row(n: int, row: RowIn, cycle: int) -> None:
    if not 0 <= row.weekday <= 6:
        raise InvalidInputError(f"rows.{n}.weekday", _("星期应当在0到6之间，0为周一。"))
    if not 0 <= row.week < cycle:
        raise InvalidInputError(f"rows.{n}.week", _("超出了轮换周期。"))
    if not 1 <= row.minutes <= 1440:
        raise InvalidInputError(f"rows.{n}.minutes", _("一个班次最长24小时，且结束须晚于开始。"))


def _check_overlaps(what: TemplateIn) -> None:
    """Refuse two shifts of one person at the same time, the end of the cycle included."""
    whole = what.cycle_weeks * WEEK_MINUTES
    mine: dict[uuid.UUID, list[tuple[int, int, int]]] = {}
    for n, row in enumerate(what.rows):
        if row.person_id is None or row.kind not in BOUND:
            continue
        start = (row.week * 7 + row.weekday) * 1440 + row.start.hour * 60 + row.start.minute
        for shift in (0, whole):
            mine.setdefault(row.person_id, []).append((start + shift, row.minutes, n))
    for spans in mine.values():
        spans.sort()
        for before, after in pairwise(spans):
            if before[0] + before[1] > after[0]:
                raise InvalidInputError(
                    f"rows.{after[2]}.person_id",
                    _(
                        "第%(n)d行与第%(m)d行：同一人的班次重叠。",
                        n=after[2] + 1,
                        m=before[2] + 1,
                    ),
                )


def _check_people(
    session: Session, county_code: str, unit_id: uuid.UUID, rows: Sequence[RowIn]
) -> None:
    staff = {row.id for row in queries.list_people(session, county_code, unit_id)}
    for n, row in enumerate(rows):
        if row.person_id is not None and row.person_id not in staff:
            raise InvalidInputError(
                f"rows.{n}.person_id", _("第%(n)d行：该人员不在本单位。", n=n + 1)
            )


def _locked(
    session: Session,
    actor: Actor,
    unit_id: uuid.UUID,
    template_id: uuid.UUID | None,
    version: int | None,
) -> DutyTemplate:
    if template_id is None:
        return DutyTemplate(
            county_code=actor.county_code, id=uuid7(), unit_id=unit_id, version=0,
            anchor_on=monday_of(clock.today(session)),
        )  # fmt: skip
    found = queries.get_template(session, actor.county_code, template_id, lock=True)
    if found.unit_id != unit_id:
        raise NotFoundError(_("没有找到该模板。"))
    if version is not None and version != found.version:
        raise StaleVersionError(
            _("模板已被他人更改，请刷新后重试。"), your_version=version, current=found.version
        )
    return found


def _store(session: Session, found: DutyTemplate, rows: Sequence[RowIn]) -> None:
    mine = (
        DutyTemplateRow.county_code == found.county_code,
        DutyTemplateRow.template_id == found.id,
    )
    found.version += 1
    try:
        with session.begin_nested():
            session.add(found)
            session.flush()
    except IntegrityError as error:
        raise InvalidInputError("name", _("本单位已有同名的模板。")) from error
    session.execute(delete(DutyTemplateRow).where(*mine))
    if rows:
        session.execute(insert(DutyTemplateRow), _values(found, rows))


def _values(found: DutyTemplate, rows: Sequence[RowIn]) -> list[dict[str, Any]]:
    seats = numbered((row.week, row.weekday, row.kind, row.start) for row in rows)
    return [
        {
            "county_code": found.county_code,
            "id": uuid7(),
            "template_id": found.id,
            "week": row.week,
            "weekday": row.weekday,
            "kind": row.kind,
            "start": row.start,
            "minutes": row.minutes,
            "days": row.days,
            "person_id": row.person_id,
            "seat": seat,
        }
        for row, seat in zip(rows, seats, strict=True)
    ]


def _plain(row: RowIn) -> list[Any]:
    person = str(row.person_id) if row.person_id else None
    start = row.start.isoformat("minutes")
    return [row.week, row.weekday, str(row.kind), start, row.minutes, str(row.days), person]


def rows_in(session: Session, county_code: str, template_id: uuid.UUID) -> tuple[RowIn, ...]:
    """Return the rows of a stored template as a person would state them, in order."""
    query = select(DutyTemplateRow).where(
        DutyTemplateRow.county_code == county_code, DutyTemplateRow.template_id == template_id
    )
    order = (
        DutyTemplateRow.week, DutyTemplateRow.weekday, DutyTemplateRow.start,
        DutyTemplateRow.kind, DutyTemplateRow.seat,
    )  # fmt: skip
    return tuple(
        RowIn(
            row.weekday, DutyKind(row.kind), row.start, row.minutes, row.person_id,
            DayRule(row.days), row.week,
        )
        for row in session.scalars(query.order_by(*order))
    )  # fmt: skip


def minutes_between(start: time, end: time) -> int:
    """Return the minutes from one clock time to the next time the clock shows the other."""
    span = end.hour * 60 + end.minute - start.hour * 60 - start.minute
    return span if span > 0 else span + 1440
