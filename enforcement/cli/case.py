"""`enforcement case`: register, carry out each act of the procedure, read cases and papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from enforcement.case import acts, people, services
from enforcement.case.api import RegisterSchema, in_full
from enforcement.cli.acting import acting, as_option, case_id, incident_id
from enforcement.cli.case_clock import clock
from enforcement.cli.case_reading import DASHES, EVENTS, READS, as_text
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import checked, collected
from enforcement.fields import schema_of
from enforcement.law.terms import CaseEvent
from enforcement.permissions import Permission


def values_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--set name=value` and `--data FILE`: what is said in an act."""
    pairs = click.option(
        "--set",
        "pairs",
        multiple=True,
        metavar="NAME=VALUE",
        help="A value of the act; `case fields` lists them. May be given again.",
    )
    data = click.option("--data", metavar="FILE", help="Values as one JSON object; - is stdin.")
    return pairs(data(function))


@click.group("case", help="案件 / Cases: register, act, read, fetch papers.")
def case() -> None:
    """Group of the case commands."""


@case.command("register")
@click.argument("named", metavar="INCIDENT")
@as_option
@values_options
@speaks_json
def register(
    out: Output, named: str, username: str, pairs: tuple[str, ...], data: str | None
) -> None:
    """Turn an incident (id or SJ…) into a lead; issues D01. `case fields register` lists values."""
    said = checked(RegisterSchema, collected(data, pairs), acts.REGISTER)
    said.pop("version", None)
    key = said.pop("key", None)
    with acting(username, Permission.CASE_WORK) as (session, actor):
        made = services.register(session, actor, incident_id(session, actor, named), said, key=key)
        found = in_full(session, actor, made)
    out.result(found, as_text(found))


@case.command("act", context_settings=DASHES)
@click.argument("named", metavar="CASE")
@click.argument("event", type=click.Choice(EVENTS))
@as_option
@values_options
@speaks_json
def act(
    out: Output, named: str, event: str, username: str, pairs: tuple[str, ...], data: str | None
) -> None:
    """Carry out one act upon a case (id or AJ…); `case fields EVENT` lists what it asks for."""
    wanted = CaseEvent(event.replace("-", "_"))
    fields = acts.FIELDS[wanted]
    said = checked(schema_of("Said", fields), collected(data, pairs), fields)
    key, version = said.pop("key", None), said.pop("version", None)
    with acting(username, people.door_of(people.permission_of(wanted))) as (session, actor):
        row = services.carry_out(
            session, actor, case_id(session, actor, named), wanted, said, key=key, version=version
        )
        found = in_full(session, actor, row)
    out.result(found, as_text(found))


for _read in READS:
    case.add_command(_read)
case.add_command(clock)

COMMANDS: dict[str, click.Command] = {"case": case}
