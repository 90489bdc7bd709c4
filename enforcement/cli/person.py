"""`enforcement person`: enter people, show one, give and end posts."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.unit import DAY, day_of
from enforcement.cli.values import checked, collected
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.law.terms import Role
from enforcement.people import acts, person_queries, schemas, services
from enforcement.people.fields import NEW_PERSON
from enforcement.people.person_api import person_in_full
from enforcement.permissions import Permission


@click.group("person", help="人员 / People: add, show, find, give and end posts.")
def person() -> None:
    """Group of the commands upon people."""


def person_named(session: Session, actor: Actor, named: str) -> uuid.UUID:
    """Return the id of a person by id or exact name; raises NotFoundError, InvalidInputError."""
    try:
        return person_queries.get_person(session, actor.county_code, uuid.UUID(named)).id
    except ValueError:
        found = person_queries.named(session, actor.county_code, named)
    if not found:
        raise NotFoundError(f"没有叫“{named}”的人员。", asked=named)
    if len(found) > 1:
        ids = [str(one.id) for one in found]
        raise InvalidInputError("person", f"有 {len(found)} 名“{named}”，请写编号。", ids=ids)
    return found[0].id


def _in_full(session: Session, actor: Actor, person_id: uuid.UUID) -> dict[str, Any]:
    return person_in_full(session, actor.county_code, person_id, clock.today(session))


def _text(found: dict[str, Any]) -> str:
    head = f"{found['name']}  {found['id']}  {found['id_number'] or '—'}  {found['phone'] or '—'}"
    posts = [
        f"  {post['valid_from']} – {post['valid_to'] or ''}  {post['unit']} {post['unit_name']} "
        f"{Role(post['role']).zh}"
        for post in found["posts"]
    ]
    held = [f"  {one['number']}  至 {one['valid_to']}  {one['state']}"
            for one in found["certificates"]]  # fmt: skip
    return "\n".join([head, *posts, *held])


@person.command("add")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE",
              help="登记项 / A value: name, employment, unit, role, valid_from …")  # fmt: skip
@click.option("--data", metavar="FILE", help="JSON 文件，- 为标准输入 / JSON file; - is stdin.")
@as_option
@speaks_json
def add(out: Output, pairs: tuple[str, ...], data: str | None, username: str) -> None:
    """Enter a person, with the first post where a unit is named.

    Values: name, employment, id_number, phone, legal_number, legal_on; unit, role, valid_from,
    village. Numbers come from --data, never from an argument, which others on the machine read.
    """
    for pair in pairs:
        if pair.partition("=")[0] in acts.SECRET:
            raise InvalidInputError("set", "身份证号和电话请放在 --data 文件里，不要写在命令行。")
    said = checked(schemas.PersonNew, collected(data, pairs), NEW_PERSON)
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        made = acts.enter_person(session, actor, said)
        found = _in_full(session, actor, made)
    out.result(found, f"已登记 {_text(found)}")


@person.command("show")
@click.argument("named", metavar="PERSON")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """Show a person (id or exact name): posts, certificates, history; numbers are masked."""
    with acting(username, Permission.PEOPLE_READ, commit=False) as (session, actor):
        found = _in_full(session, actor, person_named(session, actor, named))
    out.result(found, _text(found))


@person.command("post")
@click.argument("named", metavar="PERSON")
@click.option("--unit", required=True, metavar="CODE", help="单位代码 / Unit, by code.")
@click.option("--role", required=True, type=click.Choice([str(role) for role in Role]))
@click.option("--from", "since", type=DAY, help="任职日期 / First day. [default: today]")
@click.option("--until", type=DAY, help="离任日期 / First day without the post.")
@click.option("--village", metavar="CODE", help="驻村代码 / For a village's auxiliary.")
@as_option
@speaks_json
def post(
    out: Output, named: str, unit: str, role: str, since: datetime | None,
    until: datetime | None, village: str | None, username: str,
) -> None:  # fmt: skip
    """Give a PERSON (id or exact name) a post."""
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        person_id = person_named(session, actor, named)
        said = {
            "unit": unit, "role": role, "valid_from": day_of(since) or clock.today(session),
            "valid_to": day_of(until), "village": village,
        }  # fmt: skip
        acts.give_post(session, actor, person_id, said)
        found = _in_full(session, actor, person_id)
    out.result(found, f"已登记任职 {_text(found)}")


@person.command("end-post")
@click.argument("named", metavar="PERSON")
@click.option("--unit", metavar="CODE", help="单位代码 / Where, if there are several posts.")
@click.option("--on", type=DAY, help="自该日起不再任职 / First day without. [default: today]")
@click.option("--reason", required=True, help="理由 / Why.")
@as_option
@speaks_json
def end_post(
    out: Output, named: str, unit: str | None, on: datetime | None, reason: str, username: str
) -> None:
    """End the post of a PERSON (id or exact name); its account ends with it."""
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        person_id = person_named(session, actor, named)
        day = day_of(on) or clock.today(session)
        held = person_queries.posts_of(session, actor.county_code, [person_id], on=day)
        held = [pair for pair in held if unit is None or pair[1].code == unit]
        if len(held) != 1:
            units = [pair[1].code for pair in held]
            raise InvalidInputError("unit", f"当日有 {len(held)} 个岗位，请用 --unit 指明。",
                                    units=units)  # fmt: skip
        services.end_post(session, actor, held[0][0].id, on=day, reason=reason)
        found = _in_full(session, actor, person_id)
    out.result(found, f"已办理离任 {_text(found)}")


COMMANDS: dict[str, click.Command] = {"person": person}
