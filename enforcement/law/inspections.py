"""Inspections of enterprises as a table: acts, gates, papers (procedure.md 2.7).

Source: 国办发〔2024〕54号: on the published list, a yearly cap for each enterprise, approved, told
by a notice, by two officers who show their certificates, never by several brigades one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from enforcement.law.articles import APL, INSPECTING, THREE_SYSTEMS, Article
from enforcement.law.gate_facts import Finding, Gate, OfficerFacts
from enforcement.law.inspection_terms import COUNTED, InspectionResult, InspectionSource
from enforcement.law.inspection_terms import InspectionEvent as E
from enforcement.law.inspection_terms import InspectionState as S
from enforcement.law.power import Answer
from enforcement.law.procedure_step import APPROVE, WORK
from enforcement.law.terms import N_

PUBLISHER: Final = "publish"  # who reviews what becomes public
JOINER: Final = "join"  # an officer of another squad


@dataclass(frozen=True)
class InspectionStep:
    """One row: act, states it may start from (none: it makes the record), papers, gates."""

    event: E
    sources: tuple[S, ...]
    target: S | None
    by: str
    papers: tuple[str, ...]
    gates: tuple[str, ...]
    source: Article


_ORDER: Final = INSPECTING.whole
_SHOWN: Final = THREE_SYSTEMS.whole
_MAY: Final = ("listed", "officers")
# fmt: off
INSPECTIONS: Final = (
    #              act         from                                 to           who        papers    gates                                    article
    InspectionStep(E.PROPOSE,  (),                                  S.PROPOSED,  WORK,      (),       (*_MAY, "frequency", "combined"),        _ORDER),
    InspectionStep(E.JOIN,     (S.PROPOSED, S.APPROVED),            S.PROPOSED,  JOINER,    (),       (),                                      _ORDER),
    InspectionStep(E.APPROVE,  (S.PROPOSED,),                       S.APPROVED,  APPROVE,   ("D62",), (*_MAY, "frequency"),                    _ORDER),
    InspectionStep(E.REFUSE,   (S.PROPOSED,),                       S.REFUSED,   APPROVE,   (),       (),                                      _ORDER),
    InspectionStep(E.NOTIFY,   (S.APPROVED,),                       S.NOTICED,   WORK,      ("D63",), (*_MAY, "in_time"),                      _ORDER),
    InspectionStep(E.ENTER,    (S.NOTICED, S.ENTERED),              S.ENTERED,   WORK,      (),       ("officers", "period", "scanned"),       _ORDER),
    InspectionStep(E.RECORD,   (S.ENTERED,),                        S.RECORDED,  WORK,      ("D64",), ("officers",),                           APL[55]),
    InspectionStep(E.CONCLUDE, (S.RECORDED,),                       S.CONCLUDED, WORK,      ("D65",), ("officers", "result"),                  _ORDER),
    InspectionStep(E.RECHECK,  (S.CORRECTING,),                     S.CONCLUDED, WORK,      ("D10",), ("officers", "due"),                     APL[28]),
    InspectionStep(E.PUBLISH,  (S.CONCLUDED,),                      S.PUBLISHED, PUBLISHER, (),       ("unpublished",),                        _SHOWN),
    InspectionStep(E.CANCEL,   (S.PROPOSED, S.APPROVED, S.NOTICED), S.CANCELLED, WORK,      (),       (),                                      _ORDER),
)
# fmt: on
OPEN: Final = (S.PROPOSED, S.APPROVED, S.NOTICED, S.ENTERED, S.RECORDED, S.CORRECTING)
"""States in which an inspection is under way: no other one of the enterprise begins beside it."""


@dataclass(frozen=True)
class InspectionFacts:
    """What the gates look at.

    used, cap -- counted inspections of the enterprise this year, and the most there may be
    open_number -- another inspection of the enterprise under way, with the unit that does it
    scanned, no_scan -- the code at the gate was read, else why it could not be
    corrections, correct_until, act -- what the result says; due_on -- until when to put right
    """

    today: date
    power: Answer
    officers: tuple[OfficerFacts, ...]
    source: InspectionSource
    used: int
    cap: int
    open_number: str | None
    open_unit: str | None
    from_on: date
    until_on: date
    scanned: bool = False
    no_scan: str | None = None
    result: InspectionResult | None = None
    corrections: str | None = None
    correct_until: date | None = None
    act: str | None = None
    due_on: date | None = None
    corrected: bool = False


def _listed(facts: InspectionFacts) -> Finding:
    return facts.power.allowed, "%(why)s", {"why": facts.power.reason}


def _officers(facts: InspectionFacts) -> Finding:
    problems = [f"{one.name}：{one.problem}" for one in facts.officers if one.problem]
    if problems:
        return False, N_("执法人员不能办理：%(why)s。"), {"why": "；".join(problems)}
    if len({one.certificate for one in facts.officers}) < 2:
        return False, N_("执法人员不得少于两人。"), {}
    return True, N_("两名执法人员证件有效。"), {}


def _frequency(facts: InspectionFacts) -> Finding:
    values = {"used": facts.used, "cap": facts.cap}
    if facts.source not in COUNTED:
        text = N_("因%(source)s检查，不受年度频次限制（本年度已检查%(used)s次，上限%(cap)s次）。")
        return True, text, values | {"source": facts.source}
    text = N_("本年度已检查%(used)s次，上限%(cap)s次。")
    return facts.used < facts.cap, text, values


def _combined(facts: InspectionFacts) -> Finding:
    if facts.open_number is None:
        return True, N_("没有其他单位正在检查该企业。"), {}
    text = N_("%(unit)s正在办理对该企业的检查%(number)s，应当并入联合检查，不得重复检查。")
    return False, text, {"unit": facts.open_unit or "—", "number": facts.open_number}


def _in_time(facts: InspectionFacts) -> Finding:
    text = N_("批准的检查时间至%(day)s。")
    return facts.today <= facts.until_on, text, {"day": facts.until_on}


def _period(facts: InspectionFacts) -> Finding:
    text = N_("批准的检查时间为%(from_on)s至%(until_on)s。")
    values = {"from_on": facts.from_on, "until_on": facts.until_on}
    return facts.from_on <= facts.today <= facts.until_on, text, values


def _scanned(facts: InspectionFacts) -> Finding:
    if facts.scanned:
        return True, N_("已扫描企业码。"), {}
    if facts.no_scan:
        return True, N_("未扫码，理由已写明。"), {}
    return False, N_("须扫描企业码进入；不能扫码的，写明理由。"), {}


def _result(facts: InspectionFacts) -> Finding:
    if facts.result is InspectionResult.ORDERED and not (facts.corrections and facts.correct_until):
        return False, N_("责令限期改正的，须写明整改要求和期限。"), {}
    if facts.result is InspectionResult.ORDERED and facts.correct_until < facts.today:  # type: ignore[operator]
        return False, N_("改正期限不能早于今天。"), {}
    if facts.result is InspectionResult.LEAD and not facts.act:
        return False, N_("转为案件线索的，须写明涉嫌违法行为。"), {}
    return facts.result is not None, N_("须写明检查结果。"), {}


def _due(facts: InspectionFacts) -> Finding:
    done = facts.corrected or (facts.due_on is not None and facts.today > facts.due_on)
    return (
        done,
        N_("改正期限届满（%(day)s）或者企业报告已改正后复查。"),
        {"day": facts.due_on or "—"},
    )


def _unpublished(facts: InspectionFacts) -> Finding:
    return True, N_("须已告知检查结果。"), {}


Test = Callable[[InspectionFacts], Finding]
# fmt: off
INSPECTION_GATES: Final[dict[str, tuple[Test, str, str, Article]]] = {
    #              test          title               rule  article
    "listed":      (_listed,      N_("检查权限"),     "R1", _ORDER),
    "officers":    (_officers,    N_("执法人员"),     "R2", APL[42]),
    "frequency":   (_frequency,   N_("年度检查频次"), "—",  _ORDER),
    "combined":    (_combined,    N_("联合检查"),     "—",  _ORDER),
    "in_time":     (_in_time,     N_("检查时间"),     "—",  _ORDER),
    "period":      (_period,      N_("检查时间"),     "—",  _ORDER),
    "scanned":     (_scanned,     N_("扫码入企"),     "—",  _ORDER),
    "result":      (_result,      N_("检查结果"),     "—",  _ORDER),
    "due":         (_due,         N_("改正期限"),     "—",  APL[28]),
    "unpublished": (_unpublished, N_("结果公开"),     "—",  _SHOWN),
}
# fmt: on


def inspection_gates(names: tuple[str, ...], facts: InspectionFacts) -> tuple[Gate, ...]:
    """Compute gates of an inspection, in the order asked for."""
    return tuple(_gate(name, facts) for name in names)


def _gate(name: str, facts: InspectionFacts) -> Gate:
    test, title, rule, article = INSPECTION_GATES[name]
    is_open, text, values = test(facts)
    return Gate(name, is_open, title, text, values, rule, article.zh)


def step_of(state: S | None, event: E) -> InspectionStep | None:
    """Return the row of an act from a state (None: no record yet), None where there is none."""
    return next(
        (row for row in INSPECTIONS
         if row.event is event and (state in row.sources if state else not row.sources)),
        None,
    )  # fmt: skip


def article_of(event: E) -> Article:
    """Return the article that governs an act; of no person's act, that by which days count."""
    return next((row.source for row in INSPECTIONS if row.event is event), APL[85])


def steps_from(state: S) -> tuple[InspectionStep, ...]:
    """Return all rows that start from a state, in the order of the table."""
    return tuple(row for row in INSPECTIONS if state in row.sources)
