"""Fields that several acts share."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.terms import ServiceWay

OPINION: Final = (Field("opinion", "long_text", _l("意见")),)
REASON: Final = (Field("reason", "long_text", _l("理由")),)
HANDED: Final = (
    Field("way", "choice", _l("送达方式"), words=ServiceWay),
    Field("at", "moment", _l("送达时间")),
    Field("place", "text", _l("送达地点")),
    Field("receiver", "text", _l("收件人"), hint=_l("签收的人；拒收时填写受送达人")),
    Field("relation", "text", _l("与当事人的关系"), required=False),
    Field("refusal_reason", "text", _l("拒收事由"), required=False),
    Field("witness", "text", _l("见证人"), required=False),
)
