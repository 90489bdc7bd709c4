"""The ordinary procedure (普通程序) as a table: who may do what from which state, by which article.

Rows P1-P23 of procedure.md 2.4; hearing, stops, transfers and execution stand in tables of their
own and are joined here. A step that stays in its state has no target.
"""

from __future__ import annotations

from typing import Final

from enforcement.law.articles import APL, Article
from enforcement.law.procedure_execution import EXECUTION
from enforcement.law.procedure_hearing import HEARING
from enforcement.law.procedure_own_execution import DEMOLITION, OWN_EXECUTION, REMEDIES
from enforcement.law.procedure_step import (
    APPROVE,
    CHAIR,
    LEGAL,
    PERFORMED,
    REVIEW,
    WORK,
    Step,
)
from enforcement.law.procedure_stops import STOPS
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S

__all__ = ["APPROVE", "CHAIR", "LEGAL", "PROCEDURE", "REVIEW", "WORK", "Step", "article_of",
           "step_for", "steps_from"]  # fmt: skip

_OPEN = (S.FILED, S.INVESTIGATION_CLOSED)
_REVIEWS = (S.FILING_REVIEW, S.PROPOSAL_REVIEW, S.DECISION_REVIEW, S.NO_PENALTY_REVIEW,
            S.DEMOLITION_REVIEW, S.CLOSING_REVIEW)  # fmt: skip
_DECISION = ("endorsed", "matter", "notice", "statement", "not_heavier", "range", "age", "hearing",
             "legal_review", "collective", "ninety_days", "corrected", "fined_once")  # fmt: skip
