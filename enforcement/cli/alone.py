"""`enforcement alone`: work alone and be asked after; list timers, answer alarms."""

from __future__ import annotations

import uuid

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.permissions import Permission
from enforcement.roster import reach
from enforcement.safety import alone as acts
from enforcement.safety import posts, queries
from enforcement.safety.alone import Word
from enforcement.safety.api import ACTS, shown


@click.group("alone", help="单独执勤 / Lone working: say, list, answer.")
def alone() -> None:
    """Group of the commands upon timers of people who work alone."""


@alone.command("say")
@click.argument("act", type=click.Choice(list(ACTS)))
@click.option("--place", default="", metavar="TEXT", help="Where; for start.")
@click.option("--minutes", type=int, help="When to be asked again. [default: as the county set]")
@click.option("--key", metavar="K", help="The same key changes nothing more.")
@as_option
@speaks_json
def say(
    out: Output, act: str, place: str, minutes: int | None, key: str | None, username: str
) -> None:
    """Say that one is alone (start), well, or no longer alone (end)."""
    with acting(username, Permission.INCIDENT_REPORT) as (session, actor):
        row = shown(ACTS[act](session, actor, Word(place, minutes), key=key))
    out.result(row, f"{row['id']} {row['state']} {row['ask_at']}")


@alone.command("list")
@as_option
@speaks_json
def list_command(out: Output, username: str) -> None:
    """List the timers that run within reach, those that ring first."""
    with acting(username, Permission.SAFETY_ANSWER, commit=False) as (session, actor):
        rows = [shown(one.watch) | {"name": one.name} for one in queries.list_open(session, actor)]
    lines = [f"{row['id']} {row['name']} {row['place']} {row['ask_at']}" for row in rows]
    out.result({"watches": rows}, "\n".join(lines) or "没有单独执勤 / nobody")


@alone.command("answer")
@click.argument("watch_id", type=click.UUID)
@click.argument("words")
@as_option
@speaks_json
def answer(out: Output, watch_id: uuid.UUID, words: str, username: str) -> None:
    """Take an alarm upon oneself, with words."""
    with acting(username, Permission.SAFETY_ANSWER) as (session, actor):
        row = shown(acts.answer(session, actor, watch_id, words))
    out.result(row, f"{row['id']} {row['answered_at']}")


@alone.command("post")
@click.argument("unit")
@click.argument("lon", type=float, required=False)
@click.argument("lat", type=float, required=False)
@click.option("--radius-m", type=int, help="[default: as the county has set]")
@click.option("--remove", is_flag=True, help="Take it back: nobody is told any more.")
@as_option
@speaks_json
def post(
    out: Output,
    unit: str,
    lon: float | None,
    lat: float | None,
    radius_m: int | None,
    remove: bool,
    username: str,
) -> None:
    """Say where the post of a unit is: who is on duty at its desk and goes away is told of."""
    if remove is (lon is not None and lat is not None):
        raise click.UsageError("给出经度和纬度，或者 --remove / LON and LAT, or --remove")
    with acting(username, Permission.ROSTER_CHANGE) as (session, actor):
        found = reach.unit_to_read(session, actor, unit)
        if lon is None or lat is None:
            posts.remove(session, actor, found.id)
        else:
            posts.place(session, actor, found.id, lon, lat, radius_m)
        data = {"unit": found.code, "lon": lon, "lat": lat, "radius_m": radius_m}
    out.result(data, f"{unit} {'已取消 / removed' if remove else f'{lon},{lat}'}")


COMMANDS: dict[str, click.Command] = {"alone": alone}
