"""Act: a case goes to another squad of the same organ after its area or its unit changed."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, history
from enforcement.actor import Actor
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.errors import StaleVersionError
from enforcement.i18n import _
from enforcement.law.articles import APL
from enforcement.law.terms import CaseEvent
from enforcement.people.models import Unit
from enforcement.timing import waiting


def rehome(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    unit: Unit,
    *,
    version: int,
    reason: str,
    decision_id: uuid.UUID | None,
) -> CaseFile:
    """Give a case to another unit; its two officers stay until the unit names others.

    The organ stays the same, so that competence by the place of the act (罚22) is untouched.
    The caller has checked permission and scope. Raises StaleVersionError.
    """
    query = select(CaseFile).where(
        CaseFile.county_code == actor.county_code, CaseFile.id == case_id
    )
    case = session.scalars(query.with_for_update()).one()
    session.refresh(case)
    if case.version != version:
        raise StaleVersionError(
            _("案件%(number)s刚被他人修改，请刷新后再操作。", number=case.number)
        )
    before = case.unit_code
    case.squad_id, case.unit_code = unit.id, unit.code
    case.routing_id = decision_id or case.routing_id
    case.version += 1
    history.append(
        session,
        CaseEntry.case_id,
        case,
        CaseEvent.REHOME,
        actor,
        clock.now(session),
        {"opinion": reason, "from": before, "to": unit.code, "unit": unit.name},
        article=APL[22].zh,
    )
    waiting.refresh(session, case.county_code, [case])
    return case
