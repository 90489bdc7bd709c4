"""The turn: acts upon a county's units and people follow one another.

They look at many rows (who else is in this village, is anybody still in this unit), so each
holds the turn until its transaction ends; who waits too long is told.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from enforcement.i18n import _
from enforcement.sheets.plans import take_turn


def take(session: Session, county_code: str) -> None:
    """Hold the county's turn; raises StepNotAllowedError where somebody else keeps it too long."""
    told = _("另一人正在办理本县的机构或者人员，请稍后再试。")
    take_turn(session, f"people:{county_code}", told)
