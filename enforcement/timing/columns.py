"""The spreadsheet of a State Council notice: days off and worked days of weekends."""

from __future__ import annotations

from typing import Final

from enforcement.law.terms import N_, Term
from enforcement.sheets.columns import Column, Table


class DayKind(Term):
    """What a notice says of a day."""

    OFF = "off", "放假", "Day off"
    WORK = "work", "上班", "Worked"


# fmt: off
NOTICE: Final = Table("放假安排", (
    Column("source", "文号",     required=True, example="示例：国办发明电〔2024〕12号", note=N_("国务院办公厅放假安排通知的文号")),
    Column("first",  "开始日期", "day", required=True, example="2025-10-01", note=N_("写成 2025-10-01")),
    Column("last",   "结束日期", "day", example="2025-10-08", note=N_("只有一天时可不填")),
    Column("kind",   "安排",     "term", required=True, words=DayKind, example="放假", note=N_("调休上班的周末填“上班”")),
    Column("name",   "节日",     required=True, example="国庆节、中秋节"),
))
# fmt: on
