"""What each act upon a party asks for: the pages' forms and the API's schemas read these rows."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _, _l
from enforcement.law.terms import N_

_REASON: Final = Field("reason", "long_text", _l("理由"))
CORRECT: Final = (Field("name", "text", _l("当事人姓名（名称）")), _REASON)
CONSENT: Final = (
    Field("agreed", "flag", _l("同意电子送达"), required=False),
    Field(
        "address", "text", _l("电子送达地址"), required=False, hint=_l("手机号码、电子邮箱等"),
    ),
    Field("signed_on", "day", _l("签署日期")),
    Field("paper", "text", _l("确认书"), hint=_l("送达地址确认书的文号或者存放处")),
)  # fmt: skip
MERGE: Final = (
    Field(
        "into", "text", _l("保留的记录"), hint=_l("相同当事人的任一案件编号（AJ…）"),
    ),
    _REASON,
)  # fmt: skip
UNMERGE: Final = (_REASON,)
EVENTS: Final = {
    "enter": N_("登记"), "update": N_("更新联系信息"), "correct": N_("更正名称"),
    "consent": N_("登记送达确认"), "merge": N_("并入其他记录"), "take_in": N_("并入了另一记录"),
    "unmerge": N_("撤销合并"), "give_back": N_("退回了另一记录"),
}  # fmt: skip


def event_word(event: str) -> str:
    """Return the word of an entry in the language of the page."""
    return _(EVENTS[event])
