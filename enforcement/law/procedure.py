"""The ordinary procedure (普通程序) as a table: who may do what from which state, by which article.

Rows P1-P23 of procedure.md 2.4 that the platform carries out. A step that stays in its state has
no target. `paper` is issued by the act itself; `needs` are papers that must be on file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enforcement.law.articles import APL, Article
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S

WORK, REVIEW, APPROVE = "work", "review", "approve"  # officers of the case; unit leader; head


@dataclass(frozen=True)
class Step:
    """One row: event, states it may start from, state it leads to (None: stays)."""

    event: E
    sources: tuple[S, ...]
    target: S | None
    by: str
    paper: str | None
    gates: tuple[str, ...]
    two_officers: bool
    source: Article

    def leads_to(self, state: S) -> S:
        """Return the state after this step."""
        return self.target or state


_OPEN = (S.FILED, S.INVESTIGATION_CLOSED)
_REVIEWS = (S.FILING_REVIEW, S.PROPOSAL_REVIEW, S.DECISION_REVIEW, S.CLOSING_REVIEW)
# fmt: off
PROCEDURE: Final = (
    #    event                from                        to                      who      paper  gates                                two    article
    Step(E.CHECK,             (S.CLUE,),                  S.CHECKING,             WORK,    None,  ("matter",),                         False, APL[54]),
    Step(E.PROPOSE_FILING,    (S.CHECKING,),              S.FILING_REVIEW,        WORK,    None,  ("matter", "officers", "time_bar"),  True,  APL[54]),
    Step(E.APPROVE_FILING,    (S.FILING_REVIEW,),         S.FILED,                APPROVE, "D02", ("endorsed", "matter", "officers", "time_bar"),  False, APL[54]),
    Step(E.REFUSE_FILING,     (S.FILING_REVIEW,),         S.NOT_FILED,            APPROVE, None,  (),                                  False, APL[54]),
    Step(E.RECORD_SCENE,      (S.FILED,),                 None,                   WORK,    "D08", ("officers",),                       True,  APL[55]),
    Step(E.ORDER_CORRECTION,  _OPEN,                      None,                   WORK,    "D09", ("officers",),                       True,  APL[28]),
    Step(E.CLOSE_INVESTIGATION, (S.FILED,),               S.INVESTIGATION_CLOSED, WORK,    None,  ("scene", "officers"),               True,  APL[54]),
    Step(E.PROPOSE_PENALTY,   (S.INVESTIGATION_CLOSED,),  S.PROPOSAL_REVIEW,      WORK,    None,  ("range", "hearing", "corrected"),   False, APL[57]),
    Step(E.APPROVE_PROPOSAL,  (S.PROPOSAL_REVIEW,),       None,                   APPROVE, None,  ("endorsed", "range", "hearing"),    False, APL[57]),
    Step(E.NOTIFY,            (S.PROPOSAL_REVIEW,),       S.NOTICED,              WORK,    "D26", ("proposal", "officers"),            True,  APL[44]),
    Step(E.HEAR_STATEMENT,    (S.NOTICED,),               None,                   WORK,    None,  ("officers",),                       True,  APL[45]),
    Step(E.PROPOSE_DECISION,  (S.NOTICED,),               S.DECISION_REVIEW,      WORK,    None,  ("notice", "statement", "not_heavier", "range", "hearing"), False, APL[57]),
    Step(E.DECIDE,            (S.DECISION_REVIEW,),       S.DECIDED,              APPROVE, "D38", ("endorsed", "matter", "notice", "statement", "not_heavier", "range", "hearing", "ninety_days", "corrected"), False, APL[57]),
    Step(E.SERVE,             (S.DECIDED,),               S.SERVED,               WORK,    "D41", ("officers",),                       True,  APL[61]),
    Step(E.RECORD_PAYMENT,    (S.SERVED,),                None,                   WORK,    None,  (),                                  False, APL[67]),
    Step(E.PROPOSE_CLOSING,   (S.SERVED,),                S.CLOSING_REVIEW,       WORK,    None,  ("paid",),                           False, APL[66]),
    Step(E.APPROVE_CLOSING,   (S.CLOSING_REVIEW,),        S.CLOSED,               APPROVE, "D56", ("endorsed", "paid"),                          False, APL[66]),
    Step(E.ENDORSE,           _REVIEWS,                   None,                   REVIEW,  None,  (),                                  False, APL[57]),
    Step(E.SEND_BACK,         (S.FILING_REVIEW,),         S.CHECKING,             APPROVE, None,  (),                                  False, APL[54]),
    Step(E.SEND_BACK,         (S.PROPOSAL_REVIEW,),       S.INVESTIGATION_CLOSED, APPROVE, None,  (),                                  False, APL[57]),
    Step(E.SEND_BACK,         (S.DECISION_REVIEW,),       S.NOTICED,              APPROVE, None,  (),                                  False, APL[57]),
    Step(E.SEND_BACK,         (S.CLOSING_REVIEW,),        S.SERVED,               APPROVE, None,  (),                                  False, APL[66]),
)
# fmt: on


def step_for(state: S, event: E) -> Step | None:
    """Return the row for an event in a state, None where the law knows no such step."""
    return next((s for s in PROCEDURE if s.event is event and state in s.sources), None)


def steps_from(state: S) -> tuple[Step, ...]:
    """Return all rows that start from a state, in the order of the table."""
    return tuple(step for step in PROCEDURE if state in step.sources)


def article_of(event: E) -> Article:
    """Return the article that governs an event (its first row's)."""
    return next(step.source for step in PROCEDURE if step.event is event)
