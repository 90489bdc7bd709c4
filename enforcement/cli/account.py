"""`enforcement account`: accounts and tokens, for whoever runs the installation."""

from __future__ import annotations

import os
import sys
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.access import managing
from enforcement.cli.acting import actor_named, unit_coded
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.terms import Level
from enforcement.law.terms import Role
from enforcement.people import person_queries, queries, services, turns
from enforcement.people.models import Account, ApiToken
from enforcement.permissions import Permission

PASSWORD = "ENFORCEMENT_NEW_PASSWORD"  # noqa: S105 -- a variable's name


@click.group("account", help="账号和令牌 / Accounts and tokens.")
def account() -> None:
    """Group of the account commands."""


@account.command("create")
@click.argument("username")
@click.option("--county", "county_code", required=True, metavar="CODE", help="Six digits.")
@click.option("--person", "name", required=True, metavar="NAME", help="The person's name.")
@click.option("--role", required=True, type=click.Choice([str(role) for role in Role]))
@click.option("--unit", required=True, metavar="CODE", help="Code of the person's unit.")
@click.option("--village", "village_code", metavar="CODE", help="For a village's auxiliary.")
@speaks_json
def create(
    out: Output,
    username: str,
    county_code: str,
    name: str,
    role: str,
    unit: str,
    village_code: str | None,
) -> None:
    """Enter a person with a post from today on, and open an account for it.

    The password comes from ENFORCEMENT_NEW_PASSWORD, a prompt, or the first line of standard
    input; never from an argument, which others on the machine could read.
    """
    password = _password()
    with session_scope() as session:
        turns.take(session, county_code)
        place = unit_coded(session, county_code, unit, "unit")
        village = _village(session, county_code, Role(role), village_code)
        person = services.add_person(session, county_code, name.strip())
        post = services.add_post(
            session,
            person,
            place,
            Role(role),
            village_code=village,
            valid_from=clock.today(session),
        )
        made = services.create_account(session, post, username, password)
        data = {
            "username": made.username,
            "county": county_code,
            "name": person.name,
            "person_id": str(person.id),
            "role": role,
            "unit": place.name,
            "unit_code": place.code,
            "village_code": village,
        }
    out.result(data, f"已开通 {username}：{name}，{Role(role).zh}，{data['unit']}")


def _password() -> str:
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    if sys.stdin.isatty():
        typed: str = click.prompt(
            "密码 / password", hide_input=True, confirmation_prompt=True, err=True
        )
        return typed
    return sys.stdin.readline().rstrip("\n")


def _village(
    session: Session, county_code: str, role: Role, village_code: str | None
) -> str | None:
    """Return the village of a post: an auxiliary has one that is known, nobody else has any."""
    if (role is Role.AUXILIARY) != (village_code is not None):
        raise InvalidInputError("village", "驻村辅警须写明所驻的村，其他岗位不写。")
    if village_code is None:
        return None
    row = session.get(Division, (county_code, village_code))
    if row is None or row.level != Level.VILLAGE:
        raise InvalidInputError("village", f"县 {county_code} 没有代码为 {village_code} 的村。")
    return village_code


@account.command("token")
@click.argument("username", metavar="NAME")
@click.option(
    "--days",
    type=click.IntRange(1, 3660),
    default=services.TOKEN_DAYS,
    show_default=True,
    help="How long it is valid.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([str(one) for one in Permission]),
    help="A permission it is good for; again for more. Without any: all of the account's role.",
)
@click.option("--label", default="", metavar="TEXT", help="What it is for.")
@speaks_json
def token(out: Output, username: str, days: int, scopes: tuple[str, ...], label: str) -> None:
    """Make a bearer token for the API; it is shown this once, only its hash is kept."""
    with session_scope() as session:
        actor = actor_named(session, username)
        made = services.create_token(
            session, username, days=days, scopes=scopes or None, label=label
        )
        session.flush()
        row = session.scalars(
            select(ApiToken).where(
                ApiToken.county_code == actor.county_code,
                ApiToken.token_hash == queries.token_hash(made.partition(".")[2]),
            )
        ).one()
        until = row.expires_at.astimezone(clock.ZONE).isoformat()
    out.say(f"{username} 的令牌，有效至 {until}，只显示这一次")
    data = {"token": made, "username": username, "expires_at": until, "scopes": list(scopes)}
    out.result(data | {"label": label}, made)


