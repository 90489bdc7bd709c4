"""What demolition, execution and substitute performance change in a case (强34-52)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from enforcement import clock
from enforcement.case import queries, serving
from enforcement.case.doing import Doing
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.execution_terms import AT_ONCE, RESTS, ExecutionStop
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import StatementOutcome


def _after_today(do: Doing, name: str) -> None:
    if do.said[name] <= do.today:
        raise InvalidInputError(name, _("期限应当在今天以后。"))


def _order_demolition(do: Doing) -> dict[str, Any]:
    _after_today(do, "until_on")
    do.case.decided_on = do.today
    return {}


def _announce(do: Doing) -> dict[str, Any]:
    _after_today(do, "until_on")
    return {}


def _performed(do: Doing) -> dict[str, Any]:
    do.not_future("performed_on")
    return {}


def _heard(do: Doing) -> dict[str, Any]:
    if do.said["outcome"] == StatementOutcome.WAIVED:
        raise InvalidInputError("outcome", _("没有提出陈述申辩的，无需登记。"))
    return {}


def _order(do: Doing) -> dict[str, Any]:
    if clock.local_day(do.said["execute_at"]) < do.today:
        raise InvalidInputError("execute_at", _("执行时间不能早于今天。"))
    return {}


def _scene(do: Doing) -> dict[str, Any]:
    if do.said["to_at"] < do.said["from_at"]:
        raise InvalidInputError("to_at", _("结束时间不能早于开始时间。"))
    do.not_future("to_at")
    return {}


def _agree(do: Doing) -> dict[str, Any]:
    """Make an agreement; its instalments end with its own period."""
    _after_today(do, "until_on")
    now = clock.now(do.session)
    rows = _instalments(do, do.said.get("payments") or "")
    more = {"instalments": rows} if rows else {}
    return more | {"from_at": now, "to_at": now, "record": _("双方达成执行协议。"),
                   "agreement": do.said["plan"]}  # fmt: skip


def _instalments(do: Doing, text: str) -> list[dict[str, str]]:
    """Read lines of a day and an amount in yuan, the first one first."""
    rows: list[tuple[date, Decimal]] = []
    for no, line in enumerate([one for one in text.splitlines() if one.strip()], 1):
        try:
            day, yuan = line.split()
            row = (date.fromisoformat(day), Decimal(yuan.removesuffix("元")))
        except (ValueError, InvalidOperation):
            message = _("第%(no)d行应当写日期和数额，例如 2026-05-01 500。", no=no)
            raise InvalidInputError("payments", message) from None
        late = rows and row[0] <= rows[-1][0]
        if (
            late
            or not row[1].is_finite()
            or row[1] <= 0
            or not (do.today < row[0] <= do.said["until_on"])
        ):
            message = _("第%(no)d行的日期应当依次在今天以后、协议期限以内，数额大于零。", no=no)
            raise InvalidInputError("payments", message)
        rows.append(row)
    return [{"due_on": day.isoformat(), "yuan": f"{yuan:.2f}"} for day, yuan in rows]


def _suspend(do: Doing) -> dict[str, Any]:
    if ExecutionStop(do.said["stop"]) not in RESTS:
        raise InvalidInputError("stop", _("这种情形应当终结执行，不是中止。"))
    return {}


def _end(do: Doing) -> dict[str, Any]:
    stop = ExecutionStop(do.said["stop"])
    if stop in RESTS and stop is not ExecutionStop.OTHER:
        raise InvalidInputError("stop", _("这种情形应当中止执行，不是终结。"))
    return {}


def _substitute(do: Doing) -> dict[str, Any]:
    if clock.local_day(do.said["execute_at"]) < do.today:
        raise InvalidInputError("execute_at", _("执行时间不能早于今天。"))
    return {"immediate": True} if do.said["ground"] in AT_ONCE else {}


def _demand_substitute(do: Doing) -> dict[str, Any]:
    if clock.local_day(do.said["at"]) != do.today:
        raise InvalidInputError("at", _("催告书在今天出具，送达时间应当是今天。"))
    served_on = serving.served_on(do)
    try:
        until = do.due("demand_substitute", served_on).raw
    except CalendarExhaustedError:
        until = None  # the gate then never opens
    return {"served_on": served_on, "demand_until_on": until, "substitute": True}


def _perform(do: Doing) -> dict[str, Any]:
    order = queries.last_entry(do.session, do.case, E.ORDER_SUBSTITUTE)
    if order is not None and order.detail.get("immediate") and not do.said.get("told_at"):
        raise InvalidInputError("told_at", _("立即代履行的，应当立即通知当事人，请填写通知时间。"))
    return _scene(do)


EXECUTION_EFFECTS: Final[dict[E, Callable[[Doing], dict[str, Any]]]] = {
    E.ORDER_DEMOLITION: _order_demolition,
    E.ANNOUNCE_DEMOLITION: _announce,
    E.RECORD_PERFORMANCE: _performed,
    E.HEAR_DEMANDED: _heard,
    E.ORDER_EXECUTION: _order,
    E.RECORD_EXECUTION: _scene,
    E.AGREE_EXECUTION: _agree,
    E.SUSPEND_EXECUTION: _suspend,
    E.END_EXECUTION: _end,
    E.ORDER_SUBSTITUTE: _substitute,
    E.DEMAND_SUBSTITUTE: _demand_substitute,
    E.RECORD_SUBSTITUTE: _perform,
}
