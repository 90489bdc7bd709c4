"""`enforcement certificate`: enter, renew, suspend, restore, revoke; what needs attention."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.cli.acting import acting, actor_named, as_option
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.cli.person import person_named
from enforcement.cli.unit import DAY, day_of
from enforcement.errors import NotFoundError
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.people import acts, alarms, telling
from enforcement.people.alarms import Level
from enforcement.people.certificate_queries import find_by_number, state_of
from enforcement.people.models import Certificate
from enforcement.permissions import Permission


@click.group("certificate", help="执法证 / Certificates: add, renew, suspend, alarms.")
def certificate() -> None:
    """Group of the commands upon certificates."""


def _numbered(session: Session, actor: Actor, number: str) -> Certificate:
    row = find_by_number(session, actor.county_code, number)
    if row is None:
        raise NotFoundError(f"没有证号为 {number} 的执法证。", asked=number)
    return row


def _told(session: Session, row: Certificate) -> dict[str, Any]:
    today = clock.today(session)
    return telling.certificate_told(row, today, str(state_of(row, today)))


@certificate.command("add")
@click.argument("named", metavar="PERSON")
@click.argument("number")
@click.option("--organ", required=True, metavar="CODE", help="所在机关 / Organ, by unit code.")
@click.option("--from", "since", required=True, type=DAY, help="有效期起 / First day.")
@click.option("--until", required=True, type=DAY, help="有效期止 / Last day.")
@click.option("--field", help="执法领域 / Field.")
@click.option("--area", help="执法区域 / Area, as printed.")
@click.option("--area-code", metavar="CODE", help="区域代码 / Division. [default: the county]")
@as_option
@speaks_json
def add(
    out: Output, named: str, number: str, organ: str, since: datetime, until: datetime,
    field: str | None, area: str | None, area_code: str | None, username: str,
) -> None:  # fmt: skip
    """Enter the certificate NUMBER of a PERSON (id or exact name)."""
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        said = {
            "number": number, "organ": organ, "valid_from": since.date(),
            "valid_to": until.date(), "field": field, "area": area, "area_code": area_code,
        }  # fmt: skip
        made = acts.issue_certificate(session, actor, person_named(session, actor, named), said)
        found = _told(session, session.get_one(Certificate, (actor.county_code, made)))
    out.result(found, f"已登记执法证 {number}")


@certificate.command("renew")
@click.argument("number")
@click.option("--until", required=True, type=DAY, help="新的有效期止 / New last day.")
@click.option("--on", type=DAY, help="办理日期 / Day of the renewal. [default: today]")
@click.option("--reason", help="说明 / Why.")
@as_option
@speaks_json
def renew(
    out: Output, number: str, until: datetime, on: datetime | None, reason: str | None,
    username: str,
) -> None:  # fmt: skip
    """Let the certificate NUMBER last longer."""
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        row = _numbered(session, actor, number)
        said = {"valid_to": until.date(), "on": day_of(on), "reason": reason}
        found = _told(session, acts.renew_certificate(session, actor, row.id, said))
    out.result(found, f"已延期 {number}，至 {found['valid_to']}")


def _status_command(act: str, word: str, help_text: str) -> None:
    @certificate.command(act, help=help_text)
    @click.argument("number")
    @click.option("--on", type=DAY, help="自哪一天起 / First day. [default: today]")
    @click.option("--reason", required=True, help="理由 / Why.")
    @as_option
    @speaks_json
    def command(out: Output, number: str, on: datetime | None, reason: str, username: str) -> None:
        with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
            row = _numbered(session, actor, number)
            said = {"on": day_of(on), "reason": reason}
            found = _told(session, acts.set_status(session, actor, row.id, act, said))
        out.result(found, f"已{word} {number}，自 {found['status_on']} 起")


_status_command("suspend", "暂扣", "暂扣 / Suspend the certificate NUMBER from a day on.")
_status_command("restore", "恢复", "恢复 / Restore a suspended certificate NUMBER.")
_status_command("revoke", "吊销、注销", "吊销、注销 / Revoke the certificate NUMBER for good.")


@contextmanager
def _counties(username: str | None, county: str | None) -> Iterator[tuple[Session, list[str]]]:
    """Give a session and the counties to look at: the account's, the named one, or all."""
    with session_scope(commit=False) as session:
        if username is not None:
            actor = actor_named(session, username)
            permissions.check(actor, Permission.PEOPLE_READ)
            yield session, [actor.county_code]
        elif county is not None:
            yield session, [jurisdiction.get_county(session, county).county_code]
        else:
            yield session, [row.county_code for row in jurisdiction.list_counties(session)]


@certificate.command("alarms")
@click.option("--as", "username", metavar="USERNAME", help="只看本县 / The account's county.")
@click.option("--county", metavar="CODE", help="只看一个县 / One county. [default: all]")
@speaks_json
def alarms_command(out: Output, username: str | None, county: str | None) -> None:
    """List certificates that end soon, are over or suspended, by their last day."""
    with _counties(username, county) as (session, codes):
        today = clock.today(session)
        found = [
            telling.alarm_told(row, today) | {"county": code}
            for code in codes
            for row in alarms.list_page(session, code, today, limit=10_000)
        ]
    lines = [
        f"{Level(row['level']).zh}  {row['valid_to']}  {row['number']}  {row['person']}  "
        f"{row['unit_name'] or ''}"
        for row in found
    ]
    out.result({"on": today.isoformat(), "certificates": found}, "\n".join(lines))


COMMANDS: dict[str, click.Command] = {"certificate": certificate}