@account.command("list")
@click.option("--county", "county_code", metavar="CODE", help="One county only.")
@speaks_json
def list_command(out: Output, county_code: str | None) -> None:
    """List the accounts of a county, or of all counties."""
    with session_scope(commit=False) as session:
        codes = (
            [jurisdiction.get_county(session, county_code).county_code]
            if county_code
            else [row.county_code for row in jurisdiction.list_counties(session)]
        )
        found = [_shown(row) for code in codes for row in queries.list_accounts(session, code)]
    lines = [
        f"{row['username']:<16} {row['county']} {row['name']} {Role(row['role']).zh} "
        f"{row['unit']}{'' if row['active'] else '（已停用）'}"
        for row in found
    ]
    out.result({"accounts": found}, "\n".join(lines))


def _account(session: Session, username: str) -> Account:
    found = queries.find_account(session, username)
    if found is None:
        raise NotFoundError(f"没有用户 {username}。", username=username)
    return found


@account.command("close")
@click.argument("username", metavar="NAME")
@click.option("--reason", required=True, help="Why.")
@speaks_json
def close(out: Output, username: str, reason: str) -> None:
    """Close an account: nobody signs in with it, its tokens open nothing."""
    with session_scope() as session:
        services.close_account(session, None, _account(session, username), reason)
    out.result({"username": username, "active": False}, f"已停用 {username}")


@account.command("reopen")
@click.argument("username", metavar="NAME")
@speaks_json
def reopen(out: Output, username: str) -> None:
    """Open a closed account again."""
    with session_scope() as session:
        services.reopen_account(session, None, _account(session, username))
    out.result({"username": username, "active": True}, f"已启用 {username}")


@account.command("move")
@click.argument("username", metavar="NAME")
@click.option("--unit", required=True, metavar="CODE", help="Unit of another current post.")
@speaks_json
def move(out: Output, username: str, unit: str) -> None:
    """Let an account stand for another post that its person holds today."""
    with session_scope() as session:
        row = _account(session, username)
        day = clock.today(session)
        held = person_queries.posts_of(session, row.county_code, [row.person_id], on=day)
        posts = [post for post, place in held if place.code == unit and post.id != row.post_id]
        if not posts:
            raise InvalidInputError("unit", f"{username} 在 {unit} 没有其他现任岗位。")
        services.move_account(session, None, row, posts[0].id)
    out.result({"username": username, "unit_code": unit}, f"{username} 已改为 {unit} 的岗位")


@account.command("password")
@click.argument("username", metavar="NAME")
@speaks_json
def password(out: Output, username: str) -> None:
    """Give an account a new password, read as by `account create`."""
    given = _password()
    with session_scope() as session:
        services.reset_password(session, None, _account(session, username), given)
    out.result({"username": username}, f"已重置 {username} 的密码")


@account.command("unlock")
@click.argument("username", metavar="NAME")
@speaks_json
def unlock(out: Output, username: str) -> None:
    """Open an account that failed tries have locked."""
    with session_scope() as session:
        managing.unlock(session, None, _account(session, username))
    out.result({"username": username}, f"已解锁 {username}")


@account.command("reset-factor")
@click.argument("username", metavar="NAME")
@speaks_json
def reset_factor(out: Output, username: str) -> None:
    """Forget the authenticator of an account, whose phone is lost; its sessions end."""
    with session_scope() as session:
        managing.reset_factor(session, None, _account(session, username))
    out.result({"username": username}, f"已重置 {username} 的验证器")


def _shown(row: Any) -> dict[str, Any]:
    made, person, post, unit = row
    return {
        "username": made.username,
        "county": made.county_code,
        "name": person.name,
        "person_id": str(person.id),
        "role": str(post.role),
        "unit": unit.name,
        "unit_code": unit.code,
        "village_code": post.village_code,
        "active": made.active,
    }


COMMANDS: dict[str, click.Command] = {"account": account}
