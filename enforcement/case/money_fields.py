"""What the acts upon the money of a case ask for."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.money import PauseGround

PAUSE: Final = (
    Field("ground", "choice", _l("停止计算的原因"), words=PauseGround),
    Field("from_on", "day", _l("受理日期")),
    Field("paper", "text", _l("受理通知书文号")),
)
GO_ON: Final = (Field("until_on", "day", _l("终结日期"), hint=_l("次日起恢复计算")),)
NOTICE: Final[tuple[Field, ...]] = ()
