"""What stops a case or gives it away: 中止, 终止, 撤销立案, 移送, 回避, 归档 (P4, P23-P27, T1-T7)."""

from __future__ import annotations

from typing import Final

from enforcement.law.articles import APL
from enforcement.law.procedure_step import (
    APPROVE,
    PERFORMED,
    PERFORMING,
    REVIEW,
    UNDER_WAY,
    WORK,
    Step,
)
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S

_EARLY: Final = (S.CLUE, S.CHECKING)
_FILED: Final = (S.FILED, S.INVESTIGATION_CLOSED)
_ENDED: Final = (S.CLOSED, S.NOT_FILED, S.TERMINATED, S.WITHDRAWN, S.TRANSFERRED)
# fmt: off
STOPS: Final = (
    #    event              from                       to                who      paper  gates                     two    article
    Step(E.SUSPEND,         (*UNDER_WAY, *PERFORMING), S.SUSPENDED,      APPROVE, "D55", (),                       False, APL[57]),
    Step(E.RESUME,          (S.SUSPENDED,),            None,             APPROVE, "D55", (),                       False, APL[57], returns=True),
    Step(E.TERMINATE,       (*UNDER_WAY, *PERFORMING, S.SUSPENDED), S.TERMINATED, APPROVE, "D55", (),              False, APL[57]),
    Step(E.WITHDRAW_FILING, _FILED,                    S.WITHDRAWN,      APPROVE, "D57", ("no_fine_yet",),         False, APL[57]),
    Step(E.TRANSFER,        (*_EARLY, *_FILED),        S.TRANSFERRED,    APPROVE, "D51", (),                       False, APL[25]),
    Step(E.PROPOSE_CRIME,   UNDER_WAY,                 S.CRIME_REVIEW,   WORK,    None,  ("officers", "recused",),            True,  APL[27]),
    Step(E.APPROVE_CRIME,   (S.CRIME_REVIEW,),         S.CRIME_APPROVED, APPROVE, "D52", ("crime_in_time",),       False, APL[27]),
    Step(E.REFUSE_CRIME,    (S.CRIME_REVIEW,),         None,             APPROVE, "D52", (),                       False, APL[27], returns=True),
    Step(E.SEND_CRIME,      (S.CRIME_APPROVED,),       S.TRANSFERRED,    WORK,    "D53", ("officers", "recused",),            True,  APL[27]),
    Step(E.POLICE_RETURN,   (S.TRANSFERRED,),          None,             WORK,    None,  ("crime_sent",),          False, APL[27], returns=True),
    Step(E.ASK_RECUSAL,     (S.FILING_REVIEW, *UNDER_WAY), None,         WORK,    None,  (),                       False, APL[43]),
    Step(E.DECIDE_RECUSAL,  (S.FILING_REVIEW, *UNDER_WAY), None,         APPROVE, "D67", ("recusal_asked",),       False, APL[43]),
    Step(E.CHANGE_OFFICERS, (S.FILING_REVIEW, *UNDER_WAY, *PERFORMED), None, REVIEW, None, ("officers", "recused",),         False, APL[42]),
    Step(E.ARCHIVE,         _ENDED,                    S.ARCHIVED,       WORK,    "D58", ("measures",),            False, APL[54]),
)
# fmt: on
