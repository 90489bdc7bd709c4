"""Words for the tasks of the worker."""

from __future__ import annotations

from typing import Any, Final

from enforcement.i18n import _l

TASKS: Final[dict[str, Any]] = {
    "incident:escalate": _l("事件逐级提醒"),
    "briefing:weekly": _l("每周地图报告"),
    "briefing:mail": _l("发送地图报告邮件"),
    "map:fold": _l("态势图计数"),
    "indicators:count": _l("指标计数"),
    "patrol:plan": _l("计算巡查方案"),
    "patrol:roads": _l("计算道路行程"),
    "patrol:watch": _l("生成复查点位"),
    "points:silent": _l("查找失联的服务点"),
    "dossier:print": _l("打印一天的文书"),
    "proof:look": _l("核对巡查到点"),
    "proof:doubt": _l("查找巡查疑点"),
    "search:backfill": _l("补建搜索索引"),
    "positions:track": _l("整理轨迹"),
    "positions:keep": _l("清理到期轨迹"),
    "positions:sos": _l("设备求助"),
    "safety:posts": _l("值守岗位巡视"),
    "safety:alone": _l("单独执勤提醒"),
    "measure:limit": _l("强制措施期限"),
    "spot:remind": _l("当场处罚期限"),
    "ledger:remind": _l("民情诉求期限"),
    "ledger:watch": _l("民情台账日历检查"),
    "publication:watch": _l("决定公示期限"),
    "rules:watch": _l("派单规则检查"),
    "timing:remind": _l("办案期限提醒"),
    "yearly:remind": _l("年度统计提醒"),
    "timing:recount": _l("重算期限"),
    "timing:watch": _l("办案期限检查"),
    "backup:watch": _l("收存数据库日志、做每日备份"),
    "audit:checkpoint": _l("核对并签名日志链"),
    "retention:run": _l("销毁到期资料"),
    "glass:end": _l("应急授权查看到期"),
    "drills:close": _l("结束演练"),
    "drills:monthly": _l("每月演练"),
    "events:prune": _l("清理推送记录"),
    "uploads:prune": _l("清理未完成的上传"),
}


def task(name: str) -> str:
    """Return what people call a task; its name where it is unknown."""
    return str(TASKS.get(name, name))