# fmt: off
_ORDINARY: Final = (
    #    event                from                        to                      who      paper  gates                                two    article
    Step(E.CHECK,             (S.CLUE,),                  S.CHECKING,             WORK,    None,  ("matter",),                         False, APL[54]),
    Step(E.ASSIGN,            (S.CLUE, S.CHECKING),       None,                   REVIEW,  None,  ("officers", "recused"),              False, APL[42]),
    Step(E.PROPOSE_FILING,    (S.CHECKING,),              S.FILING_REVIEW,        WORK,    None,  ("matter", "officers", "recused", "time_bar"),  True,  APL[54]),
    Step(E.APPROVE_FILING,    (S.FILING_REVIEW,),         S.FILED,                APPROVE, "D02", ("endorsed", "matter", "officers", "recused", "time_bar"),  False, APL[54]),
    Step(E.REFUSE_FILING,     (S.FILING_REVIEW,),         S.NOT_FILED,            APPROVE, "D03", (),                                  False, APL[54]),
    Step(E.RECORD_SCENE,      (S.FILED,),                 None,                   WORK,    "D08", ("officers", "recused",),                       True,  APL[55]),
    Step(E.INTERVIEW,         (S.FILED,),                 None,                   WORK,    "D07", ("officers", "recused",),                       True,  APL[55]),
    Step(E.ORDER_CORRECTION,  _OPEN,                      None,                   WORK,    "D09", ("officers", "recused",),                       True,  APL[28]),
    Step(E.REINSPECT,         _OPEN,                      None,                   WORK,    "D10", ("ordered", "officers", "recused"),             True,  APL[28]),
    Step(E.CLOSE_INVESTIGATION, (S.FILED,),               S.INVESTIGATION_CLOSED, WORK,    "D24", ("scene", "officers", "recused"),               True,  APL[54]),
    Step(E.PROPOSE_PENALTY,   (S.INVESTIGATION_CLOSED,),  S.PROPOSAL_REVIEW,      WORK,    None,  ("range", "age", "corrected", "fined_once"), False, APL[57]),
    Step(E.APPROVE_PROPOSAL,  (S.PROPOSAL_REVIEW,),       None,                   APPROVE, "D25", ("endorsed", "range"),               False, APL[57]),
    Step(E.NOTIFY,            (S.PROPOSAL_REVIEW,),       S.NOTICED,              WORK,    "D26", ("proposal", "officers", "recused"),            True,  APL[44]),
    Step(E.HEAR_STATEMENT,    (S.NOTICED, S.DEMOLITION_REVIEW), None,                   WORK,    "D28", ("officers", "recused",),                       True,  APL[45]),
    Step(E.PROPOSE_DECISION,  (S.NOTICED,),               S.DECISION_REVIEW,      WORK,    None,  ("notice", "statement", "not_heavier", "range", "hearing"), False, APL[57]),
    Step(E.REVIEW_LEGALITY,   (S.DECISION_REVIEW, S.NO_PENALTY_REVIEW, S.DEMOLITION_REVIEW), None, LEGAL,   "D35", (),                                  False, APL[58]),
    Step(E.DISCUSS,           (S.DECISION_REVIEW, S.NO_PENALTY_REVIEW, S.DEMOLITION_REVIEW), None, APPROVE, "D36", ("reviewed_first",),                 False, APL[57]),
    Step(E.DECIDE,            (S.DECISION_REVIEW,),       S.DECIDED,              APPROVE, "D38", _DECISION,                           False, APL[57]),
    Step(E.PROPOSE_NO_PENALTY, (S.INVESTIGATION_CLOSED,), S.NO_PENALTY_REVIEW,    WORK,    None,  ("ground",),                         False, APL[57]),
    Step(E.DECIDE_NO_PENALTY, (S.NO_PENALTY_REVIEW,),     S.DECIDED,              APPROVE, "D39", ("endorsed", "ground", "legal_review", "collective", "ninety_days"), False, APL[57]),
    Step(E.SERVE,             (S.DECIDED,),               S.SERVED,               WORK,    "D41", ("officers", "recused",),                       True,  APL[61]),
    Step(E.SERVE,             (S.SERVED,),                None,                   WORK,    "D41", ("notice_running", "officers", "recused"),      True,  APL[61]),
    Step(E.PROPOSE_CLOSING,   PERFORMED,                  S.CLOSING_REVIEW,       WORK,    None,  ("performed", "measures"),           False, APL[66]),
    Step(E.APPROVE_CLOSING,   (S.CLOSING_REVIEW,),        S.CLOSED,               APPROVE, "D56", ("endorsed", "performed", "measures"), False, APL[66]),
    Step(E.ENDORSE,           _REVIEWS,                   None,                   REVIEW,  None,  (),                                  False, APL[57]),
    Step(E.SEND_BACK,         (S.FILING_REVIEW,),         S.CHECKING,             APPROVE, None,  (),                                  False, APL[54]),
    Step(E.SEND_BACK,         (S.PROPOSAL_REVIEW, S.NO_PENALTY_REVIEW, S.DEMOLITION_REVIEW), S.INVESTIGATION_CLOSED, APPROVE, None, (),  False, APL[57]),
    Step(E.SEND_BACK,         (S.DECISION_REVIEW,),       S.NOTICED,              APPROVE, None,  (),                                  False, APL[57]),
    Step(E.SEND_BACK,         (S.CLOSING_REVIEW,),        None,                   APPROVE, None,  (),                                  False, APL[66], returns=True),
)
# fmt: on
PROCEDURE: Final = (
    *_ORDINARY,
    *HEARING,
    *EXECUTION,
    *DEMOLITION,
    *OWN_EXECUTION,
    *REMEDIES,
    *STOPS,
)


def step_for(state: S, event: E) -> Step | None:
    """Return the row for an event in a state, None where the law knows no such step."""
    return next((s for s in PROCEDURE if s.event is event and state in s.sources), None)


def steps_from(state: S) -> tuple[Step, ...]:
    """Return all rows that start from a state, in the order of the table."""
    return tuple(step for step in PROCEDURE if state in step.sources)


def article_of(event: E) -> Article:
    """Return the article that governs an event (its first row's)."""
    return next(step.source for step in PROCEDURE if step.event is event)
