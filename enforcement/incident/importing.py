"""Import a list of incidents: what a file would bring, and the same carried out, all or nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, events, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import escalation, intake, outside
from enforcement.incident.import_columns import COLUMNS, TABLE
from enforcement.incident.import_places import route_rows, to_cgcs2000
from enforcement.incident.intake import Report, Sender
from enforcement.incident.storing_many import store_many
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.routing import Routing
from enforcement.law.errors import LawError
from enforcement.law.incidents import Category
from enforcement.law.taxonomy import Taxonomy
from enforcement.law.terms import IncidentSource, IncidentState, Urgency
from enforcement.law.workdays import Calendar
from enforcement.once import AcceptedKey
from enforcement.permissions import Permission
from enforcement.sheets.cells import CellError, value_of
from enforcement.sheets.plans import Change, Preview, take_turn
from enforcement.sheets.reading import Problem, Row, read
from enforcement.taxonomy import queries as taxonomies
from enforcement.timing import calendars
from gis import datum as datums

ACT: Final = "incident:import"
LOUD: Final = 100
"""Up to so many rows each is told to the screens; above that they are told of the file once."""


@dataclass(frozen=True)
class Draft:
    """A row of the file: its external number, the report, the position as the file has it."""

    row: int
    external: str
    report: Report
    raw: tuple[float, float] | None
    datum: datums.Datum


@dataclass
class Plan:
    """What a file would bring: the preview, and the rows to store with who answers for each."""

    preview: Preview
    drafts: list[Draft]
    places: list[Routing | None]


def preview(session: Session, actor: Actor, data: bytes, name: str) -> Preview:
    """Return what a file would bring; nothing is stored. Raises InvalidInputError("file")."""
    permissions.check(actor, Permission.INCIDENT_DISPATCH)
    return _plan(session, actor, data, name).preview


def apply(
    session: Session, actor: Actor, data: bytes, name: str, *, digest: str | None = None
) -> Preview:
    """Store the incidents of a file in the caller's transaction; none where there is a problem.

    digest -- of the preview that was seen; raises StaleVersionError where the answer has changed
    since. An external number that was imported before brings nothing new.
    """
    permissions.check(actor, Permission.INCIDENT_DISPATCH)
    take_turn(session, f"incidents:{actor.county_code}", _("另一人正在导入事件，请稍后再试。"))
    plan = _plan(session, actor, data, name)
    made = plan.preview
    if digest is not None and digest != made.digest:
        raise StaleVersionError(_("清单在预览之后已被他人更改，请重新预览。"))
    if made.problems:
        return made
    _store(session, actor, plan)
    made.applied = True
    audit.record(
        session, actor.county_code, ACT, "incident_list", name[:200], actor=actor,
        added=len(made.added), sha256=made.source,
    )  # fmt: skip
    return made


def owner_of(county_code: str) -> uuid.UUID:
    """Return whose keys external numbers are: the county's files as one sender."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{county_code}:incident-file")


def _plan(session: Session, actor: Actor, data: bytes, name: str) -> Plan:
    sheet = read(TABLE, data, name)
    source = hashlib.sha256(data).hexdigest()
    made = Preview(
        len(sheet.rows), problems=[*sheet.problems], source=source, examples=sheet.examples
    )
    known_to = Known(
        clock.now(session),
        _villages(session, actor.county_code),
        taxonomies.current(session, actor.county_code),
    )
    drafts = [one for row in sheet.rows if (one := _draft(row, known_to, made.problems))]
    reports = to_cgcs2000([one.report for one in drafts], [one.datum for one in drafts])
    drafts = [replace(one, report=it) for one, it in zip(drafts, reports, strict=True)]
    made.problems += _twice(drafts)
    known = _known(session, actor.county_code, [one.external for one in drafts])
    made.same = sum(one.external in known for one in drafts)
    fresh = [one for one in drafts if one.external not in known]
    places = route_rows(session, actor.county_code, [one.report for one in fresh])
    made.problems += _outside(fresh, places)
    names = known_to.taxonomy.known
    made.added = [_change(one, place, names) for one, place in zip(fresh, places, strict=True)]
    made.problems.sort(key=lambda one: one.row)
    return Plan(made, fresh, places)


def _villages(session: Session, county_code: str) -> dict[str, list[str]]:
    """Return name or code of a village -> codes; a township's name may stand before its own."""
    rows = session.execute(
        select(Division.code, Division.name).where(Division.county_code == county_code)
    ).all()
    names = {row.code: row.name for row in rows}
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in names.items():
        if len(code) == 12:
            for word in {code, name, names.get(code[:9], "") + name}:
                found[word].append(code)
    return found


@dataclass(frozen=True)
class Known:
    """What rows are read against: the moment, villages by name or code, the county's list."""

    now: datetime
    villages: dict[str, list[str]]
    taxonomy: Taxonomy


def _draft(row: Row, known: Known, problems: list[Problem]) -> Draft | None:
    """Return what a row says; None where it cannot be taken, each reason added to the problems."""
    before = len(problems)
    values: dict[str, Any] = {}
    for column in COLUMNS:
        try:
            values[column.key] = value_of(column, row.cells.get(column.key))
        except CellError as error:
            problems.append(Problem(row.number, column.heading, str(error)))
    if len(problems) > before:
        return None
    try:
        return _read(row.number, values, known)
    except InvalidInputError as error:
        heading = TABLE.heading(error.field) if error.field in TABLE.by_key else error.field
        problems.append(Problem(row.number, heading, str(error)))
    except LawError as error:
        problems.append(Problem(row.number, TABLE.heading("category"), str(error)))
    return None


