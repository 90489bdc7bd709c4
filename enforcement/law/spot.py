"""The summary procedure (罚51-53) as a table: acts, caps and gates, each with its article."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from enforcement.law.articles import APL, Article
from enforcement.law.gate_facts import CaseFacts, Finding
from enforcement.law.gates import ADULT, Gate, gate
from enforcement.law.penalties import needs_hearing
from enforcement.law.procedure_step import WORK
from enforcement.law.spot_terms import CollectGround, SpotKind, SpotPlea
from enforcement.law.spot_terms import SpotEvent as E
from enforcement.law.spot_terms import SpotState as S
from enforcement.law.terms import N_, PartyKind


@dataclass(frozen=True)
class SpotCap:
    """Highest fine on the spot by kind of party, in yuan, since a day."""

    person_yuan: Decimal
    organisation_yuan: Decimal
    since: date


CAPS: Final = (SpotCap(Decimal(200), Decimal(3000), date(2021, 7, 15)),)
SMALL_YUAN: Final = Decimal(100)  # 罚68(一)


def cap_for(party: PartyKind, on: date, *, individual_as_organisation: bool) -> Decimal:
    """Return the highest fine on the spot for a party on a day (罚51).

    individual_as_organisation -- the county's reading for individual businesses
    """
    row = max((one for one in CAPS if one.since <= on), key=lambda one: one.since)
    business = party is PartyKind.INDIVIDUAL_BUSINESS and individual_as_organisation
    organisation = party is PartyKind.ORGANISATION or business
    return row.organisation_yuan if organisation else row.person_yuan


@dataclass(frozen=True)
class SpotStep:
    """One row: act, states it may start from (none: it makes the record), gates, article."""

    event: E
    sources: tuple[S, ...]
    target: S | None
    by: str
    paper: str | None
    gates: tuple[str, ...]
    source: Article


_DECISION: Final = ("matter", "officers", "time_bar", "corrected", "fined_once", "certain", "told",
                    "plea", "cap", "spot_range", "minor", "hearing_size")  # fmt: skip
# fmt: off
SPOT: Final = (
    #        act        from            to          who   paper  gates                                       article
    SpotStep(E.DECIDE,  (),             S.DECIDED,  WORK, "D05", _DECISION,                                  APL[51]),
    SpotStep(E.COLLECT, (S.DECIDED,),   None,       WORK, None,  ("fine_due", "same_day", "collect_ground"), APL[68]),
    SpotStep(E.HAND_IN, (S.DECIDED,),   None,       WORK, "D06", ("cash_held",),                             APL[71]),
    SpotStep(E.REPORT,  (S.DECIDED,),   None,       WORK, "D06", ("unreported",),                            APL[52]),
    SpotStep(E.PAY,     (S.DECIDED,),   None,       WORK, None,  ("fine_due",),                              APL[67]),
    SpotStep(E.PAUSE,   (S.DECIDED,),   None,       WORK, None,  ("fine_due", "running"),                    APL[73]),
    SpotStep(E.GO_ON,   (S.DECIDED,),   None,       WORK, None,  ("standing_still",),                        APL[73]),
    SpotStep(E.CLOSE,   (S.DECIDED,),   S.CLOSED,   WORK, None,  ("paid", "handed_in", "reported"),          APL[53]),
    SpotStep(E.ARCHIVE, (S.CLOSED,),    S.ARCHIVED, WORK, None,  (),                                         APL[52]),
)
# fmt: on


@dataclass(frozen=True)
class SpotFacts:
    """What the gates of a penalty on the spot look at; money is yuan.

    case -- the same facts a case has: power, officers, matter, party, proposed fine, dates
    cap -- highest fine for this party; certain, told -- what the officers confirmed
    ground, ground_reason, asked -- on what the money is taken, why, and that the party asked
    collected_on, handed_in, reported -- what was done since
    paused -- the surcharge stands still because of a reconsideration or lawsuit
    """

    case: CaseFacts
    kind: SpotKind
    cap: Decimal
    certain: bool = False
    told: bool = False
    plea: SpotPlea | None = None
    plea_text: str | None = None
    ground: CollectGround | None = None
    ground_reason: str | None = None
    asked: bool = False
    collected_on: date | None = None
    handed_in: bool = False
    reported: bool = False
    paused: bool = False


Test = Callable[[SpotFacts], Finding]


def _fine(facts: SpotFacts) -> Decimal:
    return facts.case.proposed_yuan or Decimal(0)


def _certain(facts: SpotFacts) -> Finding:
    return facts.certain, N_("违法事实确凿并有法定依据的，才能当场决定。"), {}


def _told(facts: SpotFacts) -> Finding:
    return facts.told, N_("决定前须告知拟处罚内容及事实、理由、依据和权利。"), {}


def _plea(facts: SpotFacts) -> Finding:
    if facts.plea is None:
        return False, N_("须当场听取陈述和申辩并记录。"), {}
    if facts.plea is not SpotPlea.NONE and not facts.plea_text:
        return False, N_("须写明陈述申辩的内容和复核意见。"), {}
    return True, N_("陈述申辩：%(outcome)s。"), {"outcome": facts.plea}


def _cap(facts: SpotFacts) -> Finding:
    if facts.kind is SpotKind.WARNING:
        return True, N_("警告可以当场决定。"), {}
    values = {"cap": f"{facts.cap:,.0f}", "amount": f"{_fine(facts):,.2f}"}
    text = N_("当场罚款不超过%(cap)s元（%(amount)s元）；超过的适用普通程序。")
    return 0 < _fine(facts) <= facts.cap, text, values


def _spot_range(facts: SpotFacts) -> Finding:
    if facts.kind is SpotKind.FINE:
        found = gate("range", facts.case)
        return found.open, found.text, found.values
    warned = "警告" in facts.case.matter.other
    return warned, N_("该事项的处罚种类须包括警告（%(other)s）。"), {
        "other": facts.case.matter.other or "—"}  # fmt: skip


def _minor(facts: SpotFacts) -> Finding:
    age = facts.case.party_age
    if age is None or age >= ADULT:
        return gate("age", facts.case).open, N_("当事人不是未成年人，或者没有登记出生日期。"), {}
    if facts.kind is SpotKind.WARNING:
        found = gate("age", facts.case)
        return found.open, found.text, found.values
    text = N_("当事人行为时%(age)s周岁，不得当场罚款；须查明从轻、减轻情形，适用普通程序。")
    return False, text, {"age": age}


def _hearing_size(facts: SpotFacts) -> Finding:
    large = needs_hearing(facts.case.county_code, facts.case.party, _fine(facts))
    return not large, N_("达到听证标准的较大数额罚款不适用简易程序。"), {}


def _fine_due(facts: SpotFacts) -> Finding:
    fine, paid = facts.case.fine_yuan or Decimal(0), facts.case.paid_yuan
    text = N_("须有尚未缴清的罚款（应缴%(fine)s元，已缴%(paid)s元）。")
    return fine > paid, text, {"fine": f"{fine:,.2f}", "paid": f"{paid:,.2f}"}


def _same_day(facts: SpotFacts) -> Finding:
    return facts.case.today == facts.case.decided_on, N_("只能在作出决定的当天当场收缴。"), {}


def _collect_ground(facts: SpotFacts) -> Finding:
    fine = facts.case.fine_yuan or Decimal(0)
    if facts.ground is None:
        return False, N_("除罚款一百元以下、事后难以执行、边远地区当事人提出外，不得自行收缴。"), {}
    if facts.ground is CollectGround.SMALL:
        text = N_("当场收缴限于一百元以下的罚款（%(fine)s元）。")
        return fine <= SMALL_YUAN, text, {"fine": f"{fine:,.2f}"}
    if not facts.ground_reason:
        return False, N_("须写明不当场收缴难以执行或者缴款困难的具体情况。"), {}
    if facts.ground is CollectGround.REMOTE:
        return facts.asked, N_("边远地区当场收缴须由当事人提出。"), {}
    return True, N_("不当场收缴事后难以执行，理由已写明。"), {}


def _cash_held(facts: SpotFacts) -> Finding:
    held = facts.collected_on is not None and not facts.handed_in
    return held, N_("须有当场收缴、尚未交至机关的罚款。"), {}


def _unreported(facts: SpotFacts) -> Finding:
    return not facts.reported, N_("尚未报所属机关备案。"), {}


def _paid(facts: SpotFacts) -> Finding:
    case = facts.case
    fine, extra = case.fine_yuan or Decimal(0), case.surcharge_yuan
    done = case.paid_yuan >= fine and case.surcharge_paid_yuan >= extra
    text = N_("应缴%(fine)s元，已缴%(paid)s元；逾期应缴加处罚款%(extra)s元，已缴%(extra_paid)s元。")
    return done, text, {
        "fine": f"{fine:,.2f}", "paid": f"{case.paid_yuan:,.2f}", "extra": f"{extra:,.2f}",
        "extra_paid": f"{case.surcharge_paid_yuan:,.2f}",
    }  # fmt: skip


def _handed_in(facts: SpotFacts) -> Finding:
    done = facts.collected_on is None or facts.handed_in
    return done, N_("当场收缴的罚款须已交至机关。"), {}


def _reported(facts: SpotFacts) -> Finding:
    return facts.reported, N_("须已报所属机关备案。"), {}


def _running(facts: SpotFacts) -> Finding:
    return not facts.paused, N_("已登记的复议、诉讼尚未终结。"), {}


def _standing_still(facts: SpotFacts) -> Finding:
    return facts.paused, N_("须有已登记、尚未终结的复议或者诉讼。"), {}


# fmt: off
SPOT_GATES: Final[dict[str, tuple[Test, str, str, str]]] = {
    #                 test             title                 rule   article
    "certain":        (_certain,        N_("事实确凿"),       "S1",  APL[51].zh),
    "told":           (_told,           N_("当场告知"),       "R4",  APL[44].zh),
    "plea":           (_plea,           N_("听取陈述申辩"),   "R4",  APL[45].zh),
    "cap":            (_cap,            N_("当场处罚限额"),   "S3",  APL[51].zh),
    "spot_range":     (_spot_range,     N_("处罚种类和幅度"), "R13", APL[5].zh),
    "minor":          (_minor,          N_("责任年龄"),       "R10", APL[30].zh),
    "hearing_size":   (_hearing_size,   N_("听证标准"),       "R5",  APL[63].zh),
    "fine_due":       (_fine_due,       N_("罚款未缴清"),     "S4",  APL[67].zh),
    "same_day":       (_same_day,       N_("当场"),           "R19", APL[68].zh),
    "collect_ground": (_collect_ground, N_("当场收缴的情形"), "R19", APL[68].zh),
    "cash_held":      (_cash_held,      N_("收缴的罚款"),     "S4",  APL[71].zh),
    "unreported":     (_unreported,     N_("尚未备案"),       "S5",  APL[52].zh),
    "paid":           (_paid,           N_("履行完毕"),       "S6",  APL[67].zh),
    "handed_in":      (_handed_in,      N_("罚款已上交"),     "S4",  APL[71].zh),
    "reported":       (_reported,       N_("已备案"),         "S5",  APL[52].zh),
    "running":        (_running,        N_("复议、诉讼"),     "—",   APL[73].zh),
    "standing_still": (_standing_still, N_("复议、诉讼"),     "—",   APL[73].zh),
}
# fmt: on


def spot_gates(names: tuple[str, ...], facts: SpotFacts) -> tuple[Gate, ...]:
    """Compute gates of a penalty on the spot, in the order asked for."""
    return tuple(_gate(name, facts) for name in names)


def _gate(name: str, facts: SpotFacts) -> Gate:
    if name not in SPOT_GATES:
        return gate(name, facts.case)
    test, title, rule, article = SPOT_GATES[name]
    is_open, text, values = test(facts)
    if name == "collect_ground" and facts.ground is CollectGround.REMOTE:
        article = APL[69].zh
    return Gate(name, is_open, title, text, values, rule, article)


def step_of(state: S | None, event: E) -> SpotStep | None:
    """Return the row of an act from a state (None: no record yet), None where there is none."""
    return next(
        (
            row for row in SPOT
            if row.event is event and (state in row.sources if state else not row.sources)
        ),
        None,
    )  # fmt: skip


def article_of(event: E) -> Article:
    """Return the article that governs an act; of no person's act, that by which days count."""
    return next((row.source for row in SPOT if row.event is event), APL[85])


def steps_from(state: S) -> tuple[SpotStep, ...]:
    """Return all rows that start from a state, in the order of the table."""
    return tuple(row for row in SPOT if state in row.sources)
