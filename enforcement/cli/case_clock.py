"""`enforcement case clock …`: the clock of a case, excluded time, extensions."""

from __future__ import annotations

from typing import Any

import click

from enforcement.case import clock_api, queries, timing
from enforcement.case.clock_fields import END, EXCLUDE, EXTEND
from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import checked, collected
from enforcement.errors import InvalidInputError
from enforcement.permissions import Permission

PAIRS = click.option(
    "--set", "pairs", multiple=True, metavar="NAME=VALUE",
    help="A value of the act (kind, first_on, last_on, paper, reason, approval, days).",
)  # fmt: skip


@click.command("clock", help="办案期限：查看、扣除、恢复、延长 / The clock of a case.")
@click.argument("named", metavar="CASE")
@click.argument("act", type=click.Choice(["show", "exclude", "end", "extend"]), default="show")
@as_option
@PAIRS
@speaks_json
def clock(out: Output, named: str, act: str, username: str, pairs: tuple[str, ...]) -> None:
    """Show when the period of a case (id or AJ…) ends; or exclude time, end that, extend it.

    `end` ends the one excluded time that runs; with several, --set kind=… names it.
    """
    said, kind = _said(act, collected(None, pairs))
    with acting(username, Permission.CASE_READ) as (session, actor):
        row_id = case_id(session, actor, named)
        if act == "exclude":
            clock_api.do_exclude(session, actor, row_id, said)
        elif act == "extend":
            clock_api.do_extend(session, actor, row_id, said)
        elif act == "end":
            one = _running(session, actor, row_id, kind)
            timing.end(session, actor, row_id, one, said["last_on"], said["paper"])
        found = clock_api.shown(session, queries.get(session, actor, row_id))
    out.result(found, _text(found))


def _said(act: str, values: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    if act == "exclude":
        return checked(clock_api.ExcludeSchema, values, EXCLUDE), None
    if act == "extend":
        return checked(clock_api.ExtendSchema, values, EXTEND), None
    if act == "end":
        kind = values.pop("kind", None)
        return checked(clock_api.EndSchema, values, END), kind
    return {}, None


def _running(session: Any, actor: Any, row_id: Any, kind: str | None) -> Any:
    from enforcement.timing import clocks

    case = queries.get(session, actor, row_id)
    rows = clocks.open_exclusions(session, case.county_code, case.id)
    rows = [row for row in rows if kind is None or row.kind == kind]
    if len(rows) != 1:
        told = "没有正在扣除的期间。" if not rows else "有几段期间，请用 --set kind=… 指明。"
        raise InvalidInputError("kind", told)
    return rows[0].id


def _text(found: dict[str, Any]) -> str:
    told = found["clock"]
    if told is None:
        return f"{found['number']}：没有正在计算的办案期限"
    lines = [f"{found['number']}：至 {told['raw']}，提醒 {told['alarm'] or '—'}"]
    return "\n".join([*lines, *(f"  {one['rule']} {one['text']}" for one in told["how"])])
