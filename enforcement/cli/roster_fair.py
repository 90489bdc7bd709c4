"""`enforcement roster fair`: who should take a unit's open shifts, by what each carries."""

from __future__ import annotations

from datetime import datetime

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.overview import rota
from enforcement.permissions import Permission
from enforcement.roster import reach, words


@click.command("fair", help="均衡排班 / Share out a unit's open shifts fairly.")
@click.argument("unit")
@click.option("--day", type=click.DateTime(formats=["%Y-%m-%d"]), required=True)
@click.option("--weeks", type=int, default=1, show_default=True)
@click.option("--apply", "applies", is_flag=True, help="安排 / Do it; else it is only shown.")
@as_option
@speaks_json
def fair(out: Output, unit: str, day: datetime, weeks: int, applies: bool, username: str) -> None:
    """Show what people carry and who should take the open shifts; with --apply arrange it."""
    with acting(username, Permission.ROSTER_CHANGE) as (session, actor):
        found = reach.unit_to_read(session, actor, unit)
        made = rota.propose(session, actor, found.id, day.date(), weeks)
        data = rota.as_json(made)
        if applies:
            data["filled"] = rota.take(session, actor, found.id, day.date(), weeks,
                                       digest=made.digest)  # fmt: skip
    lines = [f"{words.when(one.work.starts_at, one.work.ends_at)} {one.work.kind.zh} "
             f"{made.after[one.person_id].name if one.person_id else '没有人可以安排'}"
             for one in made.given]  # fmt: skip
    lines += [f"{row['person']} A{row['a']} B{row['b']} 夜{row['nights']} 休{row['holidays']} "
              f"{row['km']}km 负担{row['before_h']}→{row['burden_h']}"
              for row in data["people"]]  # fmt: skip
    out.result(data, "\n".join(lines))
