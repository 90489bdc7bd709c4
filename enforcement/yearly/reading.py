"""The figures of a year: every line of the form with its value, and the whole as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.indicators import queries as indicators
from enforcement.indicators.queries import ALL
from enforcement.jurisdiction.models import County
from enforcement.law.yearly import Figure, How, Section, due_on, figures
from enforcement.periods import Period
from enforcement.permissions import Permission
from enforcement.yearly import counting

SCHEMA: Final = "yearly-1"
FIRST: Final = 2000
COLUMNS: Final = ("代码", "类别", "项目", "单位", "数值", "口径", "依据", "说明")


@dataclass(frozen=True)
class Line:
    """One line of the form; value -- None where it is not counted, or nothing can be divided by."""

    figure: Figure
    value: float | None

    @property
    def counted(self) -> bool:
        """Tell whether the platform counts it."""
        return self.figure.how is not How.NONE


@dataclass(frozen=True)
class Yearly:
    """A year's figures; until -- the last day that counts, that of the year or today."""

    county: County
    year: int
    until: date
    lines: Sequence[Line]

    @property
    def complete(self) -> bool:
        """Tell whether the year is over."""
        return self.until == date(self.year, 12, 31)

    @property
    def due_on(self) -> date:
        """Return the last day on which it is reported."""
        return due_on(self.year)

    def sections(self) -> list[tuple[Section, list[Line]]]:
        """Return the lines by the parts of the form."""
        parts = groupby(self.lines, key=lambda line: line.figure.section)
        return [(section, list(some)) for section, some in parts]


def make(session: Session, actor: Actor, year: int) -> Yearly:
    """Return the figures of a year of the whole county, this year's so far.

    Raises NotPermittedError, NotFoundError for a year that has not begun.
    """
    permissions.check(actor, Permission.YEARLY_READ)
    check_year(session, year)
    span = Period(date(year, 1, 1), counting.upto(session, year))
    county = session.get_one(County, actor.county_code)
    counted = counting.counts(session, actor.county_code, span)
    known = [one.indicator for one in figures() if one.indicator is not None]
    whole = {"county": actor.county_code, "low": "", "high": "~", "areas": None}
    values = indicators.figures(session, known, whole, span, None).get(ALL, {})
    found = values | counted
    return Yearly(county, year, span.last, [Line(one, _rounded(found.get(one.key)))
                                            for one in figures()])  # fmt: skip


def check_year(session: Session, year: int) -> None:
    """Raise NotFoundError for a year that has not begun, or long before the platform."""
    if not FIRST <= year <= clock.today(session).year:
        raise NotFoundError(_("没有这一年的统计。"))


def _rounded(value: float | None) -> float | None:
    if value is None:
        return None
    return int(value) if float(value).is_integer() else round(float(value), 2)


def as_json(told: Yearly) -> dict[str, Any]:
    """Return the figures as the schema yearly-1 has them (static/schemas/yearly-1.json)."""
    return {
        "schema": SCHEMA,
        "county": {"code": told.county.county_code, "name": told.county.name},
        "year": told.year,
        "until": told.until.isoformat(),
        "complete": told.complete,
        "figures": [_figure(line) for line in told.lines],
    }


def _figure(line: Line) -> dict[str, Any]:
    one = line.figure
    return {
        "code": one.code, "section": str(one.section), "zh": one.zh, "en": one.en,
        "unit": one.unit, "counted": line.counted, "value": line.value,
        "definition": one.told[0], "definition_en": one.told[1], "source": one.source,
        "indicator": one.key if one.how is How.INDICATOR else None,
    }  # fmt: skip


def as_bytes(told: Yearly) -> bytes:
    """Return the figures as JSON whose bytes are the same whenever the figures are."""
    return json.dumps(
        as_json(told), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def as_csv(told: Yearly) -> bytes:
    """Return the figures as CSV that spreadsheets open as UTF-8."""
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for line in told.lines:
        one = line.figure
        remark = "" if line.counted else "平台不能统计"
        value = "" if line.value is None else line.value
        rows.writerow(
            (one.code, one.section.zh, one.zh, one.unit, value, one.told[0], one.source, remark)
        )
    return b"\xef\xbb\xbf" + file.getvalue().encode()
