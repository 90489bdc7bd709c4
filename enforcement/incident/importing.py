"""Import a list of incidents: what a file would bring, and the same carried out, all or nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, events, permissions
from enforcement.actor import Actor
from enforcement.errors import StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import escalation, intake, opening, ruling
from enforcement.incident.import_columns import TABLE
from enforcement.incident.import_places import route_rows, to_cgcs2000
from enforcement.incident.import_reading import Draft, Known, draft_of
from enforcement.incident.intake import Sender
from enforcement.incident.opening import Opening
from enforcement.incident.storing_many import store_many
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.routing import Routing
from enforcement.law.incidents import Category
from enforcement.law.terms import IncidentState
from enforcement.once import AcceptedKey
from enforcement.permissions import Permission
from enforcement.rules import alarms
from enforcement.rules.deciding import Ruling
from enforcement.rules.deciding_many import Decided
from enforcement.sheets.plans import Change, Preview, take_turn
from enforcement.sheets.reading import Problem, read

ACT: Final = "incident:import"
LOUD: Final = 100
"""Up to so many rows each is told to the screens; above that they are told of the file once."""


@dataclass
class Plan:
    """What a file would bring: the preview, and the rows to store with who answers for each.

    places -- by duties alone; decided -- what the rules make of them; start -- the moment and list
    """

    preview: Preview
    drafts: list[Draft]
    places: list[Routing | None]
    decided: Decided
    start: Opening

    @property
    def rows(self) -> Iterator[tuple[Draft, Routing | None, Ruling | None]]:
        """Return each row with who answers by duties, and what the rules say."""
        return zip(self.drafts, self.places, self.decided.rulings, strict=True)


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
    start = opening.read(session, actor.county_code)
    known_to = Known(start.now, _villages(session, actor.county_code), start.taxonomy)
    drafts = [one for row in sheet.rows if (one := draft_of(row, known_to, made.problems))]
    reports = to_cgcs2000([one.report for one in drafts], [one.datum for one in drafts])
    drafts = [replace(one, report=it) for one, it in zip(drafts, reports, strict=True)]
    made.problems += _twice(drafts)
    known = _known(session, actor.county_code, [one.external for one in drafts])
    made.same = sum(one.external in known for one in drafts)
    fresh = [one for one in drafts if one.external not in known]
    places = route_rows(session, actor.county_code, [one.report for one in fresh])
    made.problems += _outside(fresh, places)
    reports = [one.report for one in fresh]
    decided = ruling.first_of_many(session, actor.county_code, reports, start, places)
    plan = Plan(made, fresh, places, decided, start)
    names = known_to.taxonomy.known
    made.added = [_change(one, place, ruled, names) for one, place, ruled in plan.rows]
    made.problems.sort(key=lambda one: one.row)
    return plan


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


def _change(
    one: Draft, place: Routing | None, ruled: Ruling | None, names: Mapping[str, Category]
) -> Change:
    category = names[one.report.category].zh
    where = (place.village_name or place.township_name) if place else None
    unit = place.unit_name if place else None
    if ruled is not None and ruled.unit is not None:
        unit = _("%(unit)s（规则“%(name)s”）", unit=ruled.unit.unit_name, name=ruled.rule_name)
    return Change(one.row, one.external, category, (where or _("没有位置"), unit or _("暂无单位")))


def _store(session: Session, actor: Actor, plan: Plan) -> None:
    """Write the rows, and tell administrators of rules that could not decide."""
    rows = [
        _values(actor, one, ruled.on(place) if ruled else place, plan.start)
        | ruling.columns_of_many(ruled, place)
        for one, place, ruled in plan.rows
    ]
    alarms.tell(session, actor.county_code, clock.local_day(plan.start.now), plan.decided.failed)
    numbers = store_many(session, rows)
    told = zip(rows, numbers, strict=True) if len(rows) <= LOUD else ()
    for row, number in told:
        _tell(session, row, number)
    if len(rows) > LOUD:
        events.publish(
            session, actor.county_code, "incident", "import", uuid7(), units=(actor.unit_code,),
            areas=sorted({row["township"] for row in rows if row["township"]}), count=len(rows),
        )  # fmt: skip


def _values(actor: Actor, one: Draft, place: Routing | None, start: Opening) -> dict[str, Any]:
    what, now = one.report, start.now
    found = escalation.plan(
        what.category, what.urgency, IncidentState.RECEIVED, now, taxonomy=start.taxonomy,
        calendar=start.calendar,
    )  # fmt: skip
    raw = one.raw or (None, None)
    return intake.values_of(Sender.of(actor), what, now, place) | {
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
