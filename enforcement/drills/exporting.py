"""A drill's report as a spreadsheet."""

from __future__ import annotations

from typing import Final

from enforcement.clock import ZONE
from enforcement.drills.queries import Report
from enforcement.i18n import _
from enforcement.sheets.columns import Column, Table
from enforcement.sheets.writing import write

TABLE: Final = Table(
    "演练",
    (
        Column("group", "乡镇或者单位"),
        Column("kind", "对象"),
        Column("name", "名称"),
        Column("reached", "是否联系上"),
        Column("at", "应答时间"),
        Column("minutes", "用时（分钟）"),
    ),
)


def spreadsheet(found: Report, suffix: str = "xlsx") -> bytes:
    """Return all whom a drill asked, as a file."""
    rows = []
    for row in found.rows:
        at = row.reached_at
        waited = f"{(at - found.drill.started_at).total_seconds() / 60:.1f}" if at else None
        rows.append(
            {"group": row.target.township_name, "name": row.target.name,
             "kind": _("村级服务点") if row.target.kind == "point" else _("值班电话"),
             "reached": _("是") if at else _("否"),
             "at": at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if at else None,
             "minutes": waited}
        )  # fmt: skip
    return write(TABLE, rows, suffix)