def _read(number: int, values: dict[str, Any], known: Known) -> Draft:
    datum, raw = _datum(values["datum"]), (values["lon"], values["lat"])
    report = Report(
        category=_category(values["category"], known.taxonomy),
        description=outside.words(values["description"], "description", 2000, required=True) or "",
        occurred_at=values["occurred_at"],
        lon=values["lon"],
        lat=values["lat"],
        place=outside.words(values["place"], "place", 200),
        source=IncidentSource.FILE,
        urgency=values["urgency"] or Urgency.NORMAL,
        village_code=_village(values["village"], known.villages),
        reporter_name=outside.words(values["reporter_name"], "reporter_name", 60),
        reporter_phone=values["reporter_phone"],
    )
    intake.check(report, (), known.now, (), known.taxonomy)
    if report.lat is not None and abs(report.lat) > 90:
        raise InvalidInputError("lat", _("“%(text)s”不是经纬度（度）。", text=str(report.lat)))
    external = outside.words(values["external"], "external", 90, required=True) or ""
    return Draft(number, external, report, raw if raw[0] is not None else None, datum)


def _category(text: str, taxonomy: Taxonomy) -> str:
    listed = taxonomy.categories
    found = {row.zh: code for code, row in listed.items()}
    code = found.get(text, text.strip())
    return code if code in listed else code.zfill(2)


def _datum(text: str | None) -> datums.Datum:
    plain = (text or "wgs84").lower().replace("-", "").replace(" ", "")
    try:
        return datums.Datum(plain)
    except ValueError:
        message = _("“%(text)s”不认识，应当是：%(names)s。", text=str(text)[:40],
                    names="WGS84、CGCS2000、GCJ02、BD09")  # fmt: skip
        raise InvalidInputError("datum", message) from None


def _village(text: str | None, villages: dict[str, list[str]]) -> str | None:
    if not text:
        return None
    codes = villages.get(text.strip(), [])
    if not codes:
        raise InvalidInputError("village", _("没有这个村（社区）。"))
    if len(codes) > 1:
        message = _("有%(n)d个同名的村，请写区划代码。", n=len(codes))
        raise InvalidInputError("village", message)
    return codes[0]


def _twice(drafts: Sequence[Draft]) -> list[Problem]:
    counts = Counter(one.external for one in drafts)
    heading = TABLE.heading("external")
    return [
        Problem(one.row, heading, _("同一编号在文件里出现了%(n)d次。", n=counts[one.external]))
        for one in drafts
        if counts[one.external] > 1
    ]


def _known(session: Session, county_code: str, externals: Sequence[str]) -> set[str]:
    query = select(AcceptedKey.key).where(
        AcceptedKey.county_code == county_code,
        AcceptedKey.account_id == owner_of(county_code),
        AcceptedKey.key.in_(externals),
    )
    return set(session.scalars(query))


def _outside(drafts: Sequence[Draft], places: Sequence[Routing | None]) -> list[Problem]:
    heading = TABLE.heading("lon")
    return [
        Problem(one.row, heading, _("位置不在本县范围内，或者当时没有界线。"))
        for one, place in zip(drafts, places, strict=True)
        if place is None and one.report.lon is not None
    ]


def _change(one: Draft, place: Routing | None, names: Mapping[str, Category]) -> Change:
    category = names[one.report.category].zh
    where = (place.village_name or place.township_name) if place else None
    unit = place.unit_name if place else None
    return Change(one.row, one.external, category, (where or _("没有位置"), unit or _("暂无单位")))


def _store(session: Session, actor: Actor, plan: Plan) -> None:
    now, sender = clock.now(session), Sender.of(actor)
    taxonomy = taxonomies.current(session, actor.county_code)
    calendar = calendars.current(session, actor.county_code)
    rows = [
        _values(actor, sender, one, place, now, taxonomy, calendar)
        for one, place in zip(plan.drafts, plan.places, strict=True)
    ]
    numbers = store_many(session, rows)
    told = zip(rows, numbers, strict=True) if len(rows) <= LOUD else ()
    for row, number in told:
        _tell(session, row, number)
    if len(rows) > LOUD:
        events.publish(
            session, actor.county_code, "incident", "import", uuid7(), units=(actor.unit_code,),
            areas=sorted({row["township"] for row in rows if row["township"]}), count=len(rows),
        )  # fmt: skip


def _values(
    actor: Actor,
    sender: Sender,
    one: Draft,
    place: Routing | None,
    now: datetime,
    taxonomy: Taxonomy,
    calendar: Calendar,
) -> dict[str, Any]:
    what = one.report
    found = escalation.plan(
        what.category, what.urgency, IncidentState.RECEIVED, now, taxonomy=taxonomy,
        calendar=calendar,
    )  # fmt: skip
    raw = one.raw or (None, None)
    return intake.values_of(sender, what, now, place) | {
        "id": uuid7(),
        "owner": owner_of(actor.county_code),
        "key": one.external,
        "act": ACT,
        "digest": hashlib.sha256(repr(what).encode()).digest(),
        "routing": place,
        "stage_due_at": found.ends,
        "steps": escalation.steps(found, 0),
        "searched": (
            what.description,
            what.place,
            place.village_name if place else None,
            place.township_name if place else None,
        ),
        "raw_lon": raw[0],
        "raw_lat": raw[1],
        "datum": str(one.datum),
    }


def _tell(session: Session, row: dict[str, Any], number: str) -> None:
    events.publish(
        session, row["county"], "incident", "report", row["id"],
        units=(row["responsible"], row["unit_code"]), areas=(row["village"], row["township"]),
        number=number, state="received", urgency=row["urgency"], category=row["category"],
        version=1,
    )  # fmt: skip
