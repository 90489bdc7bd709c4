"""Calls: people by what is searched, one person, posts, numbers in full, accounts."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.people import (
    accounts,
    acts,
    history,
    person_queries,
    queries,
    schemas,
    services,
    telling,
)
from enforcement.people import certificate_queries as certificates
from enforcement.people.api_blueprint import blp
from enforcement.people.cursors import read_named, write_named
from enforcement.people.models import Account, PersonEntry
from enforcement.people.person_queries import Wanted
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor


@blp.route("/people")
@requires(Permission.PEOPLE_READ)
@blp.arguments(schemas.PeopleQuery, location="query")
def list_people(query: dict[str, Any]) -> dict[str, Any]:
    """List people by name with posts and certificates of today; numbers are masked."""
    wanted = Wanted(
        query["name"], query["unit"], query["role"], query["certificate"], query["left"]
    )
    with transaction() as session:
        today = clock.today(session)
        rows = person_queries.list_page(
            session, current_actor().county_code, wanted, today,
            after=read_named(query["after"]), limit=query["limit"],
        )  # fmt: skip
    more = write_named(rows[-1].person) if len(rows) == query["limit"] else None
    return {"people": [telling.listed_told(row, today) for row in rows], "next": more}


@blp.route("/people", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.PersonNew)
def new_person(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Enter a person, with the first post where a unit is named."""
    with transaction() as session:
        made = acts.enter_person(session, current_actor(), body)
        return in_full(session, made), 201


def in_full(session: Session, person_id: uuid.UUID) -> dict[str, Any]:
    """Return a person with posts over time, certificates, accounts and history."""
    county_code, today = current_actor().county_code, clock.today(session)
    return person_in_full(session, county_code, person_id, today)


def person_in_full(
    session: Session, county_code: str, person_id: uuid.UUID, today: Any
) -> dict[str, Any]:
    """Return a person of a county with all that hangs on him; numbers are masked."""
    row = person_queries.get_person(session, county_code, person_id)
    held = certificates.of_people(session, county_code, [person_id])
    entries = history.of_certificates(session, held)
    return telling.person_told(row) | {
        "posts": [
            telling.post_told(post, unit)
            for post, unit in person_queries.posts_of(session, county_code, [person_id])
        ],
        "certificates": [
            telling.certificate_told(
                one, today, str(certificates.state_of(one, today, entries[one.id]))
            )
            for one in held
        ],
        "accounts": [
            {"id": str(one.Account.id), "username": one.Account.username,
             "active": one.Account.active}
            for one in queries.list_accounts(session, county_code, person_id)
        ],
        "history": [
            telling.entry_told(one)
            for one in history.of(session, PersonEntry, county_code, person_id)
        ],
    }  # fmt: skip


@blp.route("/people/find", methods=["POST"])
@requires(Permission.PEOPLE_READ)
@blp.arguments(schemas.NumberBody)
def find_person(body: dict[str, Any]) -> dict[str, Any]:
    """Find who has a full identity number or phone."""
    with transaction() as session:
        found = person_queries.find_by_number(session, current_actor().county_code, body["number"])
        return {"people": [telling.person_told(one) for one in found]}


@blp.route("/people/<uuid:person_id>")
@requires(Permission.PEOPLE_READ)
def get_person(person_id: Any) -> dict[str, Any]:
    """One person: posts over time, certificates, accounts, history; numbers are masked."""
    with transaction() as session:
        return in_full(session, person_id)


@blp.route("/people/<uuid:person_id>/change", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.PersonChange)
def change_person(body: dict[str, Any], person_id: Any) -> dict[str, Any]:
    """Change what is entered of a person; numbers left out stay as they are."""
    with transaction() as session:
        acts.change_person(session, current_actor(), person_id, body)
        return in_full(session, person_id)


@blp.route("/people/<uuid:person_id>/reveal", methods=["POST"])
@requires(Permission.PERSONAL_READ)
@blp.arguments(schemas.RevealBody)
def reveal(body: dict[str, Any], person_id: Any) -> dict[str, Any]:
    """Tell a number in full this once; who, whose, which and why are logged."""
    with transaction() as session:
        found = services.reveal(session, current_actor(), person_id, body["number"], body["reason"])
        return {body["number"]: found}


@blp.route("/people/<uuid:person_id>/posts", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.PostNew)
def give_post(body: dict[str, Any], person_id: Any) -> tuple[dict[str, Any], int]:
    """Give a person a post."""
    with transaction() as session:
        acts.give_post(session, current_actor(), person_id, body)
        return in_full(session, person_id), 201


@blp.route("/people/posts/<uuid:post_id>/end", methods=["POST"])
@requires(Permission.PEOPLE_MANAGE)
@blp.arguments(schemas.PostEnd)
def end_post(body: dict[str, Any], post_id: Any) -> dict[str, Any]:
    """End a post; its account ends with it."""
    with transaction() as session:
        post = services.end_post(
            session, current_actor(), post_id, on=body["on"], reason=body["reason"]
        )
        return in_full(session, post.person_id)


@blp.route("/people/<uuid:person_id>/accounts", methods=["POST"])
@requires(Permission.ACCOUNT_MANAGE)
@blp.arguments(schemas.AccountNew)
def open_account(body: dict[str, Any], person_id: Any) -> tuple[dict[str, Any], int]:
    """Open an account for a post that the person holds today."""
    with transaction() as session:
        person_queries.get_person(session, current_actor().county_code, person_id)
        made = services.open_account(
            session, current_actor(), body["post_id"], body["username"], body["password"]
        )
        if made.person_id != person_id:
            raise InvalidInputError("post_id", _("账号只能对应本人现任的岗位。"))
        return _account_told(made), 201


@blp.route("/accounts/<uuid:account_id>/<string:act>", methods=["POST"])
@requires(Permission.ACCOUNT_MANAGE)
@blp.arguments(schemas.AccountBody)
def change_account(body: dict[str, Any], account_id: Any, act: str) -> dict[str, Any]:
    """Close (reason), reopen, move (post_id) an account, or give it a password."""
    actor = current_actor()
    with transaction() as session:
        row = accounts.locked(session, actor.county_code, account_id)
        if act == "close":
            services.close_account(session, actor, row, body["reason"])
        elif act == "reopen":
            services.reopen_account(session, actor, row)
        elif act == "move":
            services.move_account(session, actor, row, body["post_id"] or uuid.UUID(int=0))
        elif act == "password":
            services.reset_password(session, actor, row, body["password"])
        else:
            raise NotFoundError(_("没有这种操作。"))
        return _account_told(row)


def _account_told(row: Account) -> dict[str, Any]:
    return {
        "id": str(row.id), "username": row.username, "active": row.active,
        "person_id": str(row.person_id), "post_id": str(row.post_id),
    }  # fmt: skip
