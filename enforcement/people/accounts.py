"""Acts upon accounts: open, close, reopen, move to another post, new password; signing in."""

from __future__ import annotations

import functools
import secrets
import uuid

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.access import sessions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.people.models import Account, LoginName, Post
from enforcement.permissions import Permission

hasher = PasswordHasher()
SHORTEST_PASSWORD = 8
LONG_NAME = 4  # a shorter user name may stand in a password by chance


def create_account(
    session: Session,
    post: Post,
    username: str,
    password: str,
    *,
    actor: Actor | None = None,
    hashed: str | None = None,
) -> Account:
    """Open an account for a person's post; raises InvalidInputError.

    hashed -- the password's hash where the caller has it already
    """
    if not username or not username.replace("-", "").replace("_", "").isalnum():
        raise InvalidInputError("username", _("用户名只能用字母、数字、- 和 _。"))
    if session.get(LoginName, username):
        raise InvalidInputError("username", _("用户名 %(name)s 已被使用。", name=username))
    _check_password(password, username)
    account = Account(
        county_code=post.county_code,
        id=uuid7(),
        username=username,
        password_hash=hashed or hasher.hash(password),
        person_id=post.person_id,
        post_id=post.id,
        created_at=clock.now(session),
    )
    session.add(account)
    session.flush()
    session.add(LoginName(username=username, county_code=post.county_code, account_id=account.id))
    audit.record(session, post.county_code, "account:create", "account", username, actor=actor)
    session.flush()
    return account


def _check_password(password: str, username: str) -> None:
    kinds = (
        any(map(str.islower, password))
        + any(map(str.isupper, password))
        + any(map(str.isdigit, password))
        + any(not c.isalnum() for c in password)
    )
    if len(password) < SHORTEST_PASSWORD or kinds < 3:
        raise InvalidInputError(
            "password", _("密码至少8位，并包含大写、小写、数字、符号中的三类。")
        )
    if len(username) >= LONG_NAME and username.casefold() in password.casefold():
        raise InvalidInputError("password", _("密码里不能有用户名。"))


def open_account(
    session: Session, actor: Actor, post_id: uuid.UUID, username: str, password: str
) -> Account:
    """Open an account for a post of the county that is held today; raises InvalidInputError."""
    permissions.check(actor, Permission.ACCOUNT_MANAGE)
    post = _current_post(session, actor.county_code, post_id)
    return create_account(session, post, username.strip(), password, actor=actor)


def _current_post(
    session: Session, county_code: str, post_id: uuid.UUID, person_id: uuid.UUID | None = None
) -> Post:
    """Return a post held today, of one person where he is named; raises InvalidInputError."""
    post = session.get(Post, (county_code, post_id))
    today = clock.today(session)
    if (
        post is None
        or (person_id is not None and post.person_id != person_id)
        or post.valid_from > today
        or (post.valid_to is not None and post.valid_to <= today)
    ):
        raise InvalidInputError("post", _("账号只能对应本人现任的岗位。"))
    return post


def locked(session: Session, county_code: str, account_id: uuid.UUID) -> Account:
    """Return an account of the county and hold its row; raises NotFoundError."""
    query = select(Account).where(Account.county_code == county_code, Account.id == account_id)
    found = session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFoundError(_("没有这个账号。"))
    return found


def close_account(session: Session, actor: Actor | None, account: Account, reason: str) -> Account:
    """Close an account: nobody signs in with it and its tokens open nothing, from now on.

    actor -- None for the command line. Raises InvalidInputError, StepNotAllowedError.
    """
    _check_actor(actor, account)
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))
    if not account.active:
        raise StepNotAllowedError(_("账号%(name)s早已停用。", name=account.username))
    account.active = False
    sessions.end(session, account.county_code, account.id, "closed")
    _log(session, actor, "account:close", account, reason=reason.strip())
    return account


def reopen_account(session: Session, actor: Actor | None, account: Account) -> Account:
    """Open a closed account again, for the post it stands for; raises StepNotAllowedError."""
    _check_actor(actor, account)
    if account.active:
        raise StepNotAllowedError(_("账号%(name)s没有停用。", name=account.username))
    account.active = True
    _log(session, actor, "account:reopen", account)
    return account


def move_account(
    session: Session, actor: Actor | None, account: Account, post_id: uuid.UUID
) -> Account:
    """Let an account stand for another post that its person holds today."""
    _check_actor(actor, account)
    post = _current_post(session, account.county_code, post_id, account.person_id)
    if post.id == account.post_id:
        raise StepNotAllowedError(_("账号%(name)s已对应该岗位。", name=account.username))
    account.post_id = post.id
    _log(session, actor, "account:move", account, role=post.role)
    return account


def reset_password(
    session: Session, actor: Actor | None, account: Account, password: str
) -> Account:
    """Give an account a new password; raises InvalidInputError for a weak one."""
    if actor is not None:
        permissions.check(actor, Permission.ACCOUNT_MANAGE)
    _set_password(session, account, password)
    sessions.end(session, account.county_code, account.id, "password")
    _log(session, actor, "account:password", account)
    return account


def _check_actor(actor: Actor | None, account: Account) -> None:
    """Nobody closes, reopens or moves the account he acts with."""
    if actor is None:
        return
    permissions.check(actor, Permission.ACCOUNT_MANAGE)
    if actor.account_id == account.id:
        raise StepNotAllowedError(_("不能停用、启用或者调整自己正在使用的账号。"))


def _log(
    session: Session, actor: Actor | None, act: str, account: Account, **detail: object
) -> None:
    audit.record(
        session, account.county_code, act, "account", account.username, actor=actor, **detail
    )
    session.flush()


@functools.cache
def _nobody() -> str:
    """Return the hash of a password that nobody has."""
    return hasher.hash(secrets.token_urlsafe(16))


def matches(account: Account | None, password: str) -> bool:
    """Tell whether a password is an open account's; an unknown name takes as long."""
    nobody = _nobody()  # asked for in any case: the first one to sign in waits for it
    try:
        hasher.verify(account.password_hash if account else nobody, password)
    except VerifyMismatchError:
        return False
    return account is not None and account.active


def change_own(session: Session, account: Account, old: str, new: str) -> None:
    """Replace the password of the one who knows it; raises InvalidInputError."""
    if not matches(account, old):
        raise InvalidInputError("old", _("原密码不正确。"))
    if old == new:
        raise InvalidInputError("password", _("新密码不能与原密码相同。"))
    _set_password(session, account, new)


def _set_password(session: Session, account: Account, password: str) -> None:
    _check_password(password, account.username)
    account.password_hash = hasher.hash(password)
    account.password_at = clock.now(session)
    session.flush()
