"""Discretion (裁量): from matter, party and circumstances to a tier and a range in yuan.

A county's own benchmark decides where it has a row; else the range of the law is cut into
从轻 (lowest 30 %), 一般 and 从重 (top 30 %), which is marked as the default. No range leaves that
of the law, unless the penalty is mitigated on a ground of 罚30, 31, 32 (procedure.md 5, R13).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final

from enforcement.law.articles import APL
from enforcement.law.discretion_facts import Condition, Facts
from enforcement.law.discretion_terms import GROUND_ARTICLE, Harm, Measure, Tier
from enforcement.law.matters import FineRange, Matter
from enforcement.law.terms import PartyKind
from enforcement.law.workdays import DATA

SHARE: Final = Decimal("0.3")  # of the range, for the lightest and the heaviest tier (default)
CENT: Final = Decimal("0.01")
BLACK_SOIL: Final = "《中华人民共和国黑土地保护法》第三十一条"
DEFAULT_BASIS: Final = "裁量基准（默认）：按法定罚款幅度划分，从轻为最低的30%，从重为最高的30%"


@dataclass(frozen=True)
class Statute:
    """The range of the law: figures of a measure; counted -- what they are taken of."""

    measure: Measure
    low: Decimal
    high: Decimal
    counted: str = ""

    def size(self, facts: Facts) -> Decimal | None:
        """Return what the figures are multiplied with, None where it is not known."""
        if self.measure is Measure.YUAN:
            return Decimal(1)
        if self.measure in (Measure.PERCENT, Measure.MULTIPLE):
            share = Decimal("0.01") if self.measure is Measure.PERCENT else Decimal(1)
            return facts.base_yuan * share if facts.base_yuan else None
        return (facts.area_m2 if self.measure is Measure.PER_M2 else facts.volume_m3) or None


@dataclass(frozen=True)
class Row:
    """One row of a county's benchmark; party None is for all, low and high as the measure counts.

    valid_to is the last day
    """

    matter_code: str
    party: PartyKind | None
    tier: Tier
    conditions: tuple[Condition, ...]
    kind: str
    measure: Measure
    low: Decimal | None
    high: Decimal | None
    valid_from: date
    valid_to: date | None
    source: str

    def fits(self, matter_code: str, party: PartyKind, facts: Facts, on: date) -> bool:
        """Tell whether the row is for this matter, party, day and these circumstances."""
        in_force = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        mine = self.matter_code == matter_code and self.party in (None, party)
        return in_force and mine and all(one.holds(facts) for one in self.conditions)


@dataclass(frozen=True)
class Evaluation:
    """What discretion allows: the tier and its range; why -- each step in Chinese.

    range_yuan -- None where there is none, or `missing` is not known; statutory -- of the law
    default -- no row of the county's benchmark applied
    """

    tier: Tier
    range_yuan: FineRange | None
    statutory: FineRange | None
    basis: str
    why: tuple[str, ...]
    default: bool = True
    missing: str = ""


@cache
def _bases() -> dict[str, Statute]:
    with (DATA / "penalty_bases.csv").open(encoding="utf-8") as file:
        return {
            row["code"]: Statute(
                Measure(row["measure"]), Decimal(row["low"]), Decimal(row["high"]), row["counted"]
            )
            for row in csv.DictReader(file)
        }


def statute_of(matter: Matter, party: PartyKind) -> Statute | None:
    """Return the range of the law for a party, None where the matter has no fine of known size."""
    fine = matter.fine(party)
    if fine is not None:
        return Statute(Measure.YUAN, fine.min_yuan, fine.max_yuan)
    return _bases().get(matter.code)


def assess(
    matter: Matter, party: PartyKind, facts: Facts, on: date, rows: tuple[Row, ...] = ()
) -> Evaluation:
    """Return tier and range of a case; rows -- the county's benchmark, the first fitting counts."""
    statute = statute_of(matter, party)
    size = statute.size(facts) if statute else None
    whole = _range(statute, size) if statute and size is not None else None
    missing = statute.counted if statute and size is None else ""
    if facts.slight and facts.corrected and facts.harm is Harm.NONE:
        must = f"违法行为轻微并及时改正，没有造成危害后果（{APL[33].zh}）"
        return Evaluation(Tier.NONE, None, whole, APL[33].zh, (must,), missing=missing)
    below = bool(facts.grounds) and facts.mitigate and (whole is None or whole.min_yuan > CENT)
    known = rows if below else tuple(one for one in rows if one.tier is not Tier.MITIGATED)
    row = next((one for one in known if one.fits(matter.code, party, facts, on)), None)
    tier, why = (row.tier, _why_row(row)) if row else _tier(facts, matter.code)
    if facts.mitigate:
        tier, more = _mitigated(tier, facts, whole)
        why = (*why, more)
    if tier is Tier.NONE:
        return Evaluation(tier, None, whole, row.source if row else "", why, default=row is None)
    own = row if row is not None and row.tier is tier else None
    cut, local = _cut(tier, whole, own, size)
    basis = f"裁量基准：{own.source}" if own is not None and local else DEFAULT_BASIS
    return Evaluation(tier, cut, whole, basis, why, default=not local, missing=missing)


