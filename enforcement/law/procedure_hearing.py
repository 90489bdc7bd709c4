"""The hearing (听证) as rows H1-H5 of procedure.md 2.4: asked for, called, held, reported."""

from __future__ import annotations

from typing import Final

from enforcement.law.articles import APL
from enforcement.law.procedure_step import CHAIR, WORK, Step
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S

_NOTICED: Final = (S.NOTICED,)
# fmt: off
HEARING: Final = (
    #    event              from      to    who    paper  gates                          two   article
    Step(E.REQUEST_HEARING, _NOTICED, None, WORK,  "D30", ("hearing_told", "officers", "recused"),  True,  APL[64]),
    Step(E.CALL_HEARING,    _NOTICED, None, WORK,  "D31", ("hearing_asked", "officers", "recused"), True,  APL[64]),
    Step(E.HOLD_HEARING,    _NOTICED, None, CHAIR, "D33", ("hearing_called",),           False, APL[64]),
    Step(E.REPORT_HEARING,  _NOTICED, None, CHAIR, "D34", ("hearing_held",),             False, APL[65]),
)
# fmt: on
