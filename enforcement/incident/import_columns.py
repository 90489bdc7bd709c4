"""The columns of a list of incidents as a spreadsheet."""

from __future__ import annotations

from typing import Final

from enforcement.law.terms import N_, Urgency
from enforcement.sheets.columns import EXAMPLE, Column, Table

# fmt: off
COLUMNS: Final = (
    Column("external", "外部编号", required=True, example=f"{EXAMPLE}12345-0001",
           note=N_("来源系统的编号；同一编号只导入一次")),
    Column("category", "类别", required=True, example="V8", note=N_("代码或者名称")),
    Column("description", "情况说明", required=True, example="路边堆放垃圾"),
    Column("occurred_at", "发生时间", "moment", required=True, example="2026-03-02 09:15",
           note=N_("北京时间，例如 2026-03-02 09:15")),
    Column("urgency", "紧急程度", "term", words=Urgency, note=N_("不填为一般")),
    Column("village", "村（社区）", note=N_("代码或者名称；有坐标时可不填")),
    Column("lon", "经度", "degrees", example="124.335"),
    Column("lat", "纬度", "degrees", example="43.308"),
    Column("datum", "坐标系", example="GCJ02",
           note=N_("WGS84、CGCS2000、GCJ02或者BD09；不填为WGS84")),
    Column("place", "地点描述"),
    Column("reporter_name", "上报人"),
    Column("reporter_phone", "上报人电话", "phone"),
)
# fmt: on
TABLE: Final = Table("事件", COLUMNS)
