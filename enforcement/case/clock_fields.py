"""What the acts upon the clock of a case ask for, for page, API and command."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.timing import Approval, Excluded

EXCLUDE: Final = (
    Field("kind", "choice", _l("扣除事由"), words=Excluded),
    Field("first_on", "day", _l("开始日期"), hint=_l("当日即不计入")),
    Field("paper", "text", _l("文书"), hint=_l("名称或者文号，例如检测委托书")),
    Field("reason", "text", _l("理由")),
)
END: Final = (
    Field("last_on", "day", _l("结束日期"), hint=_l("当日仍不计入")),
    Field("paper", "text", _l("文书"), hint=_l("证明期间结束的文书，例如检测报告")),
)
EXTEND: Final = (
    Field("approval", "choice", _l("延长方式"), words=Approval),
    Field("days", "count", _l("延长天数"), required=False, hint=_l("不填按本县参数")),
    Field("reason", "text", _l("理由")),
    Field("paper", "text", _l("文书"), required=False, hint=_l("集体讨论的须填写记录名称")),
)
