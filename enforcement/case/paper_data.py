"""What a paper states of a case: the blocks that the declarations name, read from the rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock, crypto
from enforcement.case import money, paper_course, paper_execution, queries
from enforcement.case.models import CaseEntry, CaseFile, Party
from enforcement.case.paper_acts import at_text, yuan
from enforcement.case.paper_acts import money as plain_money
from enforcement.document import queries as documents
from enforcement.document.models import Document
from enforcement.evidence import queries as evidence
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import Division
from enforcement.law.evidence import EvidenceKind
from enforcement.law.incidents import LEAD_SOURCES
from enforcement.law.matters import Matter
from enforcement.law.paperwork import paper
from enforcement.law.remedies import DECISIONS
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import IncidentSource, StatementOutcome
from enforcement.law.time_limits import limit
from enforcement.people.models import Organ, Unit
from enforcement.wall import over_county

DECIDED: Final = ("D38", "D39", "D47")


def blocks(
    session: Session, case: CaseFile, organ: Organ, row: Matter, at: datetime
) -> dict[str, Any]:
    """Return all blocks that the case can fill at a moment; a paper takes those it declares.

    row -- the matter, as the version of its provision that the case is under states it
    """
    entries = queries.history(session, case.county_code, case.id)
    papers = documents.list_of_case(session, case.county_code, case.id)
    unit = session.get_one(Unit, (case.county_code, case.squad_id))
    party = queries.party_of(session, case)
    officers = queries.officers_of(session, case, clock.local_day(at))
    found: dict[str, Any] = {
        "organ": _organ(organ),
        "unit": {"name": unit.name},
        "case": _case(case, row, papers),
        "facts": _facts(session, case, entries),
        "law": {"violated": row.violated, "basis": row.basis},
        "officers": [{"name": one.name, "certificate": one.certificate} for one in officers],
        "evidence": _evidence(session, case, entries, papers),
    }
    if party is not None:
        found["party"] = _party(party)
    today = clock.local_day(at)
    found |= paper_course.course(case, entries, papers, today, money.owed(session, case, today))
    return found | _lead(session, case) | _decided(case, entries, papers, organ)


def _organ(organ: Organ) -> dict[str, Any]:
    return {
        "name": organ.name,
        "short": organ.short,
        "address": organ.address,
        "phone": organ.phone,
        "court": organ.court,
        "reconsideration_organ": organ.reconsideration_organ,
    }


def _case(case: CaseFile, row: Matter, papers: list[Document]) -> dict[str, Any]:
    filing = paper_course.number_of(papers, "D02")
    return {
        "id": str(case.id),
        "number": filing,
        "cause": case.cause,
        "filed_on": _iso(case.filed_on),
        "due_on": _iso(case.decision_due_on),
        "matter_code": case.matter_code,
        "matter_name": row.name,
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "kind": party.kind,
        "name": party.name,
        "id_number": crypto.unseal(party.id_number_encrypted),
        "uscc": party.uscc,
        "representative": party.representative,
        "address": party.address,
        "phone": crypto.unseal(party.phone_encrypted),
    }


def _facts(session: Session, case: CaseFile, entries: list[CaseEntry]) -> dict[str, Any]:
    closed = queries.last_detail(entries, E.CLOSE_INVESTIGATION)
    incident = _incident(session, case)
    moment = incident.occurred_at if incident else None
    if moment is None or clock.local_day(moment) != case.acted_on:
        moment = datetime(
            case.acted_on.year, case.acted_on.month, case.acted_on.day, tzinfo=clock.ZONE
        )
    return {
        "occurred_at": at_text(moment),
        "place": case.place,
        "act": case.act,
        "lon": _degrees(case.lon),
        "lat": _degrees(case.lat),
        "circumstances": closed.get("circumstances"),
    }


@over_county
def _incident(session: Session, case: CaseFile) -> Incident | None:
    if case.incident_id is None:
        return None
    return session.get_one(Incident, (case.county_code, case.incident_id))


def _lead(session: Session, case: CaseFile) -> dict[str, Any]:
    incident = _incident(session, case)
    place = session.get(Division, (case.county_code, case.village_code or ""))
    source = LEAD_SOURCES[IncidentSource(incident.source)] if incident else "执法检查发现"
    return {
        "lead": {
            "source": source,
            "content": incident.description if incident else case.act,
            "reported_at": at_text(incident.received_at if incident else case.registered_at),
            "reporter_shown": "已作保密处理",
            "place_name": case.place,
            "place_code": place.code if place else case.county_code,
            "incident_number": incident.number if incident else None,
        }
    }


def _evidence(
    session: Session, case: CaseFile, entries: list[CaseEntry], papers: list[Document]
) -> list[dict[str, Any]]:
    rows: list[tuple[str, str, str]] = []
    if any(paper.code == "D08" for paper in papers):
        shots = queries.last_detail(entries, E.RECORD_SCENE).get("photos")
        photos = f"及现场照片{shots}张" if shots else ""
        rows.append(("现场笔录", f"《现场检查（勘验）笔录》{photos}", "执法人员制作"))
    rows += _items(session, case)
    more = queries.last_detail(entries, E.CLOSE_INVESTIGATION).get("evidence") or ""
    rows += [("书证", line.strip(), "执法人员收集") for line in more.splitlines() if line.strip()]
    return [
        {"no": n, "kind": kind, "name": name, "source": source}
        for n, (kind, name, source) in enumerate(rows, 1)
    ]


def _items(session: Session, case: CaseFile) -> list[tuple[str, str, str]]:
    """Return kind, name and source of a case's items; photos of the report are one row."""
    items = evidence.in_use(evidence.of_case(session, case.county_code, case.id))
    carried = [one for one in items if one.from_incident]
    rows = []
    if carried:
        numbers = f"证据{carried[0].no}" + (f"—{carried[-1].no}" if len(carried) > 1 else "")
        rows.append(("视听资料", f"现场照片{len(carried)}张（{numbers}）", "事件上报时拍摄"))
    return rows + [
        (EvidenceKind(one.kind).zh, f"{one.name}（证据{one.no}）", one.source)
        for one in items
        if not one.from_incident
    ]


