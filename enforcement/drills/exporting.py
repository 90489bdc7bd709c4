"""A drill's report as a file: all whom it asked, or the counts of each township."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from enforcement.clock import ZONE
from enforcement.drills.queries import Report, group_name
from enforcement.i18n import _
from enforcement.sheets.columns import Column, Table
from enforcement.sheets.writing import write

TABLE: Final = Table(
    "演练",
    (
        Column("group", "乡镇"),
        Column("kind", "对象"),
        Column("name", "名称"),
        Column("reached", "是否联系上"),
        Column("at", "应答时间"),
        Column("minutes", "用时（分钟）"),
    ),
)
TOWNSHIPS: Final = Table(
    "演练各乡镇",
    (
        Column("group", "乡镇"),
        Column("points", "村级服务点"),
        Column("points_reached", "联系上的服务点"),
        Column("phones", "值班电话"),
        Column("phones_reached", "联系上的值班电话"),
        Column("typical", "一般用时（分钟）"),
        Column("longest", "最长用时（分钟）"),
    ),
)


def spreadsheet(found: Report, suffix: str = "xlsx") -> bytes:
    """Return all whom a drill asked, as a file ("xlsx" or "csv")."""
    rows = []
    for row in found.rows:
        at = row.reached_at
        waited = _minutes(at - found.drill.started_at) if at else None
        rows.append(
            {"group": group_name(row.target), "name": row.target.name,
             "kind": _("村级服务点") if row.target.kind == "point" else _("值班电话"),
             "reached": _("是") if at else _("否"),
             "at": at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if at else None,
             "minutes": waited}
        )  # fmt: skip
    return write(TABLE, rows, suffix)


def by_township(found: Report, suffix: str = "xlsx") -> bytes:
    """Return the counts of each township as a file."""
    rows = (
        {"group": one.name, "points": one.points, "points_reached": one.points_reached,
         "phones": one.phones, "phones_reached": one.phones_reached,
         "typical": _minutes(one.typical), "longest": _minutes(one.longest)}
        for one in found.groups
    )  # fmt: skip
    return write(TOWNSHIPS, rows, suffix)


def _minutes(span: timedelta | None) -> str | None:
    return f"{span.total_seconds() / 60:.1f}" if span is not None else None
