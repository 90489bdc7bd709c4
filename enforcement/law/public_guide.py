"""Procedures, limits and remedies as the public reads them, out of the tables of the law (118号)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from enforcement.law.articles import ACL, ALL, APL, ARL, INSPECTING, LAND, Article
from enforcement.law.inspection_terms import InspectionEvent as N
from enforcement.law.inspections import INSPECTIONS
from enforcement.law.measure_terms import MeasureEvent as M
from enforcement.law.measures import MEASURES
from enforcement.law.paperwork import paper
from enforcement.law.procedure import PROCEDURE
from enforcement.law.spot import SPOT
from enforcement.law.spot_terms import SpotEvent as S
from enforcement.law.terms import N_, Term
from enforcement.law.terms import CaseEvent as C


class Guide(Term):
    """A procedure that the public is told of."""

    INSPECTION = "inspection", "涉企行政检查", "Inspection of an enterprise"
    SUMMARY = "summary", "简易程序（当场处罚）", "Summary procedure (penalty on the spot)"
    ORDINARY = "ordinary", "普通程序", "Ordinary procedure"
    HEARING = "hearing", "听证", "Hearing"
    MEASURES = "measures", "查封、扣押和先行登记保存", "Sealing, seizing, preserving evidence"
    EXECUTION = "execution", "缴款和强制执行", "Payment and forced execution"


class Where(Term):
    """To whom somebody turns with a remedy."""

    ORGAN = "organ", "作出行为的执法机关", "The organ that acted"
    REVIEWER = "reviewer", "行政复议机关", "The organ of reconsideration"
    COURT = "court", "人民法院", "The court"


@dataclass(frozen=True)
class GuideStep:
    """One step: the act, the articles it rests on, the papers that the party gets of it."""

    act: Term
    articles: tuple[Article, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True)
class Procedure:
    """A procedure as it is made public; limits -- ids of time limits that bind in it."""

    guide: Guide
    basis: Article
    steps: tuple[GuideStep, ...]
    limits: tuple[str, ...]


@dataclass(frozen=True)
class Remedy:
    """What somebody may do against an act: where, within which limit, by which article."""

    limit_id: str
    where: Where
    article: Article
    words: str


def _papers(row: Any) -> tuple[str, ...]:
    codes = row.papers if hasattr(row, "papers") else (row.paper,)
    return tuple(code for code in codes if code is not None and not paper(code).internal)


def _steps(rows: Iterable[Any], *acts: Term) -> tuple[GuideStep, ...]:
    """Return the acts in the order given, each with what its rows of the table say."""
    known = list(rows)
    found = []
    for act in acts:
        own = [row for row in known if row.event is act]
        articles = tuple(dict.fromkeys(row.source for row in own))
        codes = tuple(dict.fromkeys(code for row in own for code in _papers(row)))
        found.append(GuideStep(act, articles, codes))
    return tuple(found)


# fmt: off
PROCEDURES: Final = (
    Procedure(
        Guide.INSPECTION, INSPECTING.whole,
        _steps(INSPECTIONS, N.PROPOSE, N.APPROVE, N.NOTIFY, N.ENTER, N.RECORD, N.CONCLUDE, N.RECHECK, N.PUBLISH),
        ("publication_other",),
    ),
    Procedure(
        Guide.SUMMARY, APL[51],
        _steps(SPOT, S.DECIDE, S.COLLECT, S.HAND_IN, S.REPORT, S.PAY, S.CLOSE),
        ("on_spot_report", "cash_to_organ", "payment"),
    ),
    Procedure(
        Guide.ORDINARY, APL[54],
        _steps(PROCEDURE, C.CHECK, C.APPROVE_FILING, C.RECORD_SCENE, C.INTERVIEW, C.ORDER_CORRECTION, C.REINSPECT,
               C.CLOSE_INVESTIGATION, C.NOTIFY, C.HEAR_STATEMENT, C.REVIEW_LEGALITY, C.DISCUSS, C.DECIDE,
               C.DECIDE_NO_PENALTY, C.SERVE),
        ("decision", "decision_extension", "statement", "service", "publication", "withdrawal", "time_bar", "time_bar_serious"),
    ),
    Procedure(
        Guide.HEARING, APL[63],
        _steps(PROCEDURE, C.REQUEST_HEARING, C.CALL_HEARING, C.HOLD_HEARING, C.REPORT_HEARING),
        ("hearing_request", "hearing_notice", "hearing_report"),
    ),
    Procedure(
        Guide.MEASURES, ACL[18],
        _steps(MEASURES, M.APPROVE, M.CARRY_OUT, M.ACT_AT_ONCE, M.CONFIRM, M.EXTEND, M.EXCLUDE, M.DISPOSE, M.HAND_OUT),
        ("seizure", "seizure_extension", "measure_report", "preservation"),
    ),
    Procedure(
        Guide.EXECUTION, APL[66],
        _steps(PROCEDURE, C.RECORD_PAYMENT, C.PLAN_PAYMENT, C.DEMAND, C.HEAR_DEMANDED, C.ANNOUNCE_DEMOLITION,
               C.ORDER_EXECUTION, C.ORDER_SUBSTITUTE, C.AGREE_EXECUTION, C.APPLY_COURT),
        ("payment", "demand", "demand_own", "demand_substitute", "court_application"),
    ),
)

REMEDIES: Final = (
    Remedy("statement",       Where.ORGAN,    APL[45], N_("收到处罚事先告知书后可以陈述、申辩，行政机关不得因此加重处罚。")),
    Remedy("hearing_request", Where.ORGAN,    APL[63], N_("告知书写明有权要求听证的，可以要求听证，不承担听证费用。")),
    Remedy("reconsideration", Where.REVIEWER, ARL[20], N_("对处罚、强制措施或者其他行政行为不服的，可以申请行政复议，不收费用。")),
    Remedy("reconsideration", Where.REVIEWER, ARL[23], N_("对当场作出的处罚决定不服的，应当先申请行政复议，对复议决定不服的再起诉。")),
    Remedy("litigation",      Where.COURT,    ALL[46], N_("也可以直接向人民法院提起行政诉讼。")),
    Remedy("litigation_after_reconsideration", Where.COURT, ALL[45], N_("申请过行政复议的，对复议决定不服可以起诉。")),
    Remedy("land_litigation", Where.COURT,    LAND[83], N_("对依照土地管理法责令限期拆除的决定不服的，可以起诉；期满不起诉又不自行拆除的，由行政机关申请人民法院强制执行。")),
)
# fmt: on
STANDING: Final = APL[73]
"""While a remedy runs, the decision is still to be performed; the surcharge stands still."""
