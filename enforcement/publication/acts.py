"""What a review and a withdrawal ask for: the pages' forms and the API's schemas read these."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.redaction import Outcome

REVIEW: Final = (
    Field("outcome", "choice", _l("公开意见"), words=Outcome),
    Field("reason", "long_text", _l("理由"), hint=_l("是否具有一定社会影响，是否涉及秘密、隐私")),
    Field(
        "name_person", "flag", _l("公开自然人姓名"), required=False,
        hint=_l("确有社会影响的才勾选；默认隐去"),
    ),
    Field(
        "hide", "long_text", _l("另外隐去的文字"), required=False,
        hint=_l("每行一处，例如文中出现的其他人姓名、病情"),
    ),
)  # fmt: skip
WITHDRAW: Final = (Field("reason", "long_text", _l("撤回理由")),)
