"""The lists as spreadsheets: one of categories with their limits, one of calls."""

from __future__ import annotations

from typing import Final

from enforcement.law.escalation import Does, Stage
from enforcement.sheets.columns import Column, Table
from enforcement.taxonomy.models import ListKind

STAGES: Final = {
    "desk": Stage.DESK,
    "dispatched": Stage.DISPATCHED,
    "handle": Stage.HANDLE,
    "check": Stage.CHECK,
}
"""Column of a limit -> the stage it is for."""
_LIMIT: Final = (
    "数字加单位：秒、紧急工作时、工作时、工作日，例如“4工作时”；留空用上级或者“*”行的时限"
)
# fmt: off
CATEGORIES: Final = Table("事件类别", (
    Column("code",       "代码",         required=True, example="示例：0102", note="一级如 01、V8，二级为一级代码加两位数字；“*”行只填时限，用于其他全部类别"),
    Column("parent",     "上级代码",     example="01", note="二级类别填写"),
    Column("zh",         "名称",         example="暴露垃圾"),
    Column("en",         "英文名称",     example="Exposed litter"),
    Column("icon",       "图标",         example="trash", note="Bootstrap 图标名"),
    Column("matters",    "可转案件事项", example="M07、M13", note="事项代码，用顿号分隔"),
    Column("required",   "必填项",       example="照片、坐标", note="照片、坐标、地点描述、联系电话，用顿号分隔"),
    Column("offered",    "是否启用",     example="是", note="是或者否，留空为是"),
    Column("public",     "群众可上报",   example="否", note="是或者否：网上上报页面和Open311是否列出；留空按随平台提供的清单"),
    Column("desk",       "受理时限",     example="1工作时", note=_LIMIT),
    Column("dispatched", "到场时限",     example=""),
    Column("handle",     "处置时限",     example="4工作时"),
    Column("check",      "核查时限",     example="2工作日"),
    Column("source",     "来源",         example="县政府文件"),
))
CALLS: Final = Table("逐级呼叫", (
    Column("id",      "编号",     required=True, example="示例：red_b", note="小写字母、数字和下划线，不重复"),
    Column("urgency", "紧急程度", required=True, example="紧急（红）", note="紧急（红）、咨询求助（绿）、一般、全部"),
    Column("stage",   "环节",     "term", required=True, words=Stage, example="待应答"),
    Column("amount",  "数额",     required=True, example="15"),
    Column("counted", "计时",     required=True, example="秒", note="秒、紧急工作时、工作时、工作日、时限的倍数"),
    Column("to",      "通知岗位", required=True, example="乡镇值班B岗", note="驻村辅警、乡镇值班A岗、乡镇值班B岗、责任中队、大队A岗、大队B岗、乡镇带班领导、局带班领导、县指挥中心"),
    Column("does",    "方式",     "term", required=True, words=Does, example="响铃"),
    Column("source",  "来源",     example="县政府文件"),
))
# fmt: on
TABLES: Final = {ListKind.CATEGORIES: CATEGORIES, ListKind.CALLS: CALLS}
