"""What papers state of a case's course: order, hearing, no penalty, crime, recusal, debt."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from enforcement import clock
from enforcement.case import queries
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.case.paper_acts import at_text
from enforcement.document.models import Document
from enforcement.law.no_penalty import basis_of
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import NoPenaltyGround


def course(
    case: CaseFile, entries: list[CaseEntry], papers: list[Document], today: date, extra: Decimal
) -> dict[str, Any]:
    """Return the blocks of what was done so far; a block is there only where its act is.

    extra -- the surcharge as of today, in yuan
    """
    found: dict[str, Any] = (
        {"debt": _debt(case, today, extra)} if case.fine_yuan is not None else {}
    )
    for event, name, block in (
        (E.ORDER_CORRECTION, "correction", _order),
        (E.CALL_HEARING, "hearing", _hearing),
        (E.PROPOSE_NO_PENALTY, "no_penalty", _no_penalty),
        (E.PROPOSE_CRIME, "crime", _crime),
        (E.ASK_RECUSAL, "recusal", _recusal),
        (E.DEMAND, "demand", _demand),
    ):
        entry = next((one for one in reversed(entries) if one.event == event), None)
        if entry is not None:
            found[name] = block(entry, papers)
    order = entries[0].detail.get("order") if entries else None
    if order and "correction" not in found:  # of the inspection that the case came from
        found["correction"] = order | {"number": number_of(papers, "D09")}
    if "hearing" in found:
        found["hearing"] |= _asked_and_held(entries)
    return found


def number_of(papers: list[Document], *codes: str) -> str | None:
    """Return the number of the last paper of these kinds, None without one."""
    found = [paper.number for paper in papers if paper.code in codes]
    return found[-1] if found else None


def _order(entry: CaseEntry, papers: list[Document]) -> dict[str, Any]:
    number = number_of(papers, "D09")
    return entry.detail | {"number": number, "ordered_on": _day(entry)}


def _hearing(entry: CaseEntry, _papers: list[Document]) -> dict[str, Any]:
    said = entry.detail
    return {
        "at": said["hearing_at"],
        "place": said["hearing_place"],
        "chair": said["chair_name"],
        "clerk": said["clerk"],
        "in_public": said.get("in_public"),
    }


def _asked_and_held(entries: list[CaseEntry]) -> dict[str, Any]:
    agent = queries.last_detail(entries, E.REQUEST_HEARING).get("agent")
    held = next((one for one in reversed(entries) if one.event == E.HOLD_HEARING), None)
    if held is None:
        return {"agent": agent}
    day = clock.local_day(held.at)
    gone = held.detail["end"] == "given_up"
    how = "当事人无正当理由未出席，视为放弃听证权利" if gone else "本机关举行了听证"
    return {"agent": agent, "result": f"{day.year}年{day.month}月{day.day}日，{how}"}


def _no_penalty(entry: CaseEntry, _papers: list[Document]) -> dict[str, Any]:
    return entry.detail | {"basis": basis_of(NoPenaltyGround(entry.detail["ground"]))}


def _crime(entry: CaseEntry, _papers: list[Document]) -> dict[str, Any]:
    said = entry.detail
    return {"name": said["crime"], "report": said["report"], "reported_at": at_text(entry.at)}


def _recusal(entry: CaseEntry, _papers: list[Document]) -> dict[str, Any]:
    said = entry.detail
    return {"asked_by": said["asked_by"], "reason": said["reason"], "asked_on": _day(entry)}


def _demand(entry: CaseEntry, papers: list[Document]) -> dict[str, Any]:
    return {"number": number_of(papers, "D45"), "served_on": entry.detail.get("served_on")}


def _debt(case: CaseFile, today: date, extra: Decimal) -> dict[str, Any]:
    """Return what is owed in yuan: the fine unpaid, and the surcharge as of today (罚72)."""
    fine = case.fine_yuan or Decimal(0)
    unpaid = fine - case.paid_yuan
    extra -= case.surcharge_paid_yuan
    amounts = {"fine": fine, "paid": case.paid_yuan, "unpaid": unpaid, "total": unpaid + extra}
    if extra:
        amounts["surcharge"] = extra
    return {f"{name}_yuan": f"{yuan:.2f}" for name, yuan in amounts.items()} | {
        "counted_on": today.isoformat()
    }


def _day(entry: CaseEntry) -> str:
    return clock.local_day(entry.at).isoformat()
