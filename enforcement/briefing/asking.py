"""What a map report is asked about: the county, a township or a unit; in which period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.briefing import counting_sql as sql
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction.terms import Level
from enforcement.law.matters import matters
from enforcement.law.terms import Role, Term, UnitKind
from enforcement.people.unit_queries import list_open
from enforcement.periods import Period, read_period
from enforcement.scope import COUNTY_WIDE
from enforcement.taxonomy import queries as taxonomy

FIRST_WEEK: Final = 7
MOST_DAYS: Final = 366
KINDS: Final = (UnitKind.BRIGADE, UnitKind.SUB_BUREAU, UnitKind.SQUAD)


class Kind(Term):
    """What a report is about."""

    COUNTY = "county", "全县", "The county"
    TOWNSHIP = "township", "乡镇（街道）", "Township"
    BRIGADE = "brigade", "大队（分局）", "Brigade"
    SQUAD = "squad", "中队", "Squad"


@dataclass(frozen=True)
class Subject:
    """What a report is about; code -- of the township or unit, "" for the county."""

    kind: Kind
    code: str
    name: str

    @property
    def is_unit(self) -> bool:
        """Tell a unit from an area."""
        return self.kind in (Kind.BRIGADE, Kind.SQUAD)

    @property
    def by_township(self) -> bool:
        """Tell whether its places are townships, not villages."""
        return self.kind in (Kind.COUNTY, Kind.BRIGADE)


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for, as he said it; nothing gives his own area or unit, this month."""

    unit: str | None = None
    township: str | None = None
    first: date | None = None
    last: date | None = None
    matter: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Asked:
    """A subject in a period, narrowed to one matter of cases or one category of incidents.

    codes -- of the townships, or of the units that are the subject or below it
    """

    county_code: str
    subject: Subject
    codes: tuple[str, ...]
    period: Period
    matter: str | None = None
    category: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Return what statements ask for."""
        narrow = {"matter": self.matter, "category": self.category}
        before = self.period.before().asked()["since"]
        return self.period.asked() | narrow | {
            "county": self.county_code, "codes": list(self.codes), "before": before,
            "township": self.subject.code,
        }  # fmt: skip

    @property
    def said(self) -> dict[str, str]:
        """Return the same as words of an address, without what was not asked for."""
        found = {
            "unit" if self.subject.is_unit else "township": self.subject.code,
            "first": self.period.first.isoformat(), "last": self.period.last.isoformat(),
            "matter": self.matter or "", "category": self.category or "",
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}


def offered(session: Session, actor: Actor, on: date) -> list[Subject]:
    """Return what the actor may have a report of: an area he answers for, his unit and below."""
    found: list[Subject] = []
    if actor.role in COUNTY_WIDE:
        county = jurisdiction.get_county(session, actor.county_code)
        found.append(Subject(Kind.COUNTY, "", county.name))
    if actor.role in COUNTY_WIDE or actor.role is Role.TOWNSHIP_LEADER:
        towns = jurisdiction.list_divisions(session, actor.county_code, Level.TOWNSHIP)
        own = {code[:9] for code in actor.area_codes}
        found += [Subject(Kind.TOWNSHIP, row.code, row.name) for row in towns
                  if actor.role in COUNTY_WIDE or row.code in own]  # fmt: skip
    if actor.role is not Role.TOWNSHIP_LEADER:
        low = "" if actor.role in COUNTY_WIDE else actor.unit_code
        units = list_open(session, actor.county_code, on, KINDS)
        found += [_unit(row.kind, row.code, row.name) for row in units
                  if row.code == low or row.code.startswith(f"{low}." if low else "")]  # fmt: skip
    return found


def _unit(kind: str, code: str, name: str) -> Subject:
    return Subject(Kind.SQUAD if kind == UnitKind.SQUAD else Kind.BRIGADE, code, name)


def _period(wanted: Wanted, today: date) -> Period:
    """Return the days asked for; in the first week of a month that is the month before."""
    if wanted.first is None and wanted.last is None and today.day <= FIRST_WEEK:
        last = today - timedelta(days=today.day)
        return Period(last.replace(day=1), last)
    return read_period(wanted.first, wanted.last, today, most_days=MOST_DAYS)


def read(session: Session, actor: Actor, wanted: Wanted) -> Asked:
    """Return what is asked for; raises InvalidInputError, NotFoundError outside the reach."""
    period = _period(wanted, clock.today(session))
    known = offered(session, actor, period.last)
    subject = _chosen(known, wanted)
    if wanted.matter and wanted.category:
        raise InvalidInputError("matter", _("事项和类别只能选一个。"))
    if wanted.matter and wanted.matter not in matters():
        raise InvalidInputError("matter", _("没有这个事项。"))
    kinds = taxonomy.current(session, actor.county_code).known
    if wanted.category and wanted.category not in kinds:
        raise InvalidInputError("category", _("没有这个类别。"))
    return Asked(
        actor.county_code, subject, _codes(session, actor.county_code, subject), period,
        wanted.matter or None, wanted.category or None,
    )  # fmt: skip


def _chosen(known: list[Subject], wanted: Wanted) -> Subject:
    """Return the subject that is named, the first one where none is."""
    if wanted.unit and wanted.township:
        raise InvalidInputError("unit", _("单位和乡镇只能选一个。"))
    if wanted.unit:
        fits = [one for one in known if one.is_unit and one.code == wanted.unit]
    elif wanted.township:
        fits = [one for one in known if not one.is_unit and one.code == wanted.township]
    else:
        fits = known
    if not fits:
        raise NotFoundError(_("没有找到该乡镇或单位，或者您无权查看。"))
    return fits[0]


def _codes(session: Session, county_code: str, subject: Subject) -> tuple[str, ...]:
    if not subject.is_unit:
        return (subject.code,) if subject.code else ()
    rows = session.execute(sql.UNITS, {"county": county_code, "keys": [subject.code]})
    return tuple(row.code for row in rows)