def _decided(
    case: CaseFile, entries: list[CaseEntry], papers: list[Document], organ: Organ
) -> dict[str, Any]:
    proposal = queries.last_detail(entries, E.PROPOSE_DECISION) or queries.last_detail(
        entries, E.PROPOSE_PENALTY
    )
    amount = case.fine_yuan or case.proposed_yuan
    served = queries.last_detail(entries, E.NOTIFY)
    return {
        "penalty": {
            "kind": "罚款",
            "reason": _reason(proposal),
            "amount_yuan": plain_money(amount),
            "proposed_yuan": plain_money(case.proposed_yuan),
        },
        "notice": {
            "statement_days": limit("statement").days,
            "statement_until_on": _iso(case.statement_until_on),
            "hearing_days": limit("hearing_request").days,
            "hearing_until_on": served.get("hearing_until_on"),
            "number": paper_course.number_of(papers, "D26", "D27"),
            "served_on": served.get("served_on"),
        },
        "plea": _plea(case, queries.last_detail(entries, E.HEAR_STATEMENT)),
        "payment": {
            "due_on": _iso(case.payment_due_on),
            "bank": organ.bank,
            "account": organ.account,
            "daily_rate": "3%",
        },
        "remedies": {
            "reconsideration_days": limit("reconsideration").days,
            "litigation_months": limit("litigation").days,
        },
        "decision": _decision(case, entries, papers),
    }


def _decision(case: CaseFile, entries: list[CaseEntry], papers: list[Document]) -> dict[str, Any]:
    row = paper_execution.decision_of(papers, DECIDED)
    code = row.code if row else None
    decided = [one for one in entries if one.event in DECISIONS]
    on = case.decided_on or (clock.local_day(decided[-1].at) if decided else None)
    return {
        "number": row.number if row else None,
        "name": paper(code).name.split("（")[0] if code else None,
        "decided_on": _iso(on),
        "served_on": _iso(case.served_on),
        "content": _content(case, code),
    }


def _content(case: CaseFile, code: str | None) -> str | None:
    if case.fine_yuan:
        return f"罚款人民币{yuan(case.fine_yuan)}"
    return {None: None, "D39": "不予行政处罚", "D47": "责令限期拆除违法建筑"}.get(
        code, "撤销行政处罚决定"
    )


def _reason(proposal: dict[str, Any]) -> str | None:
    """Return the officer's reason after the tier that the circumstances gave, as D38 prints it."""
    reason, tier = proposal.get("reason"), proposal.get("discretion")
    return f"{reason.rstrip('。')}。{tier}" if reason and tier else reason


def _plea(case: CaseFile, said: dict[str, Any]) -> dict[str, Any]:
    made = case.statement in (StatementOutcome.ACCEPTED, StatementOutcome.NOT_ACCEPTED)
    return {
        "made": made,
        "waived": case.statement == StatementOutcome.WAIVED,
        "content": said.get("content"),
        "result": _with_outcome(case, said.get("result")),
    }


def _with_outcome(case: CaseFile, result: str | None) -> str | None:
    """Return the review of a plea, ending in whether it was accepted."""
    if not result or case.statement is None or "采纳" in result:
        return result
    words = "予以采纳" if case.statement == StatementOutcome.ACCEPTED else "不予采纳"
    return f"{result.rstrip('。')}，{words}"


def _degrees(value: float | None) -> float | None:
    """Return degrees to about a decimetre, as a paper states them."""
    return round(value, 6) if value is not None else None


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None
