"""The columns of the power list as a spreadsheet."""

from __future__ import annotations

from typing import Final

from enforcement.law.power_terms import ActType, Channel, ItemStatus
from enforcement.sheets.columns import Column, Table

# fmt: off
ITEM: Final = (
    Column("code",            "编码",         required=True),
    Column("name",            "名称",         required=True),
    Column("act_type",        "类型",         "term",  required=True, words=ActType),
    Column("channel",         "渠道",         "term",  required=True, words=Channel),
    Column("holder",          "法定主体",     required=True),
    Column("unit_code",       "行使单位代码", required=True),
    Column("matter_code",     "事项代码",     required=True),
    Column("territory",       "行使区域代码", "codes", required=True),
    Column("valid_from",      "生效日期",     "day",   required=True),
    Column("valid_to",        "失效日期",     "day"),
    Column("status",          "状态",         "term",  words=ItemStatus),
    Column("status_on",       "状态日期",     "day"),
    Column("approval_number", "批准文号"),
    Column("approval_on",     "批准日期",     "day"),
    Column("published_url",   "公布网址",     "link"),
    Column("published_on",    "公布日期",     "day"),
)
VERSION: Final = (
    Column("violated",              "违反条款",     required=True),
    Column("basis",                 "执法依据",     required=True),
    Column("person_min_yuan",       "公民罚款下限", "yuan"),
    Column("person_max_yuan",       "公民罚款上限", "yuan"),
    Column("organisation_min_yuan", "单位罚款下限", "yuan"),
    Column("organisation_max_yuan", "单位罚款上限", "yuan"),
    Column("other",                 "其他内容"),
    Column("version_from",          "依据生效日期", "day", required=True),
    Column("version_to",            "依据失效日期", "day"),
)
# fmt: on
COLUMNS: Final = ITEM + VERSION
TABLE: Final = Table("权责清单", COLUMNS)
