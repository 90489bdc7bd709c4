"""What a report on patrols is grouped by."""

from __future__ import annotations

from typing import Final

from enforcement.law.terms import Term

MOST_DAYS: Final = 366


class By(Term):
    """Whose patrols are put together."""

    SQUAD = "squad", "中队", "Squad"
    BRIGADE = "brigade", "大队", "Brigade"
    TOWNSHIP = "township", "乡镇（街道）", "Township"
    PERSON = "person", "人员", "Person"
