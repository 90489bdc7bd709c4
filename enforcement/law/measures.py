"""Measures (强16-28) and preservation (罚56) as a table: who does what, by which article.

Rows M1-M7 and P6 of procedure.md. A row may hold for some kinds of measure only; gates named in
`law.gates` are those of the case, the others stand in `law.measure_gates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from enforcement.law.articles import ACL, APL, Article
from enforcement.law.measure_terms import MeasureEvent as E
from enforcement.law.measure_terms import MeasureKind as K
from enforcement.law.measure_terms import MeasureState as S
from enforcement.law.procedure_step import APPROVE, WORK
from enforcement.law.time_limits import Due, due_on, limit
from enforcement.law.workdays import Calendar

SYSTEM: Final = "system"  # done by the worker, never by a person
COERCIVE: Final = (K.SEAL, K.SEIZE)
ALL: Final = (K.SEAL, K.SEIZE, K.PRESERVE)
_P: Final = (K.PRESERVE,)


@dataclass(frozen=True)
class MeasureStep:
    """One row: act, kinds it holds for, states it may start from (none: it makes the measure).

    target -- None: stays; papers -- issued by the act; gates -- must be open
    """

    event: E
    kinds: tuple[K, ...]
    sources: tuple[S, ...]
    target: S | None
    by: str
    papers: tuple[str, ...]
    gates: tuple[str, ...]
    source: Article


_THINGS: Final = ("involved", "not_living", "not_sealed", "milder")
_PEOPLE: Final = ("officers", "recused")
_BASIS: Final = ("power", "channel", "granted", *_THINGS)
_HELD: Final = (S.URGENT, S.REPORTED, S.IN_FORCE, S.RELEASED, S.LAPSED)
# fmt: off
MEASURES: Final = (
    #           act            kinds     from            to           who      papers           gates                                   article
    MeasureStep(E.PROPOSE,     COERCIVE, (),             S.PROPOSED,  WORK,    (),              ("under_way", *_PEOPLE, *_BASIS),       ACL[18]),
    MeasureStep(E.PROPOSE,     _P,       (),             S.PROPOSED,  WORK,    (),              ("under_way", *_PEOPLE, "power", "involved"), APL[56]),
    MeasureStep(E.APPROVE,     COERCIVE, (S.PROPOSED,),  S.APPROVED,  APPROVE, ("D17",),        ("under_way", *_BASIS),                 ACL[18]),
    MeasureStep(E.APPROVE,     _P,       (S.PROPOSED,),  S.APPROVED,  APPROVE, ("D14",),        ("under_way", "power", "involved"),     APL[56]),
    MeasureStep(E.REFUSE,      COERCIVE, (S.PROPOSED, S.APPROVED), S.REFUSED, APPROVE, ("D17",), (),                                    ACL[18]),
    MeasureStep(E.REFUSE,      _P,       (S.PROPOSED, S.APPROVED), S.REFUSED, APPROVE, ("D14",), (),                                    APL[56]),
    MeasureStep(E.ACT_AT_ONCE, COERCIVE, (),             S.URGENT,    WORK,    ("D18", "D19"),  ("under_way", *_PEOPLE, *_BASIS),       ACL[19]),
    MeasureStep(E.REPORT,      COERCIVE, (S.URGENT,),    S.REPORTED,  WORK,    (),              ("report_in_time",),                    ACL[19]),
    MeasureStep(E.CONFIRM,     COERCIVE, (S.REPORTED,),  S.IN_FORCE,  APPROVE, ("D17",),        ("report_in_time", *_BASIS),            ACL[19]),
    MeasureStep(E.DISAGREE,    COERCIVE, (S.REPORTED,),  S.RELEASED,  APPROVE, ("D17", "D22"),  (),                                     ACL[19]),
    MeasureStep(E.CARRY_OUT,   COERCIVE, (S.APPROVED,),  S.IN_FORCE,  WORK,    ("D18", "D19"),  ("approved", "under_way", *_PEOPLE, *_BASIS), ACL[18]),
    MeasureStep(E.CARRY_OUT,   _P,       (S.APPROVED,),  S.IN_FORCE,  WORK,    ("D15",),        ("approved", "under_way", *_PEOPLE, "power", "involved"), APL[56]),
    MeasureStep(E.EXTEND,      COERCIVE, (S.IN_FORCE,),  None,        APPROVE, ("D20",),        ("not_extended", "not_over"),           ACL[25]),
    MeasureStep(E.EXCLUDE,     COERCIVE, (S.IN_FORCE,),  None,        WORK,    ("D13", "D21"),  (*_PEOPLE, "not_over"),                 ACL[25]),
    MeasureStep(E.DISPOSE,     COERCIVE, (S.IN_FORCE,),  None,        APPROVE, ("D22",),        ("not_over", "confiscation"),           ACL[27]),
    MeasureStep(E.DISPOSE,     _P,       (S.IN_FORCE,),  None,        APPROVE, ("D16",),        ("not_over", "confiscation"),           APL[56]),
    MeasureStep(E.HAND_OUT,    COERCIVE, _HELD,          None,        WORK,    ("D23",),        (*_PEOPLE, "decided_on"),               ACL[28]),
    MeasureStep(E.HAND_OUT,    _P,       _HELD,          None,        WORK,    ("D23",),        (*_PEOPLE, "decided_on"),               APL[56]),
    MeasureStep(E.KEEP,        ALL,      _HELD,          None,        WORK,    (),              (),                                     ACL[26]),
    MeasureStep(E.LAPSE,       COERCIVE, (S.URGENT, S.REPORTED, S.IN_FORCE), S.LAPSED, SYSTEM, ("D22",), (),                            ACL[27]),
    MeasureStep(E.LAPSE,       _P,       (S.IN_FORCE,),  S.LAPSED,    SYSTEM,  ("D16",),        (),                                     APL[56]),
)
# fmt: on
OPEN_STATES: Final = (
    S.PROPOSED,
    S.APPROVED,
    S.URGENT,
    S.REPORTED,
    S.IN_FORCE,
    S.RELEASED,
    S.LAPSED,
)  # fmt: skip
"""A case with a measure in one of these can neither be closed nor archived."""
HOURS_TO_REPORT: Final = 24  # 强19
EXTENSION: Final = timedelta(days=30)  # 强25: once, at most
LIMIT_OF: Final = {K.SEAL: "seizure", K.SEIZE: "seizure", K.PRESERVE: "preservation"}


def step_of(kind: K, state: S | None, event: E) -> MeasureStep | None:
    """Return the row of an act from a state (None: the measure is not made yet), None without."""
    return next(
        (
            row for row in MEASURES
            if row.event is event and kind in row.kinds
            and (state in row.sources if state else not row.sources)
        ),
        None,
    )  # fmt: skip


def steps_from(kind: K, state: S) -> tuple[MeasureStep, ...]:
    """Return what a person may do from a state, in the order of the table."""
    return tuple(
        row for row in MEASURES
        if kind in row.kinds and state in row.sources and row.by != SYSTEM
    )  # fmt: skip


def article_of(kind: K, event: E) -> Article:
    """Return the article of an act upon a kind of measure, or any; 罚85 of no person's act."""
    own = [row.source for row in MEASURES if row.event is event and kind in row.kinds]
    any_kind = (row.source for row in MEASURES if row.event is event)
    return own[0] if own else next(any_kind, APL[85])


def due_of(
    kind: K,
    taken_on: date,
    *,
    extended: bool = False,
    excluded_days: int = 0,
    calendar: Calendar | None = None,
) -> Due:
    """Return until when a measure lasts that was taken on a day (强25: 30 + 30, 罚56: 7 working).

    excluded_days -- of testing periods that were told in writing. The raw day counts: it is the
    organ's own limit. Raises CalendarExhaustedError where working days are not known.
    """
    more = (EXTENSION if extended else timedelta()) + timedelta(days=excluded_days)
    found = due_on(LIMIT_OF[kind], taken_on, calendar)
    if not more:
        return found
    return Due(found.raw + more, None, None, limit(LIMIT_OF[kind]))
