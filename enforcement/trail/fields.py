"""Words for what is said with an act of the audit log."""

from __future__ import annotations

from typing import Any, Final

from enforcement.i18n import _l

FIELDS: Final[dict[str, Any]] = {
    "accepted": _l("接受的问题"), "accepted_problems": _l("接受的问题"), "added": _l("新增"),
    "address": _l("地址"), "after": _l("改为"), "anchor_on": _l("起算日"),
    "approval": _l("批准"), "area": _l("区域"), "asked": _l("呼叫人数"), "at": _l("时间"),
    "at_least": _l("至少人数"), "before": _l("原来"), "brought": _l("导入"),
    "bytes": _l("字节"), "case": _l("案件"), "cases": _l("案件"), "certified": _l("须持证"),
    "changed": _l("更改"), "changes": _l("更改"), "code": _l("代码"),
    "conflicts": _l("冲突"), "count": _l("数量"), "cycle_weeks": _l("周期（周）"),
    "day": _l("日期"), "days": _l("天数"), "device": _l("设备"), "devices": _l("设备"),
    "dropped": _l("去掉"), "due_on": _l("期限"), "edition": _l("版本"), "ended": _l("终止"),
    "ends_at": _l("到"), "files": _l("文件"), "first": _l("起"), "first_on": _l("第一日"),
    "format": _l("格式"), "found": _l("找到"), "freed": _l("空出班次"),
    "from_day": _l("生效日"), "hour": _l("时"), "hours": _l("时段"), "ident": _l("识别号"),
    "incident": _l("事件"), "inspections": _l("涉企检查"), "into": _l("并入"),
    "issuer": _l("签发者"), "kept": _l("保留"), "kind": _l("类型"), "km": _l("公里"),
    "last": _l("止"), "last_on": _l("最后一日"), "lat": _l("纬度"), "leave_id": _l("请假"),
    "lon": _l("经度"), "lost": _l("缺失"), "mails": _l("邮箱"), "measures": _l("强制措施"),
    "monday": _l("周一"), "months": _l("月份"), "move": _l("流转"), "name": _l("名称"),
    "named": _l("名称"), "new": _l("新增"), "no": _l("序号"), "note": _l("说明"),
    "number": _l("编号"), "numbers": _l("文号"), "object": _l("对象"), "on": _l("日期"),
    "ops": _l("调整"), "organ": _l("机关"), "other_shift_id": _l("对方班次"),
    "outcome": _l("结果"), "page": _l("页面"), "papers": _l("文书"), "pattern": _l("时段"),
    "people": _l("人员"), "person": _l("人员"), "person_id": _l("人员"),
    "protocol": _l("协议"), "radius_m": _l("半径（米）"), "reason": _l("理由"),
    "role": _l("角色"), "rows": _l("行数"), "rule": _l("任务"), "seal": _l("印章"),
    "seconds": _l("秒"), "sessions": _l("会话"), "sha256": "SHA-256",
    "shift_id": _l("班次"), "signed": _l("已签名"), "spot": _l("当场处罚"),
    "starts_at": _l("从"), "state": _l("状态"), "tables": _l("数据表"),
    "target": _l("目标"), "to": _l("到"), "to_person_id": _l("对方"), "todo": _l("待办"),
    "township": _l("乡镇（街道）"), "unit": _l("机构"), "until": _l("有效期至"),
    "until_on": _l("截止日"), "valid_from": _l("生效日"), "valid_to": _l("失效日"),
    "version": _l("版本"), "village_code": _l("村代码"), "weekday": _l("星期"),
    "weeks": _l("周数"), "well": _l("正常"), "what": _l("内容"), "why": _l("原因"),
    "wrong": _l("异常"), "years": _l("年份"),
}  # fmt: skip
