"""Discretion in a case: its circumstances, what they allow, and what was done in similar cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement.case.models import CaseFile, Party
from enforcement.case.offences import EarlierFine
from enforcement.discretion import services
from enforcement.discretion.queries import Benchmark
from enforcement.law.course import Course
from enforcement.law.discretion import Evaluation
from enforcement.law.discretion_facts import Facts
from enforcement.law.discretion_terms import Harm, MitigationGround, Tier
from enforcement.law.matters import Matter
from enforcement.law.terms import CaseEvent, PartyKind
from enforcement.law.time_limits import add_months
from enforcement.settings import queries as settings
from enforcement.wall import over_county

FIGURES: Final = ("area_m2", "volume_m3", "weight_t", "base_yuan")
FLAGS: Final = ("slight", "corrected", "emergency", "black_soil", "mitigate")
NAMES: Final = (*FIGURES, *FLAGS, "times", "harm", "mitigation", "base_paper")
"""What the proposal of a penalty says of the circumstances; a later one keeps what it leaves."""
SIMILAR: Final = 10
_PROPOSALS: Final = (CaseEvent.PROPOSE_DECISION, CaseEvent.PROPOSE_PENALTY)


def said_of(course: Course, saying: Mapping[str, Any]) -> dict[str, Any]:
    """Return the circumstances: those being said, else those of the latest proposal."""
    proposals = [done for done in course.acts if done.event in _PROPOSALS]
    before = proposals[-1].said if proposals else {}
    known = {name: before.get(name) for name in NAMES}
    return known | {name: saying[name] for name in NAMES if saying.get(name) is not None}


def evaluation_of(
    session: Session,
    case: CaseFile,
    row: Matter,
    party: PartyKind,
    said: Mapping[str, Any],
    *,
    age: int | None,
    fines: Sequence[EarlierFine],
    benchmark: Benchmark | None = None,
) -> Evaluation:
    """Return what discretion allows in a case; said -- its circumstances, by the names of fields.

    age -- full years of a natural person on the day of the act; fines -- earlier ones of the party;
    benchmark -- the county's, where the caller has read it
    """
    told: dict[str, Any] = {name: _figure(said.get(name)) for name in FIGURES}
    told |= {name: bool(said.get(name)) for name in FLAGS}
    facts = Facts(
        **told,
        times=int(said["times"]) if said.get("times") else None,
        repeats_1y=_repeats(case, fines, years=1),
        repeats_2y=_repeats(case, fines, years=2),
        harm=Harm(said["harm"]) if said.get("harm") else None,
        ground=MitigationGround(said["mitigation"]) if said.get("mitigation") else None,
        minor=age is not None and 14 <= age < 18,
    )
    return services.evaluate(
        session, case.county_code, row, party, facts, case.acted_on, benchmark=benchmark
    )


def _figure(value: Any) -> Decimal | None:
    return Decimal(str(value)) if value not in (None, "") else None


def _repeats(case: CaseFile, fines: Sequence[EarlierFine], *, years: int) -> int:
    """Count the party's fines for the same matter in the years before the act."""
    since = add_months(case.acted_on, -12 * years)
    return sum(
        one.matter_code == case.matter_code
        and one.decided_on is not None
        and since <= one.decided_on <= case.acted_on
        for one in fines
    )


@dataclass(frozen=True)
class Similar:
    """A decided case of the same matter, tier and kind of party."""

    number: str
    decided_on: date
    fine_yuan: Decimal


@dataclass(frozen=True)
class Comparison:
    """The last similar decisions, their median in yuan, and how far an amount may stray (%)."""

    cases: tuple[Similar, ...]
    median_yuan: Decimal | None
    stray_percent: int

    def strays(self, amount_yuan: Decimal | None) -> bool:
        """Tell whether an amount strays from the median by more than the county's setting."""
        if amount_yuan is None or not self.median_yuan:
            return False
        apart = abs(amount_yuan - self.median_yuan) / self.median_yuan
        return apart * 100 > self.stray_percent


@over_county
def compare(session: Session, case: CaseFile, party: PartyKind, tier: Tier) -> Comparison:
    """Return the county's last similar decisions (同案同罚), the latest first."""
    query = (
        select(CaseFile.number, CaseFile.decided_on, CaseFile.fine_yuan)
        .join(Party, and_(Party.county_code == CaseFile.county_code, Party.id == CaseFile.party_id))
        .where(
            CaseFile.county_code == case.county_code,
            CaseFile.matter_code == case.matter_code,
            CaseFile.tier == tier,
            CaseFile.fine_yuan > 0,
            CaseFile.decided_on.is_not(None),
            CaseFile.id != case.id,
            Party.kind == party,
        )
        .order_by(CaseFile.decided_on.desc(), CaseFile.id.desc())
        .limit(SIMILAR)
    )
    found = tuple(
        Similar(row.number, row.decided_on or case.acted_on, row.fine_yuan or Decimal(0))
        for row in session.execute(query)
    )
    middle = Decimal(median(one.fine_yuan for one in found)) if found else None
    share = settings.value(session, case.county_code, "similar_stray_percent")
    return Comparison(found, middle, share)