def _why_row(row: Row) -> tuple[str, ...]:
    met = "、".join(one.zh for one in row.conditions) or "没有其他情节"
    return (f"符合裁量基准的{row.tier.zh}情形：{met}",)


def _tier(facts: Facts, matter_code: str) -> tuple[Tier, tuple[str, ...]]:
    """Return the tier where no benchmark applies: lighter or heavier only where a law says so."""
    milder = [f"{one.zh}（{APL[GROUND_ARTICLE.get(one, 32)].zh}）" for one in facts.grounds]
    harder = []
    if facts.emergency:
        harder.append(f"突发事件期间违反应对措施（{APL[49].zh}）")
    if facts.black_soil and matter_code in ("M19", "M20"):
        harder.append(f"违法行为涉及黑土地（{BLACK_SOIL}）")
    why = tuple(milder + harder)
    if milder and harder:
        return Tier.ORDINARY, (*why, "同时具有从轻和从重情形")
    if milder or harder:
        return (Tier.LIGHTER if milder else Tier.HEAVIER), why
    return Tier.ORDINARY, ("没有法定的从轻、减轻或者从重情形",)


def _mitigated(tier: Tier, facts: Facts, whole: FineRange | None) -> tuple[Tier, str]:
    if not facts.grounds:
        return tier, "没有法定的减轻情形，不得减轻处罚"
    if whole is not None and whole.min_yuan <= CENT:
        return tier, "法定幅度没有最低数额，无须减轻"
    articles = "、".join(APL[GROUND_ARTICLE.get(one, 32)].zh for one in facts.grounds)
    return Tier.MITIGATED, f"在法定最低数额以下减轻处罚（{articles}），须经法制审核"


def _range(figures: Statute, size: Decimal) -> FineRange:
    return FineRange(_cents(figures.low * size), _cents(figures.high * size))


def _cut(
    tier: Tier, whole: FineRange | None, row: Row | None, size: Decimal | None
) -> tuple[FineRange | None, bool]:
    """Return the range of a tier and whether the benchmark gave it; never outside the law's."""
    if whole is None:
        return None, False
    allowed = _below(whole) if tier is Tier.MITIGATED else whole
    if row is not None and row.low is not None and row.high is not None and size is not None:
        low = max(allowed.min_yuan, _cents(row.low * size))
        high = min(allowed.max_yuan, _cents(row.high * size))
        if low <= high:
            return FineRange(low, high), True
    return (allowed if tier is Tier.MITIGATED else _default(tier, whole)), False


def _below(whole: FineRange) -> FineRange:
    return FineRange(CENT, whole.min_yuan - CENT)


def _default(tier: Tier, whole: FineRange) -> FineRange:
    step = (whole.max_yuan - whole.min_yuan) * SHARE
    first, second = _cents(whole.min_yuan + step), _cents(whole.max_yuan - step)
    if tier is Tier.LIGHTER:
        return FineRange(whole.min_yuan, first)
    if tier is Tier.HEAVIER:
        return FineRange(second, whole.max_yuan)
    return FineRange(first, second)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
