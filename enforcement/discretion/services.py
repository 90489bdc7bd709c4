"""What discretion allows in a case: the county's benchmark first, the range of the law else."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from enforcement.discretion import queries
from enforcement.discretion.queries import Benchmark
from enforcement.law.discretion import Evaluation, assess
from enforcement.law.discretion_facts import Facts
from enforcement.law.matters import Matter
from enforcement.law.terms import PartyKind


def evaluate(
    session: Session,
    county_code: str,
    matter: Matter,
    party_kind: PartyKind,
    facts: Facts,
    on: date,
    *,
    benchmark: Benchmark | None = None,
) -> Evaluation:
    """Return tier and range in yuan for the circumstances of an act done on a day.

    matter -- as the version of its provision that the case is under states it; benchmark -- the
    county's, where the caller has read it
    """
    benchmark = benchmark or queries.current(session, county_code)
    rows = tuple(benchmark.rows.values())
    return assess(matter, party_kind, facts, on, rows)
