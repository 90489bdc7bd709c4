"""Performance and execution (执行): payment, time to pay, demand, court (procedure.md 2.5)."""

from __future__ import annotations

from typing import Final

from enforcement.law.articles import ACL, APL
from enforcement.law.procedure_step import APPROVE, PERFORMED, WORK, Step
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S

# fmt: off
EXECUTION: Final = (
    #    event             from                   to               who      paper  gates                        two    article
    Step(E.RECORD_PAYMENT, PERFORMED,             None,            WORK,    None,  ("fined",),                  False, APL[67]),
    Step(E.PLAN_PAYMENT,   (S.SERVED,),           None,            APPROVE, "D43", ("fined",),                  False, APL[66]),
    Step(E.DEMAND,         (S.SERVED,),           S.DEMANDED,      WORK,    "D45", ("overdue", "officers", "recused"),     True,  ACL[54]),
    Step(E.APPLY_COURT,    (S.DEMANDED,),         S.COURT_APPLIED, APPROVE, "D50", ("demanded", "remedies_over", "court_in_time", "not_stayed", "no_agreement"), False, ACL[53]),
    Step(E.RECORD_COURT,   (S.COURT_APPLIED,),    None,            WORK,    None,  (),                          False, ACL[53]),
    Step(E.REVISE,         (S.DECIDED, *PERFORMED), None,          APPROVE, "D61", ("decided",),                False, APL[75]),
)
# fmt: on
