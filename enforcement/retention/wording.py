"""Words for notices of destructions, and for kinds in the language of the page."""

from __future__ import annotations

from typing import Any, Final

from enforcement.i18n import _l, in_english
from enforcement.law.retention import RULES

NOTICES: Final[dict[str, Any]] = {
    "retention_waiting": _l("有一项销毁待您批准"),
    "retention_approved": _l("销毁已批准"),
    "retention_refused": _l("销毁未获批准"),
    "retention_done": _l("销毁已完成"),
}
_NAMES: Final = {one.kind: one for one in RULES}


def kind(name: str) -> str:
    """Return what people call a kind."""
    rule = _NAMES.get(name)
    if rule is None:
        return name
    return rule.name_en if in_english() else rule.name
