"""Rows E4-E7 and E9 of procedure.md 2.5, and reconsiderations and lawsuits of 2.7."""

from __future__ import annotations

from typing import Final

from enforcement.law.articles import ACL, APL, ARL, URBAN
from enforcement.law.procedure_step import APPROVE, LEGAL, PERFORMED, WORK, Step
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S

_BOTH: Final = ("officers", "recused")
_EXECUTING: Final = (S.DEMANDED, S.ENFORCING)
_RESTORING: Final = (S.FILED, S.INVESTIGATION_CLOSED, S.SERVED, S.DEMANDED)
_DECIDED: Final = (S.DECIDED, *PERFORMED, S.EXECUTION_SUSPENDED, S.CLOSING_REVIEW, S.CLOSED)
_ORDER: Final = ("endorsed", "matter", "demolishable", "owner_heard", "legal_review", "collective",
                 "ninety_days")  # fmt: skip
_EXECUTE: Final = ("own_power", "demand_over", "announced", "remedies_unused", "not_stayed",
                   "no_agreement", "daytime", "homes")  # fmt: skip
# fmt: off
DEMOLITION: Final = (
    #    event                 from                       to                   who      paper  gates                                       two    article
    Step(E.PROPOSE_DEMOLITION, (S.INVESTIGATION_CLOSED,), S.DEMOLITION_REVIEW, WORK,    None,  ("demolishable", *_BOTH),                   True,  URBAN[64]),
    Step(E.ORDER_DEMOLITION,   (S.DEMOLITION_REVIEW,),    S.DECIDED,           APPROVE, "D47", _ORDER,                                     False, URBAN[64]),
    Step(E.ANNOUNCE_DEMOLITION, (S.DEMANDED,),            None,                APPROVE, "D47", ("demolition", "not_stayed"),               False, ACL[44]),
)
OWN_EXECUTION: Final = (
    Step(E.RECORD_PERFORMANCE, (S.SERVED, *_EXECUTING),   None,                WORK,    None,  ("decided", *_BOTH),                        True,  APL[66]),
    Step(E.HEAR_DEMANDED,      (S.DEMANDED,),             None,                WORK,    "D28", _BOTH,                                      True,  ACL[36]),
    Step(E.ORDER_EXECUTION,    (S.DEMANDED,),             S.ENFORCING,         APPROVE, "D46", _EXECUTE,                                   False, ACL[37]),
    Step(E.RECORD_EXECUTION,   (S.ENFORCING,),            None,                WORK,    "D49", (*_BOTH, "not_stayed", "no_agreement", "daytime", "homes"), True, ACL[43]),
    Step(E.FINISH_EXECUTION,   (S.ENFORCING,),            S.ENFORCED,          WORK,    None,  ("executed",),                              False, ACL[37]),
    Step(E.AGREE_EXECUTION,    _EXECUTING,                None,                APPROVE, "D49", ("no_agreement", "waivable"),               False, ACL[42]),
    Step(E.SUSPEND_EXECUTION,  _EXECUTING,                S.EXECUTION_SUSPENDED, APPROVE, "D55", (),                                       False, ACL[39]),
    Step(E.RESUME_EXECUTION,   (S.EXECUTION_SUSPENDED,),  None,                APPROVE, "D55", ("three_years", "not_stayed"),              False, ACL[39], returns=True),
    Step(E.END_EXECUTION,      (*_EXECUTING, S.EXECUTION_SUSPENDED), S.ENFORCED, APPROVE, "D55", (),                                       False, ACL[40]),
    Step(E.ORDER_SUBSTITUTE,   _RESTORING,                None,                APPROVE, "D48", ("restorable", "not_stayed"),               False, ACL[50]),
    Step(E.DEMAND_SUBSTITUTE,  _RESTORING,                None,                WORK,    "D45", ("substitute_ordered", *_BOTH),             True,  ACL[51]),
    Step(E.RECORD_SUBSTITUTE,  _RESTORING,                None,                WORK,    "D49", ("substitute_due", *_BOTH, "not_stayed", "daytime"), True, ACL[51]),
)
REMEDIES: Final = (
    Step(E.RECEIVE_REMEDY,     _DECIDED,                  None,                LEGAL,   None,  ("made", "no_remedy"),                      False, ARL[48]),
    Step(E.REPLY_REMEDY,       _DECIDED,                  None,                LEGAL,   None,  ("remedy_runs", "unanswered"),              False, ARL[48]),
    Step(E.STAY_EXECUTION,     _DECIDED,                  None,                LEGAL,   None,  ("remedy_runs", "unstayed"),                False, ARL[42]),
    Step(E.LIFT_STAY,          _DECIDED,                  None,                LEGAL,   None,  ("stayed",),                                False, ARL[42]),
    Step(E.END_REMEDY,         _DECIDED,                  None,                LEGAL,   None,  ("remedy_runs",),                           False, ARL[68]),
    Step(E.REDO,               _DECIDED,                  S.INVESTIGATION_CLOSED, APPROVE, None, ("redo_ordered",),                        False, ARL[64]),
)
# fmt: on
