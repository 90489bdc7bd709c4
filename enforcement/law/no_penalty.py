"""Why no penalty follows, and by which provision (罚30, 31, 33, 36, 57)."""

from __future__ import annotations

from typing import Final

from enforcement.law.articles import APL
from enforcement.law.terms import NoPenaltyGround

BASIS: Final = {
    NoPenaltyGround.SLIGHT: f"{APL[33].zh}第一款",
    NoPenaltyGround.FIRST: f"{APL[33].zh}第一款",
    NoPenaltyGround.NO_FAULT: f"{APL[33].zh}第二款",
    NoPenaltyGround.CHILD: APL[30].zh,
    NoPenaltyGround.MENTAL: APL[31].zh,
    NoPenaltyGround.NOT_PROVEN: f"{APL[57].zh}第一款第（三）项",
    NoPenaltyGround.TIME_BARRED: f"{APL[36].zh}第一款",
}


def basis_of(ground: NoPenaltyGround) -> str:
    """Return the provision that a decision on no penalty cites."""
    return BASIS[ground]
