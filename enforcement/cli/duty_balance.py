"""`enforcement duties balance` and `propose`: how even squads are, and how they could be."""

from __future__ import annotations

from datetime import datetime

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.errors import InvalidInputError
from enforcement.overview import balance as balances
from enforcement.overview import proposal as proposals
from enforcement.overview.balance import MEASURES, Balance
from enforcement.overview.proposal_model import Proposal
from enforcement.permissions import Permission

ON = click.option(
    "--on",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="哪一天 / The day to ask about. [default: today]",
)


@click.command("balance")
@ON
@as_option
@speaks_json
def balance(out: Output, on: datetime | None, username: str) -> None:
    """Compare the squads of a day: area, villages, people, incidents and cases of 12 months."""
    with acting(username, Permission.JURISDICTION_READ, commit=False) as (session, actor):
        found = balances.balance(session, actor, on.date() if on else None)
    out.result(found.as_json(), _balance_text(found))


def _balance_text(found: Balance) -> str:
    lines = [
        f"{one.code} {one.name}  {one.villages} 村  {one.area_m2 / 1e6:.1f} km²"
        f"  事件 {one.incidents}  案件 {one.cases}  持证 {one.certified}/{one.officers}"
        for one in found.loads
    ]
    lines += [
        f"{name}: {one.low:g} – {one.high:g}，变异系数 {one.variation:.2f}，基尼 {one.gini:.2f}"
        for name, one in found.spreads.items()
    ]
    return "\n".join(lines)


@click.command("propose")
@click.option(
    "--weight", "pairs", multiple=True, metavar="MEASURE=N", required=True,
    help=f"权重 / What counts, may be repeated: {', '.join(MEASURES)}.",
)  # fmt: skip
@click.option("--scope", default=proposals.BRIGADES, show_default=True,
              help="brigades、county 或大队代码 / Which squads together.")  # fmt: skip
@click.option("--most", type=click.IntRange(0), help="每个大队最多变动几个村 / Villages at most.")
@ON
@click.option("--save", "name", help="存为方案草稿 / Save it as a draft plan of this name.")
@as_option
@speaks_json
def propose(
    out: Output, pairs: tuple[str, ...], scope: str, most: int | None, on: datetime | None,
    name: str | None, username: str,
) -> None:  # fmt: skip
    """Propose fairer regions for the squads; nothing changes until a plan is put in force."""
    weights = _weights(pairs)
    with acting(username, Permission.DUTY_PLAN, commit=name is not None) as (session, actor):
        found = proposals.propose(
            session, actor, weights=weights, scope=scope, most=most, on=on.date() if on else None
        )
        saved = proposals.save(session, actor, found, name) if name else None
        data = {**found.as_json(), "plan": str(saved.id) if saved else None}
    out.result(data, _proposal_text(found))


def _proposal_text(found: Proposal) -> str:
    lines = [
        f"{group.name}：变异系数 {group.spread_before.variation:.2f} → "
        f"{group.spread_after.variation:.2f}，{len(group.moved)} 个村易手"
        + (f"（{group.why}）" if group.why else "")
        for group in found.groups
    ]
    return "\n".join(lines) or "没有中队可划分"


def _weights(pairs: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for pair in pairs:
        name, _sep, value = pair.partition("=")
        try:
            found[name.strip()] = float(value or "1")
        except ValueError:
            raise InvalidInputError("weight", f"{pair} 写法不对：请写 area=1") from None
    return found
