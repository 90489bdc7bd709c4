"""From the rows of a sheet to calls; every fault is told with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from enforcement.i18n import _
from enforcement.law.escalation import ANY, CALLED, SHARE, Call
from enforcement.law.terms import Urgency
from enforcement.law.working_time import Counted
from enforcement.sheets.reading import Problem, Row
from enforcement.taxonomy.columns import CALLS
from enforcement.taxonomy.reading import MOST_AMOUNT, cells_of

URGENCIES: Final = {ANY: "全部"} | {str(one): one.zh for one in Urgency}
COUNTED: Final = {str(one): one.zh for one in Counted} | {SHARE: "时限的倍数"}
ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def read(rows: Sequence[Row]) -> tuple[dict[str, tuple[int, Call]], list[Problem]]:
    """Return id -> row number and call, in the order of the file, and what is wrong with it."""
    found: dict[str, tuple[int, Call]] = {}
    problems: list[Problem] = []
    for row in rows:
        values = cells_of(CALLS, row, problems)
        if values is not None:
            _one(found, problems, row.number, values)
    if not found and not problems:
        problems.append(Problem(1, CALLS.heading("id"), _("文件里没有一条呼叫。")))
    return found, problems


def _one(
    found: dict[str, tuple[int, Call]], problems: list[Problem], number: int, values: dict[str, Any]
) -> None:
    before = len(problems)

    def wrong(key: str, reason: str) -> None:
        problems.append(Problem(number, CALLS.heading(key), reason))

    def word(key: str, words: dict[str, str]) -> str:
        said = str(values[key]).strip()
        for code, zh in words.items():
            if said in (code, zh):
                return code
        wrong(key, _("应当是下列之一：%(kinds)s", kinds="、".join(words.values())))
        return ""

    name = str(values["id"]).strip()
    if not ID.fullmatch(name):
        wrong("id", _("编号只能有小写字母、数字和下划线，以字母开头。"))
    elif name in found:
        wrong("id", _("与第%(n)d行的编号重复。", n=found[name][0]))
    urgency, counted = word("urgency", URGENCIES), word("counted", COUNTED)
    amount = _amount(values["amount"], whole=counted == Counted.WORKING_DAYS)
    if amount is None:
        wrong("amount", _("应当是不小于0的数字，工作日应当是整数。"))
    to = word("to", CALLED)
    if len(problems) == before and amount is not None:
        found[name] = (
            number,
            Call(name, urgency, values["stage"], amount, counted, to, values["does"],
                 values["source"] or ""),
        )  # fmt: skip


def _amount(cell: Any, *, whole: bool) -> float | None:
    try:
        amount = float(str(cell))
    except ValueError:
        return None
    fits = 0 <= amount <= MOST_AMOUNT and not (whole and amount != int(amount))
    return amount if fits else None
