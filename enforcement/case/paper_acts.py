"""What papers state of the act that issues them: who signed, opinions, service, closing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from enforcement import clock
from enforcement.case import queries, serving
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.document.models import Document
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import ServiceWay


def signed(entry: CaseEntry) -> dict[str, Any]:
    """Return when and by whom an act was done, as a paper states it."""
    return {"event": entry.event, "done_at": at_text(entry.at), "by_name": entry.by_name}


def opinions(entries: list[CaseEntry], proposed: E, approved: E) -> list[dict[str, Any]]:
    """Return the opinions of an approval: who proposed it, the unit's leader, the head."""
    rows = []
    start = max((n for n, entry in enumerate(entries) if entry.event == proposed), default=0)
    for entry in entries[start:]:
        role = {proposed: "officer", E.ENDORSE: "unit_leader", approved: "head"}.get(E(entry.event))
        if role is not None:
            text = entry.detail.get("opinion") or entry.detail.get("reason") or "报请审批。"
            rows.append(
                {
                    "role": role,
                    "name": entry.detail.get("signed") or entry.by_name,
                    "opinion": text,
                    "at": at_text(entry.at),
                }
            )
    return rows


def head_opinion(entry: CaseEntry) -> list[dict[str, Any]]:
    """Return the opinion of a head who decides without a proposal."""
    text = entry.detail.get("opinion") or entry.detail.get("reason") or ""
    return [{"role": "head", "name": entry.by_name, "opinion": text, "at": at_text(entry.at)}]


def service(party_name: str, document: Document, name: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return the block of a proof of service (D41), or of a public notice (D70), for a paper."""
    at = date.fromisoformat(said["at"][:10])
    decision = document.inputs.get("decision") or {}
    return {
        "service": {
            "paper_name": name,
            "paper_number": document.number,
            "at": said["at"],
            "way": ServiceWay(said["way"]).zh,
            "place": said["place"],
            "recipient": party_name,
            "receiver": said["receiver"],
            "relation": said.get("relation"),
            "refusal_reason": said.get("refusal_reason"),
            "witness": said.get("witness"),
            "served_on": said["served_on"],
            "note": serving.note(said) or None,
            "days": (date.fromisoformat(said["served_on"]) - at).days,
            "collect_at": said.get("collect_at"),
            "reason": said.get("notice_reason"),
            "content": decision.get("content"),
        }
    }


def closing(case: CaseFile, entries: list[CaseEntry]) -> dict[str, Any]:
    """Return the block of the closing approval (D56)."""
    paid = [entry.detail for entry in entries if entry.event == E.RECORD_PAYMENT]
    reason = queries.last_detail(entries, E.PROPOSE_CLOSING).get("reason")
    return {
        "closing": {
            "execution": _execution(case, paid),
            "paid_yuan": money(case.paid_yuan) if case.fine_yuan else None,
            "surcharge_yuan": money(case.surcharge_paid_yuan) if case.surcharge_yuan else None,
            "reason": reason,
            "receipt": "、".join(row["receipt"] for row in paid),
            "property": "本案无涉案财物。",
        }
    }


def _execution(case: CaseFile, paid: list[dict[str, Any]]) -> str:
    if not paid:
        return "当事人未缴纳罚款。" if case.fine_yuan else "处理决定没有给付内容，无需执行。"
    days = "、".join(_chinese_day(row["paid_on"]) for row in paid)
    text = f"当事人已于{days}缴纳罚款{yuan(case.paid_yuan)}，"
    if not case.surcharge_yuan:
        return text + "未产生加处罚款。"
    return text + (
        f"逾期应缴加处罚款{yuan(case.surcharge_yuan)}，已缴{yuan(case.surcharge_paid_yuan)}。"
    )


def _chinese_day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def at_text(value: datetime) -> str:
    """Return a moment as papers hold it: ISO, in China's time."""
    return value.astimezone(clock.ZONE).isoformat()


def yuan(value: Decimal) -> str:
    """Return an amount as a sentence states it: 2000元, 2000.50元."""
    return f"{value:.2f}".removesuffix(".00") + "元"


def money(value: Any) -> str | None:
    """Return yuan with two decimals, None for nothing."""
    return f"{value:.2f}" if value is not None else None
