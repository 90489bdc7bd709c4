"""Pictures of the main pages for the user guide: `scripts/screenshots --guide` takes them anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from enforcement.i18n import _l

FOLDER: Final = "guide/pages"
HEIGHTS: Final = {1440: 900, 768: 1024, 360: 740}
"""Widths of a desk, a tablet and a phone, each with the height of its screen; in pixels."""


@dataclass(frozen=True)
class Picture:
    """One page: name of its files, address, the demonstration account that sees it, and a title.

    username -- None for a visitor; first -- the link to follow on the page, where it is a list
    """

    name: str
    address: str
    username: str | None
    title: Any
    first: str | None = None

    def file(self, width: int) -> str:
        """Return the file of a width, below the static folder."""
        return f"{FOLDER}/{self.name}-{width}.webp"


PICTURES: Final = (
    Picture("sign-in", "/sign-in", None, _l("登录")),
    Picture("phone", "/m/", "fujing", _l("手机上报：首页")),
    Picture("phone-report", "/m/report", "fujing", _l("手机上报：上报事件")),
    Picture("home", "/", "juzhang", _l("工作台")),
    Picture("todo", "/todo", "zhifa1", _l("待办")),
    Picture("map", "/map", "juzhang", _l("态势图")),
    Picture("desk", "/desk", "jiexian", _l("接线台")),
    Picture("call", "/desk/call", "jiexian", _l("来电登记")),
    Picture("wall", "/wall", "zhihui", _l("指挥大屏")),
    Picture("incidents", "/incidents", "dadui", _l("事件")),
    Picture("incident", "/incidents", "dadui", _l("一个事件"), "main table a"),
    Picture("patrols", "/patrols", "dadui", _l("巡查")),
    Picture("patrol", "/patrols", "dadui", _l("一次巡查任务"), "main table a"),
    Picture("live", "/live", "zhihui", _l("在岗位置")),
    Picture("tracks", "/tracks", "dadui", _l("轨迹")),
    Picture("roster", "/roster", "dadui", _l("值班")),
    Picture("cases", "/cases", "zhifa1", _l("案件")),
    Picture("case", "/cases", "zhifa1", _l("一个案件"), "main table tbody a"),
    Picture("spot", "/spot", "zhifa1", _l("当场处罚")),
    Picture("inspections", "/inspections", "zhifa1", _l("涉企检查")),
    Picture("measures", "/measures", "zhifa1", _l("措施与保存")),
    Picture("papers", "/papers", "zhifa1", _l("执法文书")),
    Picture("report", "/report", "xiangzhen", _l("乡镇月报")),
    Picture("briefing", "/briefing", "xiangzhen", _l("地图报告")),
    Picture("indicators", "/indicators", "juzhang", _l("指标")),
    Picture("ledger", "/ledger", "jiexian", _l("民情台账")),
    Picture("jurisdiction", "/jurisdiction", "xitong", _l("辖区与责任")),
    Picture("people", "/people", "xitong", _l("机构与人员")),
    Picture("accounts", "/access", "anquan", _l("账号与登录")),
    Picture("audit", "/audit", "shenji", _l("审计日志")),
    Picture("operations", "/operations", "xitong", _l("平台运行")),
    Picture("public", "/public/decisions", None, _l("决定公示（公众页面）")),
    Picture("public-report", "/public/report", None, _l("群众上报（公众页面）")),
)
