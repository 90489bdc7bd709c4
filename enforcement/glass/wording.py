"""Words for what notices say of a grant, by the rule that brought them."""

from __future__ import annotations

from typing import Any, Final

from enforcement.i18n import _l

NOTICES: Final[dict[str, Any]] = {
    "glass_waiting": _l("应急授权查看待您决定"),
    "glass_mine_agreed": _l("您的应急授权查看已同意"),
    "glass_mine_refused": _l("您的应急授权查看未获同意"),
    "glass_mine_ended": _l("您的应急授权查看已结束"),
    "glass_asked": _l("有人申请应急授权查看"),
    "glass_agreed": _l("应急授权查看已同意"),
    "glass_refused": _l("应急授权查看未获同意"),
    "glass_used": _l("应急授权查看已首次使用"),
    "glass_ended": _l("应急授权查看已结束"),
}

PAGES: Final[dict[str, Any]] = {
    "case.detail": _l("案件页面"),
    "case.pdf": _l("文书PDF"),
    "paper.detail": _l("文书页面"),
    "exhibit.index": _l("证据目录"),
    "exhibit.file": _l("证据文件"),
    "exhibit.custody_photo": _l("证物保管照片"),
    "case_clock.detail": _l("办案期限"),
    "case_money.detail": _l("罚款缴纳"),
    "incident.detail": _l("事件页面"),
    "incident.photo": _l("现场照片和录音"),
}
"""What a look was at, for the pages; calls of the API keep their names."""
