"""The benchmark as a spreadsheet: one row for each tier of a matter."""

from __future__ import annotations

from typing import Final

from enforcement.law.discretion_terms import Measure, Tier
from enforcement.sheets.columns import Column, Table

ALL: Final = "全部"
# fmt: off
TABLE: Final = Table("裁量基准", (
    Column("code",       "编号",       required=True, example="示例：M12-1", note="一行一个编号，不重复；靠前的行先用"),
    Column("matter",     "事项代码",   required=True, example="M12"),
    Column("party",      "当事人类型", example="全部", note="全部、公民、法人或者其他组织、个体工商户；留空为全部"),
    Column("tier",       "阶次",       "term", required=True, words=Tier, example="从轻"),
    Column("conditions", "情节",       example="面积<10；及时改正=是", note="全部满足才适用，用分号分隔；可用：面积（平方米）、体积（立方米）、重量（吨）、次数、一年内再犯、两年内再犯、危害后果（无、轻微、严重）、轻微、及时改正、未成年、突发事件、黑土；留空为没有其他情节"),
    Column("kind",       "处罚种类",   example="罚款", note="留空为罚款"),
    Column("measure",    "计算方式",   "term", words=Measure, example="元", note="留空为元；要与法定幅度的算法一致"),
    Column("low",        "下限",       "yuan", example="0", note="不予处罚的留空"),
    Column("high",       "上限",       "yuan", example="6000"),
    Column("valid_from", "施行日期",   "day", required=True, example="2026-01-01"),
    Column("valid_to",   "失效日期",   "day", note="最后适用的一天，留空为仍在施行"),
    Column("source",     "来源",       required=True, example="县裁量基准（示例）"),
))
# fmt: on
