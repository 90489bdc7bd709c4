"""Which papers an act of an inspection issues, and what they state."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case.papers import without_none
from enforcement.document import services as documents
from enforcement.document.queries import list_of_inspection
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.inspection import queries
from enforcement.inspection.facts import officers_of, power_of
from enforcement.inspection.models import Enterprise, Inspection, InspectionEntry
from enforcement.law.inspection_terms import InspectionEvent as E
from enforcement.law.inspection_terms import InspectionResult, InspectionSource
from enforcement.law.inspections import InspectionStep
from enforcement.law.matters import matter
from enforcement.law.terms import PartyKind
from enforcement.law.time_limits import limit
from enforcement.people.models import Organ
from enforcement.people.queries import find_organ_named
from enforcement.settings import queries as settings

RIGHTS: Final = (
    "有权核对执法人员的证件，不足两人或者不出示证件的可以拒绝检查；有权陈述意见、要求回避、"
    "取得检查结果告知书；应当如实提供有关情况和资料，配合检查。"
)
DISCIPLINE: Final = (
    "严禁逐利检查；严禁接受被检查企业的任何馈赠、报酬、福利待遇；"
    "严禁参加被检查企业提供的宴请、娱乐、旅游等活动；严禁由被检查企业支付消费开支，"
    "或者将检查费用转嫁给企业；严禁干扰企业正常生产经营。"
)
TO_CASE: Final = frozenset({"D09", "D10"})
"""Papers of a failed recheck that count among those of the case it led to (R23)."""
OPINION_OF: Final = {E.PROPOSE: "officer", E.JOIN: "officer", E.APPROVE: "head"}


def issue_of(
    session: Session,
    actor: Actor,
    row: Inspection,
    enterprise: Enterprise,
    step: InspectionStep,
    kept: dict[str, Any],
) -> None:
    """Issue the papers of a step; kept -- what the history keeps of the act."""
    codes = list(step.papers)
    if step.event is E.CONCLUDE and row.result == InspectionResult.ORDERED:
        codes.append("D09")
    if not codes:
        return
    now = clock.now(session)
    answer = power_of(session, row, enterprise, clock.local_day(now))
    organ = find_organ_named(session, row.county_code, answer.in_name_of or row.organ)
    if organ is None:
        raise NotFoundError(_("尚未登记执法主体的文书信息，不能制作文书。"))
    data = without_none(_blocks(session, row, enterprise, organ, kept))
    owner = documents.Owner(inspection_id=row.id)
    for code in codes:
        documents.issue(session, actor, organ, code, owner, data, now)
    if step.event is E.RECHECK and row.case_id is not None:
        papers = list_of_inspection(session, row.county_code, row.id)
        ordered = [one for one in papers if one.code in TO_CASE]
        documents.count_among(session, row.county_code, row.case_id, ordered)


def _blocks(
    session: Session, row: Inspection, enterprise: Enterprise, organ: Organ, kept: dict[str, Any]
) -> dict[str, Any]:
    today = clock.today(session)
    answer = power_of(session, row, enterprise, today)
    entries = queries.history(session, row)
    named = matter(row.matter_code)
    numbers = {one.code: one.number for one in list_of_inspection(session, row.county_code, row.id)}
    return {
        "organ": {
            "name": organ.name, "address": organ.address, "phone": organ.phone,
            "court": organ.court, "reconsideration_organ": organ.reconsideration_organ,
        },
        "case": {"id": row.number, "cause": f"{named.name}的行政检查"},
        "officers": [
            {"name": one.name, "certificate": one.certificate}
            for one in officers_of(session, row, enterprise, answer, today)
        ],
        "inspection": _inspection(session, row, enterprise, kept, entries)
        | {"number": numbers.get("D63")},
        "record": kept,
        "opinions": _opinions(entries),
        "act": kept,
        **_order(row, enterprise, kept, numbers.get("D09")),
        "law": {"violated": named.violated, "basis": named.basis},
        "remedies": {
            "reconsideration_days": limit("reconsideration").days,
            "litigation_months": limit("litigation").days,
        },
    }  # fmt: skip


def _inspection(
    session: Session,
    row: Inspection,
    enterprise: Enterprise,
    kept: dict[str, Any],
    entries: list[InspectionEntry],
) -> dict[str, Any]:
    joined = [f"{name}：{join.content}" for join, name in queries.joins(session, row)]
    told = next((one.detail for one in entries if one.event == E.NOTIFY), {})
    entered = row.entered_at.astimezone(clock.ZONE).isoformat() if row.entered_at else None
    return {
        "enterprise": enterprise.name,
        "uscc": enterprise.uscc,
        "address": enterprise.address,
        "content": "\n".join([row.content, *joined]),
        "basis": row.basis,
        "source": f"{InspectionSource(row.source).zh}：{row.reason}",
        "used": queries.used(session, enterprise, row.from_on.year, row.id),
        "cap": settings.value(session, row.county_code, "inspection_cap"),
        "from_on": row.from_on.isoformat(),
        "until_on": row.until_on.isoformat(),
        "at": entered or told.get("at") or kept.get("at"),
        "rights": RIGHTS,
        "discipline": DISCIPLINE,
        "result": kept.get("findings"),
        "corrections": row.corrections,
    }


def _order(
    row: Inspection, enterprise: Enterprise, kept: dict[str, Any], number: str | None
) -> dict[str, Any]:
    """Return the blocks of an order to put right and of the look at it afterwards."""
    at = row.entered_at.astimezone(clock.ZONE).isoformat() if row.entered_at else None
    return {
        "party": {
            "kind": PartyKind.ORGANISATION, "name": enterprise.name, "uscc": enterprise.uscc,
            "representative": enterprise.representative, "address": enterprise.address,
        },
        "facts": {
            "occurred_at": at, "place": enterprise.address,
            "act": kept.get("act") or kept.get("findings"),
        },
        "correction": {
            "demand": row.corrections, "number": number,
            "until_on": row.correct_until.isoformat() if row.correct_until else None,
            "ordered_on": row.concluded_on.isoformat() if row.concluded_on else None,
        },
    }  # fmt: skip


def _opinions(entries: list[InspectionEntry]) -> list[dict[str, Any]]:
    """Return who proposed, who joined and what the head said, in order."""
    return [
        {
            "role": OPINION_OF[E(one.event)], "name": one.by_name,
            "opinion": one.detail.get("opinion") or one.detail.get("reason")
            or one.detail.get("content") or "",
            "at": one.at.astimezone(clock.ZONE).isoformat(),
        }
        for one in entries
        if one.event in OPINION_OF
    ]  # fmt: skip
