"""What the act of reporting asks for: the page's form and the API's schema read it."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l

SUBMIT: Final = (
    Field("submitted_on", "day", _l("上报日期")),
    Field("submitted_to", "text", _l("上报给"), hint=_l("例如：县人民政府、市综合行政执法局")),
    Field("note", "long_text", _l("更正原因"), required=False, hint=_l("第一次上报不用填")),
)
