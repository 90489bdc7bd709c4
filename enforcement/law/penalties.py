"""Numbers of penalties: when a hearing must be offered (罚63), what late payment costs (罚72)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from enforcement.law.remedies import days_paused
from enforcement.law.terms import PartyKind


@dataclass(frozen=True)
class HearingThreshold:
    """A fine of this many yuan or more is a larger amount (较大数额) in the province.

    verified -- False: not yet confirmed by the province's text, the stricter known one is used
    """

    province: str
    person_yuan: Decimal
    organisation_yuan: Decimal
    source: str
    verified: bool


# fmt: off
HEARING: Final = (
    HearingThreshold("36", Decimal(3000), Decimal(20000), "江西省行政处罚听证程序规定第二条", True),
    HearingThreshold("22", Decimal(3000), Decimal(20000), "吉林省规定待核实，暂按较严标准", False),
)
# fmt: on


def hearing_threshold(county_code: str) -> HearingThreshold:
    """Return the threshold of the county's province; an unknown province takes the lowest known."""
    found = [row for row in HEARING if row.province == county_code[:2]]
    return found[0] if found else min(HEARING, key=lambda row: row.person_yuan)


def needs_hearing(county_code: str, party: PartyKind, amount_yuan: Decimal) -> bool:
    """Tell whether a proposed fine gives the party the right to a hearing (罚63)."""
    row = hearing_threshold(county_code)
    line = row.organisation_yuan if party is PartyKind.ORGANISATION else row.person_yuan
    return amount_yuan >= line


DAILY_SURCHARGE: Final = Decimal("0.03")  # 罚72(1)(一)


def surcharge(
    fine_yuan: Decimal,
    due_on: date,
    paid_on: date,
    paused: tuple[tuple[date, date], ...] = (),
) -> Decimal:
    """Return the surcharge (加处罚款) in yuan: 3 % a day after the last day, at most the fine (R18).

    paused -- first and last days of reconsiderations and lawsuits, which cost nothing (罚73)
    """
    late = max(0, (paid_on - due_on).days - days_paused(paused, due_on, paid_on))
    return min(fine_yuan, fine_yuan * DAILY_SURCHARGE * late).quantize(Decimal("0.01"))
