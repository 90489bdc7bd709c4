"""The ledger as a spreadsheet, without who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enforcement.law.ledger import AskKind, AskState
from enforcement.ledger.queries import Listed
from enforcement.sheets.columns import Column, Table
from enforcement.sheets.writing import write

TABLE: Final = Table(
    "民情台账",
    (
        Column("number", "编号"),
        Column("asked_on", "日期"),
        Column("kind", "来源"),
        Column("village", "村（社区）"),
        Column("matter", "诉求事项"),
        Column("promise", "承诺"),
        Column("handler", "办理人"),
        Column("agent", "代办人"),
        Column("due_on", "办结期限"),
        Column("state", "状态"),
        Column("result", "结果"),
        Column("score", "满意程度"),
    ),
)


def spreadsheet(rows: Sequence[Listed]) -> bytes:
    """Return asks as .xlsx."""
    return write(
        TABLE,
        (
            {
                "number": row.ask.number, "asked_on": row.ask.asked_on,
                "kind": AskKind(row.ask.kind).zh, "village": row.village_name,
                "matter": row.ask.matter, "promise": row.ask.promise,
                "handler": row.handler_name, "agent": row.agent_name, "due_on": row.ask.due_on,
                "state": AskState(row.ask.state).zh, "result": row.ask.result,
                "score": row.ask.score,
            }
            for row in rows
        ),
        "xlsx",
    )  # fmt: skip
